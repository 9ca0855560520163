"""Cells of a village of houses, through vintages that remove, add, split, join and rename its buildings."""

from random import Random

import pytest
import shapely

from geo.activation import roll_back
from geo.cell_keeping import keep_cells
from geo.importing import Row
from geo.models import (
    Building,
    CensusArea,
    FormerMunicipality,
    Municipality,
    PublicCell,
    ReachCell,
    Release,
    Residence,
)
from geo.public_cells import homes_of
from tests.geo.houses import EAST, NORTH, SHARE, Village, activated, commune, plot, village

pytestmark = pytest.mark.django_db


def check_rule() -> None:
    """What is stored obeys the rule, summed anew from the open buildings."""
    homes: dict[int, dict[int, int]] = {}
    placed = Building.objects.open().filter(residence__public_cell__isnull=False, dwellings__gt=0)
    for cell, residence, dwellings in placed.values_list("public_cell", "residence", "dwellings"):
        of_cell = homes.setdefault(cell, {})
        of_cell[residence] = of_cell.get(residence, 0) + dwellings
    assert homes
    for cell, of_cell in homes.items():
        told = PublicCell.objects.get(pk=cell)
        assert told.merged_into is None
        assert told.dwellings == sum(of_cell.values())
        assert SHARE * told.dwellings >= 29.9
        assert max(of_cell.values()) <= told.dwellings / 5 * 1.001
        assert not told.area.empty


def standing() -> dict[int, int]:
    """For every cell that ever was, the one that stands for it; unions resolve in one step."""
    cells = {cell.pk: cell for cell in PublicCell.objects.all()}
    assert all(
        cell.merged_into_id is None or cells[cell.merged_into_id].merged_into_id is None for cell in cells.values()
    )
    return {pk: cell.merged_into_id or pk for pk, cell in cells.items()}


@pytest.mark.parametrize(("seed", "vintages"), [(1, 3), *(pytest.param(n, 8, marks=pytest.mark.slow) for n in (1, 2))])
def test_vintages_only_unite_whole_cells(seed, vintages):
    activated("municipalities", "FR", [commune()])
    told = village(250, seed=seed)
    check_rule()
    for _ in range(vintages):
        before = dict(Building.objects.values_list("key", "public_cell"))
        grounds = dict(told.houses)
        told.change()
        told.show()
        check_rule()
        now = dict(Building.objects.values_list("key", "public_cell"))
        stands = standing()
        assert all(now[key] == stands[cell] for key, cell in before.items() if cell)
        # Whoever lives on the same ground, under whatever key, is seen at the cell of before.
        for new in set(told.houses) - set(grounds):
            footprint = told.houses[new][0]
            for old, (ground, _dwellings) in grounds.items():
                common = shapely.intersection(footprint, ground).area
                if common > 0.51 * min(footprint.area, ground.area):
                    assert now[new] == stands[before[old]]


def test_going_back_to_an_earlier_vintage_keeps_everyone_in_their_cell():
    activated("municipalities", "FR", [commune()])
    told = village(60)
    before = dict(Building.objects.values_list("key", "public_cell"))
    told.change()
    told.show()
    roll_back(release=Release.objects.active().get(dataset="buildings"))
    stands = standing()
    assert dict(Building.objects.open().values_list("key", "public_cell")) == {
        key: stands[cell] for key, cell in before.items()
    }
    check_rule()


def test_a_village_of_houses_has_cells_of_little_more_than_the_least():
    activated("municipalities", "FR", [commune()])
    village(400)
    check_rule()
    cells = PublicCell.objects.all()
    assert {cell.municipality.insee_code for cell in cells} == {"77001"}
    # Twice the least and one house more is cut in two.
    assert max(cell.main_residences for cell in cells) < 2 * (30 + 2)
    # No street is known: the point is in the middle of the homes.
    assert all(cell.area.convex_hull.covers(cell.location) for cell in cells)


