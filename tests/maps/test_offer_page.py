"""The page of an offer: its shape, whom it reaches by public data alone, how it will be read, and publishing."""

import json
import re

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.measure import D
from django.utils import timezone

from directory.models import Claim, Listing, Promotion
from directory.publishing import publish, withdraw
from geo.catchments import cells_covered, radius_around
from geo.models import Address, CellContainment, Neighbourhood, PublicCell
from maps import offer_map, offer_page
from maps.offer_map import shade
from scopes.models import Acting, Level
from tests.directory.browsing import browser
from tests.directory.organised import in_days, page
from tests.directory.shaped import counted, looked, shaped, words
from tests.neighbours import person
from tests.scopes.mandates import SIRETS, organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def basile(toy_town):
    return person("Basile")


@pytest.fixture
def bakery(basile):
    return organisation(basile, kind="merchant", name="Levain SARL", siret=SIRETS[3])


@pytest.fixture
def shop(toy_town, bakery) -> Listing:
    return page(toy_town.municipality, bakery, location=toy_town.point(900, 900))


@pytest.fixture
def address(shop) -> str:
    return f"/pro/{shop.public_id}/offre/"


@pytest.fixture
def merchant(basile):
    return browser(basile, two_factors=True)


def figures(html: str) -> list[str]:
    """Each line of what a shape reaches, as it is read."""
    listed = html.partition('class="offer-figures"')[2].partition("</ul>")[0]
    rows = [re.sub(r"<[^>]+>", " ", row) for row in listed.split("<li>")[1:]]
    return [" ".join(row.split()) for row in rows]


def homes(told: dict) -> int:
    return int(re.sub(r"\D", "", figures(told["figures"])[0].partition("logement")[0]))


def outline(told: dict) -> dict:
    drawn = told["layers"]["circle"]["features"]
    return next(one["geometry"] for one in drawn if one["properties"]["part"] == "circle")


def square(toy_town, west: float, south: float, east: float, north: float) -> str:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    ring = [list(toy_town.point(*corner).coords) for corner in corners]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


class TestWhose:
    def test_the_places_that_one_keeps_each_with_its_offers(self, merchant, shop, address):
        listed = merchant.get("/pro/").content.decode()
        assert shop.title in listed and address in listed and "Il en reste 4 ce mois-ci" in listed
        merchant.post(address, words(publish="1") | shaped("homes", homes=100))
        listed = merchant.get("/pro/").content.decode()
        assert "Deux pour une" in listed and "Il en reste 3 ce mois-ci" in listed

    def test_an_association_is_led_to_its_news(self, merchant, basile, toy_town):
        assert "tenir votre fiche" in merchant.get("/pro/").content.decode()
        club = organisation(basile, kind="association", name="Les Amis du bal", siret="")
        seat = page(toy_town.municipality, club, category="association", title="Les Amis du bal")
        assert f"/organismes/{club.handle}/actualites/" in merchant.get("/pro/").content.decode()
        assert merchant.get(f"/pro/{seat.public_id}/offre/").status_code == 404

    def test_the_place_of_another_is_not_there(self, merchant, basile, shop, address):
        merchant.post(address, words(publish="1") | shaped("town"))
        zoe = person("Zoé")
        theirs = page(shop.municipality, organisation(zoe, kind="merchant", siret=SIRETS[2]), title="Chez Zoé")
        hers = browser(zoe, two_factors=True)
        assert hers.get(f"/pro/{theirs.public_id}/offre/").status_code == 200
        assert shop.title not in hers.get("/pro/").content.decode()
        made = Promotion.objects.get()
        another = f"/pro/{theirs.public_id}/offre/{made.public_id}/"
        for way in (address, f"{address}{made.public_id}/", f"{address}{shop.public_id}/", another):
            assert hers.get(way).status_code == hers.post(way, words()).status_code == 404
            assert hers.post(f"{way}retirer/").status_code == 404
        assert merchant.get(another).status_code == 404, "nor the offer of one shop under another"
        assert Promotion.objects.get().withdrawn_at is None

    def test_who_writes_for_some_quarters_alone_and_who_kept_it_once_find_nothing(self, merchant, bakery, address):
        Acting.objects.update(everywhere=False)
        assert merchant.get(address).status_code == 404
        Acting.objects.update(everywhere=True)
        assert merchant.get(address).status_code == 200
        Claim.objects.update(ended_at=timezone.now())
        assert merchant.get(address).status_code == 404

    def test_a_passer_by_is_asked_to_enter(self, client, address):
        assert client.get(address).status_code == client.get("/pro/").status_code == 302


