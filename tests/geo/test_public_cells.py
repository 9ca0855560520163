"""Public cells of the toy town: the rule, where they are, what lies around, and that they last for life."""

import pytest
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.measure import D

from geo import cell_keeping
from geo.houses import circle_of
from geo.models import Building, CellBorder, CellContainment, PublicCell, ReachCell, Residence, Street, VoisinagePair
from geo.settling import Settled

pytestmark = pytest.mark.django_db


def homes_by_cell() -> dict[int, dict[int, float]]:
    """Dwellings of every residence, by cell, from the buildings alone."""
    cells: dict[int, dict[int, float]] = {}
    buildings = Building.objects.open().filter(dwellings__gt=0)
    for cell, residence, dwellings in buildings.values_list("public_cell", "residence", "dwellings"):
        homes = cells.setdefault(cell, {})
        homes[residence] = homes.get(residence, 0) + dwellings
    return cells


def rows() -> list:
    """Everything that is stored of cells."""
    models = (PublicCell, ReachCell, CellContainment, CellBorder, VoisinagePair)
    people = (Building, Residence)
    return [list(model.objects.order_by("pk").values()) for model in models] + [
        list(model.objects.order_by("pk").values_list("pk", "public_cell")) for model in people
    ]


def test_every_home_of_the_town_is_in_a_cell_that_obeys_the_rule(toy_town):
    assert not Residence.objects.open().filter(public_cell=None).exists()
    for cell, homes in homes_by_cell().items():
        told = PublicCell.objects.get(pk=cell)
        # The census of a toy town is not known: the national share is used, and marked.
        assert told.estimated
        assert told.main_residences == pytest.approx(0.82 * sum(homes.values()), abs=len(homes) / 1024)
        assert told.main_residences >= 30
        assert told.largest_share <= 1 / 5
        assert max(homes.values()) <= sum(homes.values()) / 5 + 0.01
        assert told.dwellings == sum(homes.values())


def test_a_residence_lies_in_one_cell_with_all_its_buildings(toy_town):
    for building in Building.objects.select_related("residence"):
        assert building.public_cell_id == building.residence.public_cell_id


def test_a_cell_lies_in_one_quarter_and_its_point_on_a_street_of_it(toy_town):
    for cell in PublicCell.objects.filter(municipality=toy_town.municipality).prefetch_related("neighbourhoods"):
        quarter = cell.neighbourhoods.get(kind="quartier")
        assert quarter.boundary.covers(cell.location)
        assert toy_town.municipality.boundary.covers(cell.location)
        street = Street.objects.annotate(away=Distance("line", cell.location)).order_by("away").first()
        assert street.away < D(m=1)
        assert cell.area.covers(cell.buildings.filter(dwellings__gt=0).first().location)
        kinds = sorted(cell.containments.values_list("kind", flat=True))
        assert kinds == ["quartier", "sous_quartier"]


def test_houses_of_a_village_too_small_share_a_cell_of_the_next_town(toy_town):
    """Voisine has nine homes: its people are seen at a cell of Villegrille."""
    cells = set(Residence.objects.filter(municipality=toy_town.neighbour).values_list("public_cell", flat=True))
    (cell,) = PublicCell.objects.filter(pk__in=cells)
    assert cell.municipality == toy_town.municipality
    assert cell.residences.filter(municipality=toy_town.municipality).exists()


def test_a_limit_within_150_metres_is_open_from_both_sides(toy_town):
    quarters = {
        quarter.pk: quarter.boundary.transform(2154, clone=True)
        for quarter in toy_town.municipality.neighbourhoods.filter(kind="quartier")
    }
    crossed = set()
    for cell in PublicCell.objects.filter(municipality=toy_town.municipality):
        own = cell.containments.get(kind="quartier").neighbourhood_id
        point = cell.location.transform(2154, clone=True)
        metres = {pk: boundary.distance(point) for pk, boundary in quarters.items() if pk != own}
        stored = set(cell.bordering.values_list("pk", flat=True))
        assert {pk for pk, far in metres.items() if far < 149.9} <= stored
        assert stored <= {pk for pk, far in metres.items() if far < 150.1}
        crossed |= {(own, other) for other in stored}
    assert any((other, own) in crossed for own, other in crossed)


def test_voisinage_is_symmetric_and_holds_300_homes(toy_town):
    pairs = set(VoisinagePair.objects.values_list("cell", "other"))
    assert {(other, one) for one, other in pairs} == pairs
    cells = PublicCell.objects.standing()
    for cell in cells:
        around = {other for one, other in pairs if one == cell.pk}
        assert cell.pk in around
        by_distance = cells.annotate(away=Distance("location", cell.location)).order_by("away")
        held, nearest = 0, set()
        for other in by_distance:
            if held < 300:
                nearest.add(other.pk)
                held += other.dwellings
        assert nearest <= around
        assert set(PublicCell.objects.in_voisinage_of([cell.pk]).values_list("pk", flat=True)) == around


def test_reach_cells_are_whole_cells_of_300_dwellings(toy_town):
    for reach in ReachCell.objects.all():
        cells = list(reach.public_cells.all())
        assert reach.dwellings == sum(cell.dwellings for cell in cells) >= 300
        assert reach.location in [cell.location for cell in cells]
    assert not PublicCell.objects.standing().filter(reach_cell=None).exists()


def test_a_second_run_changes_nothing(toy_town):
    settled = Settled("buildings", [toy_town.municipality.pk, toy_town.neighbour.pk], 1, 0, 0, 0)
    before = rows()
    cell_keeping.keep_public_cells(settled)
    cell_keeping.place_public_cells(settled)
    assert rows() == before


def test_the_houses_of_a_cell_are_one_circle(toy_town):
    for cell in PublicCell.objects.standing():
        small = cell.residences.of_buildings().filter(dwellings__lt=3)
        houses = cell.houses.get() if cell.houses.exists() else None
        assert (houses is not None) == small.exists()
        if houses:
            assert (houses.public_cell, houses.municipality) == (cell, cell.municipality)
            assert houses.dwellings == sum(home.dwellings for home in small)
            assert houses.location == cell.location
    assert set(Residence.objects.circles()) == {circle_of(residence) for residence in Residence.objects.all()}


def test_a_house_is_in_the_circle_of_its_cell_and_a_block_of_flats_its_own(toy_town):
    house = Residence.objects.get(key="bdtopo:BATIMENT-20-00")
    assert circle_of(house).houses_of == house.public_cell
    flats = Residence.objects.get(key="bdtopo:BATIMENT-09-05")
    assert circle_of(flats) == flats
