"""An offer’s shape is told from public data and the table of the quarter: nobody who joined or asks changes a byte."""

from __future__ import annotations

import json
import random
import re
from collections import Counter

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils import timezone

from directory import counting_interest
from directory.counting_interest import count_interest
from directory.models import Interest, InterestFigure, Listing, Promotion
from directory.offer_forms import shape_of
from geo.models import Neighbourhood, PublicCell, Residence
from scopes.models import Acting
from scopes.reach import Connected, quarter_after, quarter_of
from scopes.reach_table import renew_reach
from tests.directory.browsing import browser
from tests.directory.organised import offers, page
from tests.directory.shaped import counted, looked, shaped, words
from tests.neighbours import neighbour, person
from tests.privacy.alike import the_clock_stands
from tests.privacy.answers import everything_of
from tests.scopes.crowd import settle
from tests.scopes.mandates import SIRETS, organisation
from tests.still import still_page

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
SHAPES = [
    shaped("homes", homes=300),
    shaped("radius", radius=250),
    shaped("radius", radius=800),
    shaped("walk", minutes=6),
    shaped("town"),
]
#: The moment at which pages are compared.
NOON = timezone.now()


def merchant_of(account, toy_town, *, siret: str = SIRETS[3]) -> tuple:
    """The browser of a merchant, and the address of an offer of a shop at one place."""
    own = organisation(account, kind="merchant", name="Levain SARL", siret=siret)
    shop = page(toy_town.municipality, own, location=toy_town.point(900, 900))
    return browser(account, two_factors=True), f"/pro/{shop.public_id}/offre/"


def everything_told(client, address: str) -> list[dict]:
    """What is told and drawn of each shape; the page itself differs by its CSRF token alone."""
    return [looked(client, address, **words(), **shape) for shape in SHAPES]


def everything_read(client, address: str, offer: Promotion) -> list[tuple]:
    """All that a merchant reads of a shop and of the town, byte by byte: status, headers and body of each page."""
    code = offer.municipality.insee_code
    here = {"lat": offer.place.location.y, "lon": offer.place.location.x}
    pages = [
        *("/pro/", address, f"{address}{offer.public_id}/", f"{address}{offer.public_id}/affiche/"),
        *(f"/offre/{offer.public_id}/", f"/annonce/{offer.place.public_id}/", "/moi/bons/"),
        *(f"/ville/{code}/", f"/ville/{code}/adoption/"),
    ]
    with the_clock_stands(NOON):
        told = [everything_of(client.get(page)) for page in pages]
        told += [everything_of(client.get("/api/nearby/", {**here, "q": word})) for word in ("", "Fournil", "Ami")]
    return told


