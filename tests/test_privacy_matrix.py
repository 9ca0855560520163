"""The privacy matrix: every route x every viewer x every kind of row, asked for real."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from directory.models import Listing
from directory.publishing import publish, withdraw
from geo.models import BoundaryPart, Municipality
from scopes.models import Openness
from scopes.viewer import ANONYMOUS
from tests.privacy_matrix import LATITUDE, LONGITUDE, ROUTES

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

#: Every listing of the matrix carries it in its title: one search of the answer's bytes finds a leak.
CANARY = "Canari"


def route_names(patterns, prefix=""):
    """Name every route of a URLconf; one without a name is named by its address."""
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from route_names(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or address


def test_every_route_has_a_row():
    assert set(route_names(get_resolver().url_patterns)) == set(ROUTES)


@pytest.fixture
def town(db):
    """A town of one box around the point."""
    box = Polygon.from_bbox((LONGITUDE - 0.05, LATITUDE - 0.03, LONGITUDE + 0.05, LATITUDE + 0.03))
    town = Municipality.objects.create(
        key="insee:44109",
        source="test",
        insee_code="44109",
        department="44",
        name="Nantes",
        boundary=MultiPolygon(box),
        location=Point(LONGITUDE, LATITUDE),
    )
    BoundaryPart.objects.create(municipality=town, division=box)
    return town


@pytest.fixture
def rows(town):
    """One listing of every kind of row, with whether a passer-by may see it."""
    now, day = timezone.now(), timedelta(days=1)

    def row(title, **columns):
        columns.setdefault("location", Point(LONGITUDE, LATITUDE))
        return publish(category="bakery", title=f"{CANARY} {title}", municipality=town, **columns)

    withdrawn = row("retiré")
    withdraw(listing=withdrawn)
    return [
        (row("public"), True),
        (row("public sans lieu", location=None), True),
        (row("des membres", openness=Openness.MEMBERS), False),
        (row("des membres sans lieu", openness=Openness.MEMBERS, location=None), False),
        (row("pas encore", opens_at=now + day), False),
        (row("fini", opens_at=now - 2 * day, closes_at=now - day), False),
        (withdrawn, False),
    ]


ASKED = [(name, number) for name, ways in ROUTES.items() for number in range(len(ways))]


@pytest.mark.parametrize(("name", "number"), ASKED, ids=[f"{name}-{number}" for name, number in ASKED])
def test_a_passer_by_sees_what_is_public_and_live_and_nothing_else(client, rows, name, number):
    route = ROUTES[name][number]
    for listing, public in rows:
        answer = client.get(route.address(listing), route.query)
        assert answer.status_code < 500
        body = answer.content.decode(errors="replace")
        for other, other_is_public in rows:
            if not (other_is_public and route.shows_listings):
                assert other.title not in body, f"{other.title} leaks from {name}"
        if not route.shows_listings:
            assert CANARY not in body
        if name in ("listing", "listing-detail"):
            assert (answer.status_code == 200) is public


def test_a_route_that_shows_listings_really_shows_one(client, rows):
    """A matrix of empty answers would prove nothing."""
    public = rows[0][0]
    for name, ways in ROUTES.items():
        shown = [way for way in ways if way.shows_listings]
        if shown:
            bodies = [client.get(way.address(public), way.query).content.decode() for way in shown]
            assert any(public.title in body for body in bodies), name


@pytest.mark.parametrize("address", ["/annonce/{id}/", "/api/listings/{id}/"])
def test_forbidden_answers_like_absent(client, rows, address):
    nobody = "00000000-0000-4000-8000-000000000000"
    absent = client.get(address.format(id=nobody))
    assert absent.status_code == 404
    for listing, public in rows:
        if not public:
            answer = client.get(address.format(id=listing.public_id))
            assert answer.status_code == 404
            said = answer.content.decode().replace(str(listing.public_id), nobody)
            assert said == absent.content.decode()


def test_the_rule_itself_denies_by_default(rows):
    seen = set(Listing.objects.live().visible_to(ANONYMOUS).values_list("pk", flat=True))
    assert seen == {listing.pk for listing, public in rows if public}
