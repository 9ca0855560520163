"""A helping hand changes no byte of any page for anyone outside its circle (privacy.md, T1)."""

import pytest
from django.core.cache import cache

from directory import helping
from directory.models import Help, Listing, SearchEntry
from scopes.models import Level
from tests.directory.browsing import browser, said
from tests.directory.helping import asks_for_help, invites, trusts
from tests.directory.introduced import listed, wants
from tests.directory.speaking import looking, say
from tests.neighbours import neighbour, person
from tests.privacy_matrix import ROUTES
from tests.scopes.mandates import over_area, town_hall

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture
def onlookers(village) -> dict:
    """One of each who might learn of it: none is in the circle."""
    mayor = person("Odile")
    hall = town_hall(mayor, village.town)
    over_area(mayor, hall, municipality=village.town)
    listed(mayor, hall, person("Anna"))
    return {
        "anonymous": None,
        "next door": neighbour("Rémi", village.residences["A"]),
        "moderator": neighbour("Maud", village.residences["A"], moderates=True),
        "caretaker": neighbour("Karim", village.residences["A"], role="caretaker"),
        "next residence": neighbour("Bruno", village.residences["B"]),
        "staff": person("Sam", is_staff=True),
        "town": mayor,
    }


def pages(who, about, names) -> dict[str, bytes]:
    """What these routes answer to someone, asked about one listing; nothing is kept from an earlier look."""
    cache.clear()
    client, told = browser(who, two_factors=True), {}
    for name in names:
        for route in ROUTES[name]:
            told[f"{name} {route.query}"] = said(route.ask(client, about.public_id))
    return told


#: Where one would look first: what is new, what waits, what is there, what is counted.
_FIRST = ("residence", "quarter", "conversations", "helps", "nearby")
#: Who lives next door, and who runs something.
_NEAREST = ("next door", "caretaker", "town")


@pytest.mark.parametrize("names", [_FIRST, pytest.param(tuple(ROUTES), marks=pytest.mark.slow)], ids=["first", "all"])
def test_nobody_outside_the_circle_can_tell_whether_there_is_one(village, onlookers, names, request):
    if not request.config.getoption("--slow"):
        onlookers = {name: onlookers[name] for name in _NEAREST}
    jeanne = neighbour("Jeanne", village.residences["A"])
    word = say(jeanne, Level.MUNICIPALITY, "Bonjour à tous", openness="public")
    before = {name: pages(who, word, names) for name, who in onlookers.items()}
    asked = asks_for_help(jeanne)
    trusts(jeanne, asked, person("Claire"))
    invites(jeanne, asked, "Bruno")
    wants(jeanne, asked)
    for name, who in onlookers.items():
        after = pages(who, word, names)
        assert [page for page in after if after[page] != before[name][page]] == [], name
    with looking(jeanne) as viewer:
        helping.end(viewer=viewer, public_id=asked.public_id)
    assert pages(onlookers["next door"], word, names) == before["next door"]


def test_it_is_nowhere_where_listings_are(village):
    jeanne = neighbour("Jeanne", village.residences["A"])
    listings, entries = Listing.objects.count(), SearchEntry.objects.count()
    asks_for_help(jeanne)
    assert (Listing.objects.count(), SearchEntry.objects.count()) == (listings, entries)
    assert not issubclass(Help, Listing)
    placed = {"residence", "cell", "location", "neighbourhood", "catchment"}
    assert not placed & {field.name for field in Help._meta.get_fields()}
