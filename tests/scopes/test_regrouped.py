"""Mandates through releases that join or part buildings: the doors that were named stay named, and no other is."""

import pytest
from django.contrib.gis.geos import Point

from geo.models import Address, Building
from scopes.models import Management, MandatedResidence
from scopes.regrouped import _changes
from tests.neighbours import person
from tests.scopes.mandates import in_force
from tests.scopes.test_reshaping import building, home, released, street

pytestmark = pytest.mark.django_db
__all__ = ["street"]


@pytest.fixture
def doors(street):
    """A door in each building."""
    for one in Building.objects.all():
        door = {"source": "test", "municipality": one.municipality, "location": Point(*one.location.coords)}
        Address.objects.create(key=f"door-{one.key[-1]}", building=one, number=1, street_name="Rue", **door)


def joins_a_and_b(**columns):
    released([building("a", 0, "1"), building("b", 1, "1"), building("c", 2), building("d", 3)])


def named(mandate) -> dict[int, list[str]]:
    """Doors that a mandate names in each residence that stands; none where it names all of it."""
    rows = MandatedResidence.objects.filter(mandate=mandate, residence__closed_on=None)
    return {row.residence_id: row.entrances for row in rows}


def test_what_a_release_joins_keeps_the_doors_that_were_named_and_the_others_are_told(doors):
    mandate = in_force(person("Gil"), [home("a")])
    joins_a_and_b()
    assert home("a") == home("b")
    assert named(mandate) == {home("a").pk: ["door-a"]}
    row = MandatedResidence.objects.get(mandate=mandate, residence=home("a"))
    assert row.joined_at is not None and row.told_at is None


def test_where_all_of_it_was_named_all_of_it_is_and_its_manager_manages_it(doors):
    mandate = in_force(person("Gil"), [home("a"), home("b")])
    paul = person("Paul")
    for one in (home("a"), home("b")):
        Management.objects.create(account=paul, residence=one)
    joins_a_and_b()
    assert named(mandate) == {home("a").pk: []}
    assert not MandatedResidence.objects.filter(joined_at__isnull=False).exists()
    assert Management.objects.filter(account=paul, residence=home("a"), ended_at=None).exists()


def test_a_door_that_was_nobodys_is_not_named_by_it(doors):
    mandate = in_force(person("Gil"), [home("a")])
    Building.objects.filter(key="d").update(residence=None)
    released([building("a", 0, "1"), building("b", 1), building("c", 2), building("d", 3, "1")])
    assert home("a") == home("d")
    assert named(mandate) == {home("a").pk: ["door-a"]}
    assert MandatedResidence.objects.get(mandate=mandate, residence=home("a")).joined_at is not None


def test_what_a_release_parts_stays_named(doors):
    joins_a_and_b()
    mandate = in_force(person("Gil"), [home("a")])
    released([building(key, place) for place, key in enumerate("abcd")])
    assert home("a") != home("b")
    assert set(named(mandate)) == {home("a").pk, home("b").pk}


def test_a_release_that_changes_no_circle_changes_no_mandate(doors):
    mandate = in_force(person("Gil"), [home("a")])
    joins_a_and_b()
    before = list(MandatedResidence.objects.order_by("pk").values())
    released([building("a", 0, "1"), building("b", 1, "1"), building("c", 2), building("d", 3, dwellings=12)])
    assert list(MandatedResidence.objects.order_by("pk").values()) == before and named(mandate)


@pytest.mark.parametrize(
    ("successions", "changes"),
    [
        (set(), []),
        ({(1, 9), (2, 9)}, [({1, 2}, {9})]),
        ({(1, 8), (1, 9)}, [({1}, {8, 9})]),
        ({(1, 8), (2, 8), (2, 9), (3, 9), (4, 7)}, [({1, 2, 3}, {8, 9}), ({4}, {7})]),
    ],
)
def test_what_went_together_is_one_change(successions, changes):
    assert list(_changes(successions)) == changes