@pytest.mark.slow
def test_a_hamlet_waits_for_a_neighbour_then_shares_a_cell_with_it():
    activated("municipalities", "FR", [commune(), commune("77002", west=3_000), commune("78001", west=-3_000)])
    hamlet = Village(Random(1), code="77002")
    hamlet.build_rows(20, x=3_100)
    hamlet.show()
    assert not PublicCell.objects.exists()
    elsewhere = village(60, code="78001")
    assert not Residence.objects.open().filter(municipality__insee_code="77002", public_cell__isnull=False).exists()
    assert elsewhere.houses
    village(60)
    check_rule()
    (cell,) = set(
        Residence.objects.of_buildings().filter(municipality__insee_code="77002").values_list("public_cell", flat=True)
    )
    assert PublicCell.objects.get(pk=cell).municipality.insee_code == "77001"
    hamlet.build_rows(40, x=4_000, y=1_000)
    before = dict(Building.objects.values_list("key", "public_cell"))
    hamlet.show()
    check_rule()
    stands = standing()
    now = dict(Building.objects.values_list("key", "public_cell"))
    assert all(now[key] == stands[cell] for key, cell in before.items())
    # What is built far enough and is enough is a cell of the hamlet's own.
    assert Municipality.objects.get(insee_code="77002").public_cells.exists()


def test_two_hamlets_make_a_cell_together():
    activated("municipalities", "FR", [commune(), commune("77002", west=3_000)])
    village(25)
    hamlet = Village(Random(1), code="77002")
    hamlet.build_rows(25, x=3_100)
    hamlet.show()
    check_rule()
    assert len({cell for cell in Residence.objects.of_buildings().values_list("public_cell", flat=True)}) == 1


def test_a_tower_waits_until_its_town_is_large_enough():
    activated("municipalities", "FR", [commune()])
    told = Village(Random(1))
    told.build_rows(100)
    told.build(plot(500, 500, 40, 40), 120)
    told.show()
    check_rule()
    tower = Building.objects.get(dwellings=120).residence
    assert tower.public_cell is None
    assert Residence.objects.open().of_buildings().filter(public_cell=None).count() == 1
    told.build_rows(400, y=600)
    told.show()
    check_rule()
    tower.refresh_from_db()
    assert tower.public_cell.main_residences >= 5 * SHARE * 120 - 1


def test_a_village_that_empties_closes_its_cells_to_newcomers_and_opens_them_again():
    activated("municipalities", "FR", [commune()])
    told = village(40)
    cell = PublicCell.objects.get()
    all_of_them = dict(told.houses)
    for key in sorted(told.houses)[10:]:
        del told.houses[key]
    told.show()
    assert not Residence.objects.open().exclude(public_cell=None).exists()
    assert not PublicCell.objects.sound().exists()
    assert set(Building.objects.values_list("public_cell", flat=True)) == {cell.pk}
    told.houses = all_of_them
    told.show()
    check_rule()
    assert PublicCell.objects.sound().get() == cell


def test_united_cells_close_the_circles_of_their_houses_and_a_new_one_starts_empty():
    activated("municipalities", "FR", [commune()])
    told = village(80)
    circles = set(Residence.objects.open().filter(houses_of__isnull=False))
    assert len(circles) == PublicCell.objects.count() > 1
    # A building that holds a fifth of one cell and more needs them all.
    told.build(plot(100 + 25 * 5 - 10, 100 + 25 * 4 + 12, 8, 8), 18)
    told.show()
    check_rule()
    cell = PublicCell.objects.standing().get()
    assert not {circle.pk for circle in circles} & set(Residence.objects.open().values_list("pk", flat=True))
    assert Residence.objects.open().get(houses_of=cell).public_cell == cell
    assert {circle.public_cell_id for circle in Residence.objects.filter(pk__in=[c.pk for c in circles])} == {cell.pk}
    assert set(PublicCell.objects.standing_for([circle.houses_of_id for circle in circles])) == {cell}


