"""Meeting points in the toy town: of a house and a street, those that are around their public cell."""

import pytest

from directory.meeting_points import called, nearest_to
from geo.models import Address, PublicCell
from tests.directory.riding import make_squares_everywhere

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]


@pytest.fixture
def homes(toy_town):
    """Addresses of three cells, by cell."""
    make_squares_everywhere(toy_town.municipality)
    of_cell: dict[int, list[Address]] = {}
    for address in Address.objects.filter(building__public_cell__isnull=False).select_related("building"):
        of_cell.setdefault(address.building.public_cell_id, []).append(address)
    return {pk: of_cell[pk][:5] for pk in sorted(of_cell, key=lambda pk: -len(of_cell[pk]))[:3]}


def test_whoever_types_where_they_live_is_offered_what_everyone_of_their_cell_is(homes):
    lists = {}
    for pk, addresses in homes.items():
        told = {tuple(one.key for one in called(str(address))) for address in addresses}
        point = PublicCell.objects.get(pk=pk).location
        assert told == {tuple(one.key for one in nearest_to(point))}
        lists[pk] = told.pop()
        # Around the doors themselves, the lists would tell them apart.
        assert len({tuple(one.key for one in nearest_to(address.location)) for address in addresses}) > 1
    assert len(set(lists.values())) == 3


def test_a_street_is_told_from_the_cell_next_to_its_middle(homes):
    points = [tuple(one.key for one in nearest_to(cell.location)) for cell in PublicCell.objects.standing()]
    street = next(iter(homes.values()))[0].street_name
    assert tuple(one.key for one in called(street)) in points


def test_a_square_is_told_from_where_it_is(homes):
    told = called("Place 60")
    assert told[0].name == "Place 60" and told == nearest_to(told[0].point)
