"""Others' eyes: viewers of every kind, as real ones are."""

from dataclasses import fields

import pytest

from directory.models import Listing
from scopes import second_lock
from scopes.models import Level, Openness
from scopes.onlookers import Onlooker, eyes_of
from scopes.viewer import Home
from scopes.viewing import viewer_of
from tests.neighbours import neighbour
from tests.scopes.village import titles

pytestmark = pytest.mark.privacy


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def home(alice):
    return viewer_of(alice.account_id).home


@pytest.fixture
def words(village, alice):
    for level in (Level.RESIDENCE, Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY):
        village.post(alice, level=level)
    village.post(alice, level=Level.MUNICIPALITY, openness=Openness.PUBLIC, title="ouvert")


def seen(home, kind) -> set[str]:
    with second_lock.opened([home.residence_id]):
        return titles(Listing.objects.visible_to(eyes_of(kind, home).viewer))


def test_each_sees_less_than_the_nearer_one(home, words):
    assert [seen(home, kind) for kind in Onlooker] == [
        {"residence", "voisinage", "neighbourhood", "municipality", "ouvert"},
        {"neighbourhood", "municipality", "ouvert"},
        {"ouvert"},
        {"ouvert"},
    ]


@pytest.mark.parametrize(("kind", "name"), [(Onlooker.NEIGHBOUR, "A"), (Onlooker.QUARTER, "D")])
def test_it_sees_what_someone_real_sees_from_there(village, home, words, kind, name):
    real = viewer_of(neighbour("Réelle", village.residences[name]).account_id)
    with second_lock.opened([home.residence_id]):
        assert seen(home, kind) == titles(Listing.objects.visible_to(real))


def test_the_neighbour_differs_from_oneself_only_by_who_it_is(home):
    other = eyes_of(Onlooker.NEIGHBOUR, home).viewer.home
    different = {field.name for field in fields(Home) if getattr(home, field.name) != getattr(other, field.name)}
    assert different == {"membership_id", "alias_id"}


def test_where_there_are_no_quarters_it_is_someone_of_the_voisinage(village, alice, words):
    village.town.circle_kind = ""
    village.town.save()
    home = viewer_of(alice.account_id).home
    assert seen(home, Onlooker.QUARTER) == {"voisinage", "municipality", "ouvert"}