def street(key: str, x: float, y: float, east: float, north: float, name: str = "") -> Row:
    """A street between two points of the village."""
    line = shapely.LineString([(2 + x * EAST, 48 + y * NORTH), (2 + east * EAST, 48 + north * NORTH)])
    return Row(key, line, {"name": name, "walkable": True}, key=key, insee_code="77001")


def quarter(code: str, x: float, width: float) -> Row:
    """A quarter as wide as told, as high as the village."""
    told = {"kind": "quartier", "code": code, "name": code}
    return Row(code, plot(x, 0, width, 3_000), told, key=f"77001/quartier/{code}", insee_code="77001")


def metres_apart(cell: PublicCell, x: float, y: float) -> float:
    """From the point of a cell to a place of the village."""
    longitude, latitude = cell.location.coords
    return (((longitude - 2) / EAST - x) ** 2 + ((latitude - 48) / NORTH - y) ** 2) ** 0.5


def test_the_point_follows_the_streets_and_the_quarters_but_nobody_changes_cell():
    activated("municipalities", "FR", [commune()])
    village(60)
    members = dict(Building.objects.values_list("key", "public_cell"))
    (cell,) = PublicCell.objects.all()
    middle = cell.location.coords
    path, road = street("path", 0, 190, 900, 190), street("road", 0, 260, 900, 260, "Rue du Bourg")
    activated("streets", "77001", [path, road])
    cell.refresh_from_db()
    # On the named street, next to the middle of the homes.
    assert metres_apart(cell, (middle[0] - 2) / EAST, 260) < 1
    on_the_road = cell.location
    activated("streets", "77001", [path, road, street("other", 0, 170, 900, 170, "Rue Neuve")])
    cell.refresh_from_db()
    assert cell.location == on_the_road
    activated("streets", "77001", [path])
    cell.refresh_from_db()
    assert abs((cell.location.y - 48) / NORTH - 190) < 1
    activated("neighbourhoods", "77001/quartier", [quarter("O", 0, 180), quarter("E", 180, 2_820)])
    cell.refresh_from_db()
    # Most of the homes are in the east, and so is the point, a metre from the limit at least.
    assert cell.containments.get().neighbourhood.code == "E"
    assert (cell.location.x - 2) / EAST >= 180.5
    assert [border.neighbourhood.code for border in cell.borders.all()] == ["O"]
    activated("neighbourhoods", "77001/quartier", [quarter("O", 0, 2_000), quarter("E", 2_000, 1_000)])
    assert cell.containments.get().neighbourhood.code == "O"
    assert not cell.borders.exists()
    assert dict(Building.objects.values_list("key", "public_cell")) == members


def test_cells_are_cut_along_the_limits_of_quarters():
    activated("municipalities", "FR", [commune()])
    activated("neighbourhoods", "77001/quartier", [quarter("O", 0, 218), quarter("E", 218, 2_782)])
    village(200)
    check_rule()
    for cell in PublicCell.objects.all():
        quarters = {residence.neighbourhoods.get().code for residence in cell.residences.of_buildings()}
        assert quarters == {cell.containments.get().neighbourhood.code}


def test_a_building_on_the_ground_of_two_cells_unites_them_even_across_communes():
    activated("municipalities", "FR", [commune(), commune("77002", west=3_000)])
    here = village(40)
    there = village(40, seed=2, code="77002", x=3_100)
    one, other = PublicCell.objects.order_by("pk")
    # One building on both sides of the limit replaces a house of each.
    covered = [sorted(here.houses)[0], sorted(there.houses)[0]]
    near = here.houses.pop(covered[0])
    far = there.houses[covered[1]]
    hall = shapely.MultiPolygon([near[0], far[0]])
    here.build(hall, 2)
    here.show()
    one.refresh_from_db()
    other.refresh_from_db()
    assert other.merged_into == one
    check_rule()


