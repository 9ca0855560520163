"""Streets of the toy town: number 2i + 2 of the street y = 100 j opens on block (i, j)."""

from itertools import pairwise

import pytest

from geo.catchments import cells_covered
from geo.errors import InvalidParameter
from geo.models import Address, PublicCell, Residence
from geo.street_zones import addresses_along, along_street, residences_along, residences_in
from tests.directory.around import box

pytestmark = pytest.mark.django_db
#: The street y = 600.
STREET = "Rue des Genêts"


def numbers(*asked) -> list[int]:
    return sorted(addresses_along(*asked).values_list("number", flat=True))


def blocks(residences) -> set[str]:
    return {key.removeprefix("bdtopo:BATIMENT-") for key in residences.values_list("buildings__key", flat=True)}


def test_a_stretch_is_its_numbers_both_ends_included_in_either_order(toy_town):
    town = toy_town.municipality
    assert numbers(town, STREET, 4, 10) == numbers(town, "rue des genets", 10, 4) == [4, 6, 8, 10]
    assert numbers(town, STREET, 5, 9) == [6, 8]
    assert numbers(town, STREET, 38) == [38]
    assert len(numbers(town, STREET)) == 20


def test_its_zone_is_the_whole_cells_that_open_on_it(toy_town):
    zone = along_street(toy_town.municipality, STREET, 4, 10)
    opening = {f"bdtopo:BATIMENT-{i:02}-06" for i in (1, 2, 3, 4)}
    cells = set(PublicCell.objects.filter(buildings__key__in=opening).values_list("pk", flat=True))
    assert set(cells_covered(zone.area).values_list("pk", flat=True)) == cells
    for cell in PublicCell.objects.filter(pk__in=cells):
        assert zone.drawing.covers(cell.area)
    assert "maille" in zone.notes[0]


def test_a_longer_stretch_covers_what_the_shorter_did(toy_town):
    covered = [
        set(cells_covered(along_street(toy_town.municipality, STREET, 2, last).area).values_list("pk", flat=True))
        for last in (2, 8, 20, 40)
    ]
    assert covered == sorted(covered, key=len)
    for short, long in pairwise(covered):
        assert short <= long


@pytest.mark.parametrize(
    ("street", "first", "last", "named"),
    [
        ("Rue des Baobabs", None, None, "street"),
        ("", None, None, "street"),
        ("Rue des Gen", None, None, "street"),
        ("Allée n° 4", None, None, "street"),
        (STREET, 41, 99, "first"),
        (STREET, 3, 3, "first"),
    ],
)
def test_what_the_town_does_not_have_is_refused(toy_town, street, first, last, named):
    with pytest.raises(InvalidParameter) as refused:
        along_street(toy_town.municipality, street, first, last)
    assert refused.value.parameter == named


def test_a_street_of_another_town_is_not_found(toy_town):
    with pytest.raises(InvalidParameter):
        along_street(toy_town.neighbour, STREET)


def test_a_stretch_where_nobody_lives_has_no_zone(toy_town):
    Address.objects.filter(street_name=STREET).update(building=None)
    with pytest.raises(InvalidParameter) as refused:
        along_street(toy_town.municipality, STREET, 4, 10)
    assert refused.value.parameter == "zone"


def test_a_mandate_lists_the_residences_that_open_on_a_stretch(toy_town):
    stretch = addresses_along(toy_town.municipality, STREET, 4, 10)
    # Number 10 has two dwellings: no circle.
    assert blocks(residences_along(stretch)) == {"01-06", "02-06", "03-06"}


def test_a_mandate_lists_the_residences_of_an_area_and_no_houses_under_three_dwellings(toy_town):
    west, south, east, north = (*toy_town.point(1900, 0).coords, *toy_town.point(2300, 100).coords)
    area = box(0, 0, 1, 1).from_bbox((west, south, east, north))
    area.srid = 4326
    # Block (19, 0) has ten dwellings, the houses of Voisine one each.
    assert blocks(residences_in(area)) == {"19-00"}
    assert not Residence.objects.filter(buildings__key="bdtopo:BATIMENT-20-00", dwellings__gte=3).exists()