class TestShapes:
    @pytest.mark.parametrize("zone", ["homes", "radius", "walk", "unhurried", "street", "quarters", "drawing", "town"])
    def test_each_is_told_by_whole_cells_and_drawn(self, merchant, toy_town, address, zone):
        street = Address.objects.open().exclude(street_name="").order_by("pk").first().street_name
        needs = {
            "homes": {"homes": 200},
            "radius": {"radius": 400},
            "walk": {"minutes": 5},
            "unhurried": {"zone": "walk", "minutes": 5, "slow": "on"},
            "street": {"street": street},
            "quarters": {"quarters": Neighbourhood.objects.filter(code__in=["SO", "SE"]).values_list("pk", flat=True)},
            "drawing": {"drawing": square(toy_town, 300, 300, 1400, 1400)},
            "town": {},
        }[zone]
        told = looked(merchant, address, **shaped(**{"zone": zone} | needs))
        assert homes(told) > 0 and told["layers"]["cells"]["features"], told["figures"]
        assert outline(told)["type"] in ("Polygon", "MultiPolygon")

    def test_two_quarters_are_the_sum_of_each_and_the_town_of_its_cells(self, merchant, toy_town, address):
        quarters = [Neighbourhood.objects.get(code=code).pk for code in ("SO", "SE")]
        one, other, both = (
            homes(looked(merchant, address, **shaped("quarters", quarters=some)))
            for some in (quarters[:1], quarters[1:], quarters)
        )
        assert one and other and both == one + other
        town = PublicCell.objects.sound().filter(municipality=toy_town.municipality)
        assert homes(looked(merchant, address, **shaped("town"))) == sum(town.values_list("dwellings", flat=True))

    def test_the_slow_reach_less(self, merchant, address):
        usual, slow = (
            homes(looked(merchant, address, **shaped("walk", minutes=8) | more)) for more in ({}, {"shape-slow": "on"})
        )
        assert 0 < slow < usual

    def test_what_is_proposed_at_first_are_the_nearest_homes(self, merchant, address):
        html = merchant.get(address).content.decode()
        assert figures(html) == figures(looked(merchant, address, **shaped("homes", homes=500))["figures"])
        assert "d’après les données publiques" in figures(html)[0]

    def test_without_script_the_same_is_shown_by_a_button(self, merchant, address):
        asked = words(title="Du pain", look="1") | shaped("radius", radius="400")
        answer = merchant.post(address, asked)
        html = answer.content.decode()
        assert answer.status_code == 200 and not Promotion.objects.exists()
        assert figures(html) == figures(looked(merchant, address, **asked)["figures"])
        assert 'value="400"' in html and 'value="Du pain"' in html
        assert "Du pain" in html.partition('id="read"')[2]
        assert "Il manque" not in merchant.post(address, {"look": "1"} | shaped("town")).content.decode()

    def test_a_seat_that_is_a_home_is_the_middle_of_nothing(self, merchant, shop, address):
        Listing.objects.update(location=None)
        html = merchant.get(address).content.decode()
        assert 'value="radius"' not in html and 'value="town" checked' in html
        refused = looked(merchant, address, **shaped("radius", radius=300))
        assert 'role="alert"' in refused["figures"] and not refused["layers"]["circle"]["features"]