def test_a_small_village_shares_a_reach_cell_with_the_next():
    activated("municipalities", "FR", [commune(), commune("77002", west=3_000)])
    village(100)
    assert not ReachCell.objects.exists()
    village(400, code="77002", x=3_100)
    counted = {cell.reach_cell_id for cell in PublicCell.objects.standing()}
    assert all(reach.dwellings >= 300 for reach in ReachCell.objects.filter(pk__in=counted))
    of_small = PublicCell.objects.filter(municipality__insee_code="77001").values_list("reach_cell", flat=True)
    assert None not in counted
    assert len(set(of_small)) == 1


def test_cells_that_are_united_unite_their_reach_cells():
    activated("municipalities", "FR", [commune()])
    told = village(800)
    before = set(ReachCell.objects.values_list("pk", flat=True))
    assert len(before) > 1
    told.build(plot(450, 1_000, 40, 40), 160)
    told.show()
    check_rule()
    cells = list(PublicCell.objects.standing())
    counted = ReachCell.objects.filter(merged_into=None)
    assert {cell.reach_cell_id for cell in cells} == set(counted.values_list("pk", flat=True)) < before
    for reach in counted:
        assert reach.dwellings == sum(cell.dwellings for cell in cells if cell.reach_cell_id == reach.pk) >= 300
    assert (
        not ReachCell.objects.exclude(merged_into=None)
        .filter(merged_into__in=ReachCell.objects.exclude(merged_into=None))
        .exists()
    )


def test_shares_of_main_residences_are_those_of_the_iris_else_of_the_commune_and_its_former_ones():
    told = {"population": 1, "vintage": "2021"}
    CensusArea.objects.create(code="770010101", insee_code="77001", dwellings=100, main_residences=50, **told)
    CensusArea.objects.create(code="770010102", insee_code="77001", dwellings=100, main_residences=90, **told)
    CensusArea.objects.create(code="770090000", insee_code="77009", dwellings=100, main_residences=100, **told)
    CensusArea.objects.create(code="770080000", insee_code="77008", dwellings=100, main_residences=None, **told)
    activated("municipalities", "FR", [commune()])
    town = Municipality.objects.get()
    for code in ("77009", "77008"):
        FormerMunicipality.objects.create(insee_code=code, name="", kind="COMD", successor=town)
    iris = {"kind": "iris", "code": "770010101", "name": "Bourg"}
    activated("neighbourhoods", "77001/iris", [Row(1, plot(0, 0, 218, 3_000), iris, key="i", insee_code="77001")])
    told = Village(Random(1))
    inside, outside = told.build(plot(100, 100), 10), told.build(plot(300, 100), 10)
    told.show()
    homes = homes_of([town.pk])
    shares = dict(zip(homes.residence_ids.tolist(), homes.main_residences.tolist(), strict=True))
    by_key = {residence.key: shares[residence.pk] for residence in Residence.objects.of_buildings()}
    assert by_key == {inside: 5.0, outside: 8.0}
    assert not homes.estimated.any()


@pytest.mark.slow
def test_a_residence_that_people_added_counts_and_keeps_its_cell():
    activated("municipalities", "FR", [commune()])
    told = village(200)
    town = Municipality.objects.get()
    house = Residence.objects.of_buildings().first()
    added = Residence.objects.create(
        key="people:1", municipality=town, dwellings=20, location=house.location, public_cell=house.public_cell
    )
    Residence.objects.filter(pk=added.pk).update(decided=True)
    keep_cells(municipalities=[town.pk])
    added.refresh_from_db()
    cell = added.public_cell
    assert cell.dwellings == 20 + sum(
        home.dwellings for home in cell.residences.open().of_buildings() if home.pk != added.pk
    )
    assert cell.main_residences >= 5 * SHARE * 20 - 1
    told.show()
    keep_cells(municipalities=[town.pk])
    added.refresh_from_db()
    assert added.public_cell == cell
