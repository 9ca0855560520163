"""An offer’s shape is told from public data and the table of the quarter: nobody who joined or asks changes a byte."""

from __future__ import annotations

import json
import random

import pytest
from django.contrib.gis.geos import GEOSGeometry

from directory.models import Listing
from directory.offer_forms import shape_of
from geo.models import Neighbourhood, PublicCell, Residence
from scopes.models import Acting
from scopes.reach import Connected
from scopes.reach_table import renew_reach
from tests.directory.browsing import browser
from tests.directory.organised import page
from tests.directory.shaped import counted, looked, shaped, words
from tests.neighbours import neighbour, person
from tests.scopes.mandates import SIRETS, organisation

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
SHAPES = [
    shaped("homes", homes=300),
    shaped("radius", radius=250),
    shaped("radius", radius=800),
    shaped("walk", minutes=6),
    shaped("town"),
]


def merchant_of(account, toy_town, *, siret: str = SIRETS[3]) -> tuple:
    """The browser of a merchant, and the address of an offer of a shop at one place."""
    own = organisation(account, kind="merchant", name="Levain SARL", siret=siret)
    shop = page(toy_town.municipality, own, location=toy_town.point(900, 900))
    return browser(account, two_factors=True), f"/pro/{shop.public_id}/offre/"


def everything_told(client, address: str) -> list[dict]:
    """What is told and drawn of each shape; the page itself differs by its CSRF token alone."""
    return [looked(client, address, **words(), **shape) for shape in SHAPES]


def test_ten_residents_owned_by_a_merchant_change_nothing_that_was_not_seen_before(toy_town):
    basile = person("Basile")
    client, address = merchant_of(basile, toy_town)
    counted(40, 0, 120)
    before = everything_told(client, address)
    homes = Residence.objects.circles().order_by("pk")[:10]
    owned = [neighbour(f"Ami {number}", home) for number, home in enumerate(homes)]
    assert everything_told(client, address) == before
    # Nor do they, each looking for the shop, see anything but what it sees.
    organisation_of_basile = basile.actings.get().organisation
    for one in owned:
        Acting.objects.create(account=one.account, organisation=organisation_of_basile, role="writer")
    assert all(everything_told(browser(one, two_factors=True), address) == before for one in owned[:3])


def test_ten_residents_are_told_by_no_table_either(toy_town):
    client, address = merchant_of(person("Basile"), toy_town)
    before = everything_told(client, address)
    for number, home in enumerate(Residence.objects.circles().order_by("pk")[:10]):
        neighbour(f"Ami {number}", home)
    renew_reach()
    assert everything_told(client, address) == before, "ten are below twenty, in each cell and in all of them"


def test_where_the_merchant_lives_plays_no_part(toy_town):
    counted(40, 0, 120)
    homes = Residence.objects.circles().order_by("pk")
    away, first, last = person("Anne"), neighbour("Basile", homes.first()), neighbour("Chloé", homes.last())
    told = []
    for account, siret in ((away, SIRETS[1]), (first.account, SIRETS[2]), (last.account, SIRETS[3])):
        client, address = merchant_of(account, toy_town, siret=siret)
        shop = address.split("/")[2]
        told.append(json.dumps(everything_told(client, address)).replace(shop, "the shop"))
        Listing.objects.filter(public_id=shop).delete()
    for one in told[1:]:
        assert one == told[0]


def test_any_shape_is_the_sum_of_the_whole_cells_of_the_table(toy_town):
    """Radius, homes, quarters, town and drawing: the reach cells whose centre they cover, no other."""
    rows = counted(40, 0, 120, 70, 20)
    draw = random.Random(20261201)
    town, quarters = toy_town.municipality, list(Neighbourhood.objects.filter(kind="quartier"))
    for _number in range(60):
        x, y = draw.uniform(0, 2000), draw.uniform(0, 2000)
        place = Listing(municipality=town, location=toy_town.point(x, y))
        wide, high = draw.uniform(100, 1500), draw.uniform(100, 1500)
        corners = [(x, y), (x + wide, y + draw.uniform(-80, 80)), (x + wide, y + high), (x, y + high), (x, y)]
        ring = [list(toy_town.point(*corner).coords) for corner in corners]
        told = draw.choice(
            [
                {"zone": "radius", "radius": draw.randint(50, 3000)},
                {"zone": "homes", "homes": draw.randint(1, 800)},
                {"zone": "quarters", "quarters": draw.sample(quarters, draw.randint(1, len(quarters)))},
                {"zone": "drawing", "drawing": json.dumps({"type": "Polygon", "coordinates": [ring]})},
                {"zone": "town"},
            ]
        )
        preview = shape_of(place, told).preview
        area: GEOSGeometry = shape_of(place, told).zone.area if told["zone"] != "town" else town.boundary
        assert preview.connected == Connected.of(sum(row.homes for row in rows if area.covers(row.centre))), told
        cells = [cell for cell in PublicCell.objects.sound() if area.covers(cell.location)]
        assert preview.homes == sum(cell.dwellings for cell in cells), told