class TestWhatIsTold:
    def test_a_range_of_the_table_or_that_everyone_sees_it(self, merchant, address):
        few = figures(looked(merchant, address, **shaped("town"))["figures"])
        assert few[1].startswith("Visible de tous sur la carte") and "moins de 20 foyers connectés" in few[1]
        counted(130, 0, 0, 0)
        told = figures(looked(merchant, address, **shaped("town"))["figures"])
        assert re.match(r"de \d+ à \d+ foyers connectés qui ont accepté d’être comptés", told[1])

    def test_what_lies_outside_the_town_and_is_not_loaded(self, merchant, address):
        told = figures(looked(merchant, address, **shaped("radius", radius=5000))["figures"])
        assert any("données non chargées sur" in line.lower() for line in told[2:])

    def test_the_cells_are_shaded_by_homes_to_the_hectare(self, toy_town):
        assert [shade(dwellings, 10_000) for dwellings in (0, 49, 50, 199, 200, 400, 5_000)] == [0, 0, 1, 2, 3, 4, 4]
        assert shade(12, 0) == 0
        area = radius_around(toy_town.point(900, 900), D(m=400)).area
        drawn = offer_map.cells_drawn(area)
        assert len(drawn) == cells_covered(area).count() > 1
        assert all(set(one["properties"]) == {"shade"} for one in drawn), "no number of one cell is on the map"

    def test_where_cells_are_too_many_the_quarters_are_drawn_as_far_as_the_area_goes(self, toy_town, monkeypatch):
        monkeypatch.setattr(offer_map, "MOST_CELLS", 3)
        area = radius_around(toy_town.point(1_000, 1_000), D(m=700)).area
        cells = cells_covered(area)
        drawn = offer_map.cells_drawn(area)
        quarters = Neighbourhood.objects.filter(kind="quartier", cells__in=cells).distinct()
        assert len(drawn) == quarters.count() > 1
        assert {one["properties"]["shade"] for one in drawn} <= set(range(5))
        assert all(GEOSGeometry(json.dumps(one["geometry"])).within(area.buffer(0.0001)) for one in drawn)
        CellContainment.objects.all().delete()
        assert len(offer_map.cells_drawn(area)) == 1, "a town without quarters is drawn as one"

    def test_who_does_the_same_trade_there(self, merchant, toy_town, shop, address):
        def opens(title: str, x: float, category: str = "bakery") -> Listing:
            place = {"municipality": toy_town.municipality, "location": toy_town.point(x, 900)}
            return publish(category=category, title=title, **place)

        opens("Au <b>bon</b> pain", 950), opens("Loin", 1900), opens("La Plume", 960, "bookshop")
        withdraw(listing=opens("Fermé", 970))
        told = looked(merchant, address, **shaped("radius", radius=300))
        assert "1 autre commerce du même métier" in told["figures"]
        assert "Au &lt;b&gt;bon&lt;/b&gt; pain" in told["figures"] and "Loin" not in told["figures"]
        assert [one["properties"]["title"] for one in told["layers"]["results"]["features"]] == [
            "Au &lt;b&gt;bon&lt;/b&gt; pain"
        ]
        assert shop.title not in str(told["layers"]["results"])

    def test_one_that_works_at_home_is_told_of_and_has_no_point(self, merchant, address):
        cell = PublicCell.objects.first()
        at_home = {"cell": cell, "level": "municipality", "openness": "public"}
        publish(category="bakery", title="Pain d’une voisine", municipality=cell.municipality, **at_home)
        told = looked(merchant, address, **shaped("town"))
        assert "Pain d’une voisine" in told["figures"] and told["layers"]["results"]["features"] == []

    def test_of_many_shops_the_nearest_are_told_and_that_there_are_more(self, merchant, toy_town, address, monkeypatch):
        for module in (offer_map, offer_page):
            monkeypatch.setattr(module, "MOST_RIVALS", 2)
        for number in range(3):
            place = {"municipality": toy_town.municipality, "location": toy_town.point(950 + 10 * number, 900)}
            publish(category="bakery", title=f"Pain {number}", **place)
        told = looked(merchant, address, **shaped("radius", radius=300))
        assert "Plus de 2 autres commerces" in told["figures"] and "Pain 2" not in told["figures"]
        assert [one["properties"]["title"] for one in told["layers"]["results"]["features"]] == ["Pain 0", "Pain 1"]

    def test_the_offer_as_it_will_be_read_escaped(self, merchant, shop, address):
        told = looked(merchant, address, **words(title="<i>Deux</i>", conditions="Le soir"), **shaped("town"))
        read = told["read"]
        assert "&lt;i&gt;Deux" in read and "<i>" not in read and "Le soir" in read and shop.title in read
        assert "Jusqu’au" in read and "ouvert à tout le monde" in read
        assert "Écrivez votre offre" in looked(merchant, address, **shaped("town"))["read"]
        assert "Jusqu’au" not in looked(merchant, address, **words(last="demain"), **shaped("town"))["read"]


