"""The page of coverage: two choices, a figure, a map and a table that say the same; honest about what is not loaded."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.coverage_choices import SETS, choices
from directory.publishing import publish
from geo.models import Address, Building, Neighbourhood, Residence, Street
from maps import coverage_turns
from maps.coverage_map import shade
from tests.directory.browsing import browser
from tests.neighbours import neighbour, person
from tests.still import still_page

pytestmark = pytest.mark.django_db
TOWN = "77998"


@pytest.fixture
def town(toy_town):
    return toy_town


def opens(town, x: float, y: float, **columns):
    columns = {"category": "bakery", "title": "Au pain d’or", **columns}
    return publish(municipality=town.municipality, location=town.point(x, y), **columns)


def page(client, **asked) -> str:
    answer = client.get(reverse("coverage"), {"town": TOWN, **asked})
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def rows(html: str) -> dict[str, list[str]]:
    """Each row of the first table by its name, as it is read."""
    table = html.partition("<table")[2].partition("</table>")[0]
    found = re.findall(r"<tr>(.*?)</tr>", table, flags=re.DOTALL)[1:]
    read = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.split(r"</t[hd]>", row)[:-1]] for row in found]
    return {name: cells for name, *cells in read}


def drawn(html: str, layer: str) -> dict:
    """The features of a layer, as folium hands them to Leaflet."""
    return json.loads(re.search(rf"geo_json_{layer}_add\((\{{.*\}})\);", html)[1])


def test_without_a_town_there_are_the_two_choices(client, town):
    html = client.get(reverse("coverage")).content.decode()
    assert 'name="service"' in html and 'name="within"' in html and "<table" not in html


def test_the_table_says_what_the_map_shows(client, town):
    opens(town, 500, 500)
    html = page(client, service="bakery", within="500m")
    told = rows(html)
    assert list(told) == ["Nord-Est", "Nord-Ouest", "Sud-Est", "Sud-Ouest", "Ensemble"]
    assert sum(int(cells[1].replace("\u202f", "")) for name, cells in told.items() if name != "Ensemble") == int(
        told["Ensemble"][1].replace("\u202f", "")
    )
    titles = {feature["properties"]["title"] for feature in drawn(html, "shares")["features"]}
    assert titles == {f"{name} : {cells[0]}".replace("\xa0", " ") for name, cells in told.items() if name != "Ensemble"}
    assert drawn(html, "sites")["features"][0]["geometry"]["coordinates"] == pytest.approx(
        town.point(500, 500).coords, abs=1e-5
    )


def test_gaps_are_named_by_their_streets_and_drawn(client, town):
    for x, y in ((500, 500), (1_500, 500), (500, 1_500)):
        opens(town, x, y)
    html = page(client, within="2km")
    assert "Aucune zone" in html
    html = page(client, within="500m")
    gaps = drawn(html, "gaps")["features"]
    assert len(gaps) == len(re.findall(r'class="gap-where"', html)) > 0
    assert "Rue des" in html.partition('class="gap-where"')[2][:80]


def test_minutes_on_foot_are_a_threshold_too(client, town):
    opens(town, 500, 500)
    usual, slow = (rows(page(client, within=way))["Ensemble"][1] for way in ("5min", "5min-slow"))
    assert int(usual) > int(slow) > 0
    assert "5 min à pied, d’un pas lent" in page(client, within="5min-slow").replace("\xa0", " ")


def test_a_closed_select_says_at_which_pace(client, town):
    select = re.search(r'<select[^>]*id="within".*?</select>', page(client), re.DOTALL)[0]
    ways = re.findall(r"<option[^>]*>([^<]+)</option>", select)
    assert len(ways) == len(set(ways)) == 10


def test_of_a_town_without_limits_nobody_knows_how_much_is_loaded(client, town):
    type(town.municipality).objects.filter(insee_code=TOWN).update(boundary=None)
    html = page(client)
    assert "Les limites de la commune ne sont pas connues" in html and "des logements de Villegrille en ont" in html
    table = client.get(f"/ville/couverture/analyse.csv?town={TOWN}").content.decode("utf-8-sig").splitlines()
    told = dict(zip(table[0].split(";"), table[1].split(";"), strict=True))
    assert told["part_chargee"] == "" and told["logements"]


def test_a_town_without_buildings_says_so(client, town):
    Building.objects.update(dwellings=None)
    html = page(client)
    assert "ne sont pas chargés" in html and "0 %" not in html and "<table" not in html


def test_a_town_without_quarters_is_told_of_as_a_whole(client, town):
    Building.objects.filter(municipality=town.neighbour).update(dwellings=2)
    html = page(client, town="77999")
    assert list(rows(html)) == ["Ensemble"]


def test_not_quite_all_is_not_all(client, town):
    opens(town, 500, 500)
    Building.objects.filter(municipality=town.municipality).update(dwellings=10_000)
    far = Building.objects.get(key__endswith="BATIMENT-19-19")
    Building.objects.filter(pk=far.pk).update(dwellings=1)
    html = page(client, within="1900m")
    assert rows(html)["Ensemble"][0].replace("\xa0", " ") == "99 %"


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"within": "quartier"}, "within"),
        ({"within": "6km"}, "within"),
        ({"within": "0.5m"}, "within"),
        ({"within": "0min"}, "within"),
        ({"within": "99min"}, "within"),
        ({"within": "10min-fast"}, "within"),
        ({"service": "nothing"}, "service"),
        ({"service": "merchant"}, "service"),
        ({"service": "babysitting"}, "service"),
        ({"open_at": "soon"}, "open-at"),
        ({"open_at": "2126-12-03T18:30"}, "open-at"),
        ({"town": "Nulle-Part"}, "town"),
        ({"town": "<b>"}, "town"),
    ],
)
def test_what_is_not_valid_is_said_at_its_field(client, town, asked, name):
    answer = client.get(reverse("coverage"), {"town": TOWN, **asked})
    html = answer.content.decode()
    assert answer.status_code == 400 and "<b>" not in html
    field = re.search(rf'<(?:input|select)[^>]*id="{name}"[^>]*>', html)[0]
    assert 'aria-invalid="true"' in field


def test_one_analysis_at_a_time(client, town, monkeypatch):
    monkeypatch.setattr(coverage_turns, "PATIENCE", 0.01)
    with coverage_turns.ANALYSING:
        answer = client.get(reverse("coverage"), {"town": TOWN})
    assert answer.status_code == 503 and "Une autre analyse est en cours" in answer.content.decode()
    assert "<table" in page(client), "it is free again"


def test_another_waits_and_those_after_it_are_sent_away_at_once(client, town, monkeypatch):
    """A thread that waits serves nobody else: of eight requests for analyses, six kept all the others out."""
    monkeypatch.setattr(coverage_turns, "PATIENCE", 60)

    def analyse() -> bool:
        with coverage_turns.one_at_a_time():
            return True

    with ThreadPoolExecutor() as threads:
        with coverage_turns.ANALYSING:
            waiting = threads.submit(analyse)
            while coverage_turns.WAITING.acquire(blocking=False):
                coverage_turns.WAITING.release()
            assert client.get(reverse("coverage"), {"town": TOWN}).status_code == 503
            assert not waiting.done()
        assert waiting.result(timeout=10), "the first is done, and it is the turn of the one that waited"
    assert "<table" in page(client), "both are done"


def test_a_flood_of_analyses_is_refused(client, town, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "coverage": "2/m/ip"}
    page(client)
    file = reverse("coverage-file", args=["csv"])
    assert client.get(file, {"town": TOWN, "service": "bakery", "within": "300m"}).status_code == 200
    assert client.get(reverse("coverage"), {"town": TOWN}).status_code == 429
    assert client.get(file, {"town": TOWN}).status_code == 429


def test_a_parameter_that_nobody_knows_is_refused(client, town):
    assert client.get(reverse("coverage"), {"town": TOWN, "cat": "bakery"}).status_code == 400


def test_only_what_is_open_at_the_moment_counts(client, town):
    opens(town, 500, 500, opening_hours="Mo-Su 09:00-12:00")
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert drawn(page(client, open_at=f"{tomorrow}T10:00"), "sites")["features"]
    assert not drawn(page(client, open_at=f"{tomorrow}T20:00"), "sites")["features"]


def test_a_set_asks_for_each_of_its_services(client, town):
    for code in SETS["every_day"][1][:-1]:
        opens(town, 500, 500, category=code)
    assert rows(page(client, service="every_day"))["Ensemble"][1] == "0"
    opens(town, 500, 500, category=SETS["every_day"][1][-1])
    assert rows(page(client, service="every_day"))["Ensemble"][1] != "0"


def test_markup_in_a_quarter_s_name_is_text(client, town):
    opens(town, 500, 500)
    Neighbourhood.objects.filter(name="Nord-Est").update(name="<img src=x onerror=alert(1)>${alert(2)}")
    html = page(client)
    assert "<img src=x" not in html and "&lt;img src=x" in html


def test_everyone_reads_the_same(client, town):
    opens(town, 500, 500)
    home = Residence.objects.filter(municipality=town.municipality, dwellings__gte=3).first()
    readers = [neighbour("Nora", home).account, person("Sam", is_staff=True)]
    told = [still_page(client.get(reverse("coverage"), {"town": TOWN}))]
    told += [still_page(browser(reader).get(reverse("coverage"), {"town": TOWN})) for reader in readers]
    # Whoever keeps analyses for the town may keep this one, and finds those that are kept.
    own = r'<form [^>]*class="coverage-keep".*?</form>|<section class="coverage-kept".*?</section>'
    mains = {page.partition("<main")[2].partition("</main>")[0] for page in told}
    mains = {"".join(re.sub(own, "", main, flags=re.DOTALL).split()) for main in mains}
    assert len(mains) == 1 and "<table" in mains.pop()


def test_too_few_homes_are_not_told_of(client, town):
    Building.objects.exclude(key__endswith="BATIMENT-04-05").update(dwellings=None)
    Building.objects.filter(key__endswith="BATIMENT-04-05").update(dwellings=3)
    html = page(client)
    assert "Trop peu de logements" in html and "<table" not in html


def test_what_is_asked_stays_chosen(client, town):
    html = page(client, within="750m")
    assert re.search(r'<option value="750m" selected>750.m</option>', html)
    tomorrow = timezone.localdate() + timedelta(days=1)
    asked = datetime.combine(tomorrow, time(7), tzinfo=UTC)
    here = asked.astimezone(ZoneInfo("Europe/Paris"))
    assert f'value="{here:%Y-%m-%dT%H:%M}"' in page(client, open_at=asked.isoformat())


def test_gaps_are_not_named_by_addresses_that_are_gone(client, town):
    Address.objects.update(closed_on="2020-01-01", street_name="Rue Fermée")
    html = page(client, within="300m")
    assert "Rue Fermée" not in html
    assert "Rue des" in html.partition('class="gap-where"')[2][:80], "the nearest street, where no address is known"
    Street.objects.update(closed_on="2020-01-01")
    assert "Loin de toute rue nommée" in page(client, within="300m")


def test_every_choice_is_a_category_or_a_set():
    codes = [code for _group, services in choices() for code, _name in services]
    assert len(codes) == len(set(codes)) and "bakery" in codes and "every_day" in codes


@pytest.mark.parametrize(("percent", "number"), [(None, None), (0, 0), (24.9, 0), (25, 1), (89.9, 3), (100, 4)])
def test_a_share_has_its_class(percent, number):
    assert shade(percent) == number
