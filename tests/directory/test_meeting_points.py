"""Meeting points in the toy town: of a house and a street, those that are around their public cell."""

import pytest

from directory.meeting_points import SUGGESTED, called, nearest_to, understood
from directory.publishing import publish, withdraw
from geo.models import Address, Building, PublicCell, Toponym
from geo.wording import comparable
from tests.directory.riding import make_squares_everywhere

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]


@pytest.fixture
def homes(toy_town):
    """Some addresses of two cells, by cell."""
    make_squares_everywhere(toy_town.municipality)
    of_cell: dict[int, list[Address]] = {}
    for address in Address.objects.filter(building__public_cell__isnull=False).select_related("building"):
        of_cell.setdefault(address.building.public_cell_id, []).append(address)
    return {pk: of_cell[pk][::5][:3] for pk in sorted(of_cell, key=lambda pk: -len(of_cell[pk]))[:2]}


def test_whoever_types_where_they_live_is_offered_what_everyone_of_their_cell_is(homes):
    lists = {}
    for pk, addresses in homes.items():
        told = {tuple(one.key for one in called(str(address))) for address in addresses}
        point = PublicCell.objects.get(pk=pk).location
        assert told == {tuple(one.key for one in nearest_to(point))}
        lists[pk] = told.pop()
        # Around the doors themselves, the lists would tell them apart.
        assert len({tuple(one.key for one in nearest_to(address.location)) for address in addresses}) > 1
    assert len(set(lists.values())) == 2


def test_a_street_is_told_from_the_cell_next_to_its_middle(homes):
    points = [tuple(one.key for one in nearest_to(cell.location)) for cell in PublicCell.objects.standing()]
    street = next(iter(homes.values()))[0].street_name
    assert tuple(one.key for one in called(street)) in points


def test_so_is_a_building_that_people_live_in_by_its_name(homes):
    for number, address in enumerate(next(iter(homes.values()))[:2]):
        name = f"Résidence du Coquelicot {'bleu' if number else 'blanc'}"
        told = {"kind": "place", "name": name, "label": name, "municipality": address.municipality}
        Toponym.objects.create(**told, normalised=comparable(name), location=address.building.location)
        assert called(name) == nearest_to(address.building.public_cell.location) != nearest_to(address.location)


def test_a_building_without_homes_is_told_from_where_it_is(homes):
    building = next(iter(homes.values()))[0].building
    Building.objects.filter(pk=building.pk).update(public_cell=None, dwellings=0)
    told = {"kind": "place", "name": "Halle", "label": "Halle", "municipality_id": building.municipality_id}
    Toponym.objects.create(**told, normalised="halle", location=building.location)
    assert called("Halle") == nearest_to(building.location)


def test_a_square_is_told_from_where_it_is(homes):
    told = called("Place 60")
    assert told[0].name == "Place 60" and told == nearest_to(told[0].point)


def test_what_bears_another_name_says_around_which_place_it_is(homes):
    address = next(iter(homes.values()))[0]
    found = called(str(address))[0]
    assert understood(str(address), found).startswith(str(address))
    square = called("Place 60")[0]
    assert understood("place 60", square) == understood(f"Place 60 {square.town}", square) == ""


def test_a_place_whose_name_is_not_what_was_typed_is_not_what_was_meant(homes):
    street = next(iter(homes.values()))[0].street_name
    first, last = street.split()[0], street.split()[-1]
    assert called(f"{first} {last[:-1]}u") == called(street) != []
    assert called(f"{last} Gare") == called("Gare") == []


def labels(client, text, **asked):
    answer = client.get("/api/meeting-points/", {"q": text, **asked})
    assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-store"
    return [one["properties"]["label"] for one in answer.json()["features"]]


class TestCompleting:
    """`/api/meeting-points/`, while someone types."""

    def test_the_beginnings_of_words_find_squares_and_places(self, client, homes, toy_town):
        there = {"municipality": toy_town.municipality, "location": toy_town.point(500, 500)}
        gare = publish(category="station", title="Gare du Canal", **there)
        assert labels(client, "canal gar")[0] == labels(client, "gare du c")[0] == "Gare du Canal"
        assert labels(client, "place 6")[0].startswith("Place 6") and len(labels(client, "place 6")) == SUGGESTED
        assert labels(client, "place 6", limit="2") == labels(client, "place 6")[:2]
        withdraw(listing=gare)
        assert "Gare du Canal" not in labels(client, "gare du c")

    def test_it_tells_the_key_and_the_town_of_each(self, client, homes, toy_town):
        (told,) = client.get("/api/meeting-points/", {"q": "place 60", "limit": "1"}).json()["features"]
        found = called("Place 60")[0]
        assert told["properties"] == {"id": found.key, "label": "Place 60", "town": toy_town.municipality.name}
        assert told["geometry"]["coordinates"] == [found.longitude, found.latitude]

    def test_around_a_house_it_tells_what_everyone_of_the_cell_is_told(self, client, homes):
        addresses = next(iter(homes.values()))
        assert len({tuple(labels(client, str(address))) for address in addresses}) == 1

    @pytest.mark.parametrize(
        ("asked", "parameter"),
        [
            ({}, "q"),
            ({"q": " "}, "q"),
            ({"q": "x" * 201}, "q"),
            ({"q": "pl", "limit": "99"}, "limit"),
            ({"q": "a", "b": "1"}, "b"),
        ],
    )
    def test_what_cannot_be_asked_is_named(self, client, db, asked, parameter):
        answer = client.get("/api/meeting-points/", asked)
        assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)

    def test_of_nothing_known_there_is_nothing(self, client, homes):
        assert labels(client, "tombouctou") == labels(client, "de la") == []