class TestPublishing:
    def test_it_is_everyones_to_read_and_addressed_to_the_shape(self, merchant, client, toy_town, shop, address):
        answer = merchant.post(address, words(publish="1") | shaped("radius", radius=400))
        assert answer["Location"] == "/pro/"
        made = Promotion.objects.get()
        assert (made.level, made.openness, made.place) == (Level.CATCHMENT, "public", shop)
        assert made.catchment.equals(radius_around(toy_town.point(900, 900), D(m=400)).area)
        assert "Deux pour une" in client.get(f"/offre/{made.public_id}/").content.decode()

    def test_for_the_whole_town_it_is_addressed_to_the_town(self, merchant, address):
        merchant.post(address, words(publish="1") | shaped("town"))
        made = Promotion.objects.get()
        assert (made.level, made.openness, made.catchment) == (Level.MUNICIPALITY, "public", None)

    def test_pressed_twice_it_is_made_once(self, merchant, address):
        for _press in range(2):
            assert merchant.post(address, words(publish="1") | shaped("homes", homes=100)).status_code == 302
        assert Promotion.objects.count() == 1

    def test_it_is_changed_within_its_shape_or_in_another_and_taken_back(self, merchant, client, address):
        merchant.post(address, words(publish="1") | shaped("radius", radius=400))
        made = Promotion.objects.get()
        change = f"{address}{made.public_id}/"
        html = merchant.get(change).content.decode()
        assert 'value="kept" checked' in html and "Deux pour une" in html.partition('id="read"')[2]
        merchant.post(change, words(title="Trois pour une", publish="1") | shaped("kept"))
        kept = Promotion.objects.get()
        assert kept.title == "Trois pour une" and kept.catchment.equals(made.catchment)
        merchant.post(change, words(title="Trois pour une", publish="1") | shaped("town"))
        assert Promotion.objects.get().level == Level.MUNICIPALITY
        merchant.post(change, words(title="Quatre", publish="1") | shaped("kept"))
        assert Promotion.objects.get().level == Level.MUNICIPALITY
        assert change in merchant.get(f"/offre/{made.public_id}/").content.decode()
        merchant.post(f"{change}retirer/")
        assert client.get(f"/offre/{made.public_id}/").status_code == 404
        assert merchant.get(change).status_code == 404

    def test_what_stands_can_be_kept_by_nothing_else(self, merchant, address):
        answer = merchant.post(address, words(publish="1") | shaped("kept"))
        assert answer.status_code == 400 and not Promotion.objects.exists()


#: Shapes that cannot be, and what is said of each; the first two, a wrong one and a missing one, are posted every day.
IMPOSSIBLE = [
    (shaped("homes", homes=0), "supérieure ou égale à 1"),
    (shaped("drawing"), "nécessaire"),
    (shaped("homes", homes=1_000_000), "inférieure ou égale à 50000"),
    (shaped("homes", homes=""), "Il manque « Combien de logements »"),
    (shaped("homes", homes=50_000), "On ne connaît pas autant de foyers"),
    (shaped("radius", radius=49), "supérieure ou égale à 50"),
    (shaped("radius", radius="9" * 400), "inférieure ou égale à 50000"),
    (shaped("radius", radius="loin"), "nombre"),
    (shaped("walk", minutes=61), "inférieure ou égale à 60"),
    (shaped("street", street="Rue des Baobabs"), "Baobabs"),
    (shaped("street"), "nécessaire"),
    (shaped("quarters"), "Choisissez un quartier"),
    (shaped("quarters", quarters="77"), "77"),
    (shaped("drawing", drawing="{"), "GeoJSON"),
    (shaped("drawing", drawing='{"type": "Point", "coordinates": [2, 48]}'), "surface"),
    (shaped("moon"), "moon"),
    (shaped(""), "Choisissez une zone"),
]