def ten(where: str, *, name: str = "Ami") -> list:
    """Ten residents of one public cell, or of as many buildings all over the town."""
    homes = list(Residence.objects.circles().of_buildings().order_by("pk"))
    if where == "one cell":
        homes = [one for one in homes if one.public_cell_id == homes[0].public_cell_id]
    return [neighbour(name, homes[number * len(homes) // 10]) for number in range(10)]


@pytest.mark.parametrize("where", ["one cell", pytest.param("all over the town", marks=pytest.mark.slow)])
class TestTenResidentsOwnedByAMerchant:
    """They change nothing that the merchant did not see before, and see nothing that others of their place do not."""

    @pytest.fixture
    def shop(self, toy_town):
        basile = person("Basile")
        client, address = merchant_of(basile, toy_town)
        own = basile.actings.get().organisation
        return client, address, offers(basile, own, Listing.objects.get(public_id=address.split("/")[2]))

    def test_the_merchant_reads_the_same_bytes(self, shop, where):
        client, address, offer = shop
        counted(40, 0, 120)
        before, shapes = everything_read(client, address, offer), everything_told(client, address)
        owned = ten(where)
        assert everything_read(client, address, offer) == before
        assert everything_told(client, address) == shapes
        # Nor do they, each looking for the shop, see anything but what it sees.
        for one in owned:
            Acting.objects.create(account=one.account, organisation=offer.organisation, role="writer")
        for one in owned[:: 5 if where == "one cell" else 1]:
            assert everything_told(browser(one, two_factors=True), address) == shapes

    @pytest.mark.slow
    @pytest.mark.parametrize("mutant", [False, True], ids=["as it is", "its own homes counted"])
    def test_nor_does_what_they_keep_move_the_figure(self, shop, where, mutant, monkeypatch):
        """They joined by letter, agreed, act for the shop and keep its offer: the figure of the quarter is the same.

        What their homes may move in the table is what any ten would (`tests/scopes/test_active_attacks.py`).
        """
        client, address, offer = shop
        now, following = quarter_of(timezone.localdate()), quarter_after(timezone.localdate())
        crowd = settle(list(Residence.objects.circles().of_buildings()) * 12)
        renew_reach(on=now)
        Interest.objects.bulk_create(Interest(account=one.account, promotion=offer, quarter=now) for one in crowd[:90])
        if mutant:
            monkeypatch.setattr(counting_interest, "published", lambda *, counted, **_others: max(20, counted))
            monkeypatch.setattr(counting_interest, "own_homes", lambda shops: set())

        def told() -> tuple:
            with transaction.atomic():
                count_interest(on=following)
                figures = list(InterestFigure.objects.values_list("organisation", "homes"))
                assert any(homes for _shop, homes in figures)
                read = (figures, everything_told(client, address), everything_read(client, address, offer))
                transaction.set_rollback(True)
            return read

        without = told()
        for one in ten(where):
            Acting.objects.create(account=one.account, organisation=offer.organisation, role="writer")
            Interest.objects.create(account=one.account, promotion=offer, quarter=now)
        assert (told() == without) is not mutant

    def test_they_see_what_others_of_their_place_see(self, shop, where):
        """An owned resident and one that nobody owns, in the same homes: no page tells the one more, nor otherwise."""
        _client, _address, offer = shop
        counted(40, 0, 120)
        owned, others = ten(where), ten(where)
        for one in owned:
            Acting.objects.create(account=one.account, organisation=offer.organisation, role="writer")
        for one, other in list(zip(owned, others, strict=True))[:: 9 if where == "one cell" else 3]:
            seen = [_seen_by(member, offer) for member in (one, other)]
            assert all(status == 200 for status, _body in seen[1])
            for number, (mine, theirs) in enumerate(zip(*seen, strict=True)):
                assert mine[0] == theirs[0] and not (more := Counter(mine[1]) - Counter(theirs[1])), (number, more)


def _seen_by(member, offer: Promotion) -> list[tuple[int, list[str]]]:
    """What a resident reads: circles, the offer, the shop, what is near; without ids and links that are one's own."""
    client = browser(member)
    code, point = offer.municipality.insee_code, member.alias.cell.location
    word = {"category": "question", "title": "Une échelle ?", "text": "Qui en prête une ?", "level": "neighbourhood"}
    with the_clock_stands(NOON):
        answers = [
            *(client.get(page) for page in ("/", "/immeuble/", "/quartier/", "/ville/", "/moi/bons/", "/agenda/")),
            *(client.get(page) for page in (f"/offre/{offer.public_id}/", f"/annonce/{offer.place.public_id}/")),
            *(client.get(page) for page in (f"/ville/{code}/", f"/ville/{code}/adoption/")),
            client.get("/api/nearby/", {"lat": point.y, "lon": point.x}),
            client.post("/portee/", word),
        ]
    own = {str(number) for number in (member.handle, member.alias.public_id, member.account.number)}
    return [(answer.status_code, _without(still_page(answer), own, offer)) for answer in answers]


def _without(page: str, own: set[str], offer: Promotion) -> list[str]:
    """What a page says, in any order: what is as near comes in an order of each viewer's own."""
    for number in own:
        page = page.replace(number, "mine")
    # Who acts for the shop finds its desk from here, as the merchant does.
    desk = rf'<p><a [^>]*href="/pro/{offer.place.public_id}/.*?</p>'
    return sorted(filter(None, map(str.strip, re.split(r"[\n{}\[\],]", re.sub(desk, "", page)))))


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