class TestRefused:
    @pytest.mark.parametrize(("shape", "why"), IMPOSSIBLE)
    def test_a_shape_that_cannot_be(self, merchant, address, shape, why):
        assert why in looked(merchant, address, **shape)["figures"]

    @pytest.mark.parametrize(
        ("shape", "why"), [*IMPOSSIBLE[:2], *(pytest.param(*told, marks=pytest.mark.slow) for told in IMPOSSIBLE[2:])]
    )
    def test_is_not_published(self, merchant, address, shape, why):
        answer = merchant.post(address, words(publish="1") | shape)
        assert answer.status_code == 400 and why in answer.content.decode()
        assert not Promotion.objects.exists()

    def test_a_drawing_across_the_country_or_far_away(self, merchant, toy_town, address):
        wide = square(toy_town, -300_000, 0, 300_000, 1000)
        assert "trop grand" in looked(merchant, address, **shaped("drawing", drawing=wide))["figures"]
        far = square(toy_town, 60_000, 0, 61_000, 1000)
        assert "50 km" in looked(merchant, address, **shaped("drawing", drawing=far))["figures"]
        Listing.objects.update(location=None)
        answer = merchant.post(address, words(publish="1") | shaped("drawing", drawing=far))
        assert answer.status_code == 400 and not Promotion.objects.exists(), "from the middle of the town"

    def test_a_drawing_that_crosses_itself_is_mended_and_said_so(self, merchant, toy_town, address):
        ring = [list(toy_town.point(*at).coords) for at in ((0, 0), (1500, 1500), (1500, 0), (0, 1500), (0, 0))]
        drawn = json.dumps({"type": "Polygon", "coordinates": [ring]})
        told = looked(merchant, address, **shaped("drawing", drawing=drawn))
        assert "Votre tracé a été réparé" in told["figures"]

    def test_what_only_another_kind_needs_is_not_read(self, merchant, address):
        mess = {
            "shape-homes": "x",
            "shape-radius": "-1",
            "shape-drawing": "{",
            "shape-quarters": "a",
            "shape-first": "b",
        }
        told = looked(merchant, address, **mess | shaped("walk", minutes=5))
        assert 'role="alert"' not in told["figures"] and homes(told)

    @pytest.mark.parametrize(
        "wrong", [{"title": ""}, {"title": "\u200b"}, {"last": in_days(40).isoformat()}, {"first": "demain"}]
    )
    def test_words_that_cannot_be(self, merchant, address, wrong):
        answer = merchant.post(address, words(publish="1") | wrong | shaped("town"))
        assert answer.status_code == 400 and "field-error" in answer.content.decode()
        assert not Promotion.objects.exists()

    def test_one_at_a_time_and_so_many_a_month(self, merchant, address):
        for number in range(4):
            merchant.post(address, words(title=f"offre {number}", publish="1") | shaped("town"))
            again = merchant.post(address, words(title="Encore", publish="1") | shaped("town"))
            assert again.status_code == 400
            assert "une à la fois" in again.content.decode() or number == 3
            merchant.post(f"{address}{Promotion.objects.latest('pk').public_id}/retirer/")
        assert Promotion.objects.count() == 4
        last = merchant.post(address, words(title="Encore", publish="1") | shaped("town")).content.decode()
        assert "C’est tout pour ce mois-ci, 4 au plus : la suite à partir du" in last
        for told in (merchant.get(address), merchant.get("/pro/")):
            assert "la suite à partir du" in told.content.decode()
        assert "Faire une offre" not in merchant.get("/pro/").content.decode()

    def test_nobody_asks_for_ever(self, merchant, address, settings):
        settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "reach": "2/m/user"}
        assert [merchant.post(address, shaped("town")).status_code for _look in range(3)] == [200, 200, 429]
