"""The page of a kept analysis: whoever has its address reads it; its town adds dates, compares, and takes it back."""

import re
from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from directory.analysis_models import Analysis, AnalysisResult
from directory.comparing_findings import compare
from directory.keeping_analyses import findings_on, keep, make_again, take_back
from directory.models import Listing
from directory.publishing import publish
from geo.models import Building, Neighbourhood, Release
from maps import coverage_turns
from maps.coverage_changes import notes_of_changes, shade_of_change, signed
from maps.coverage_files.forms import FORMS
from maps.coverage_out import title_of
from scopes.moments import day
from tests.directory.browsing import browser
from tests.maps.test_coverage_page import drawn, rows
from tests.neighbours import person
from tests.scopes.entering import later
from tests.scopes.mandates import town_hall

pytestmark = pytest.mark.django_db
QUERY = "town=77998&service=bakery&within=500m"


@pytest.fixture
def town(toy_town):
    opens(toy_town, 500, 500)
    return toy_town


@pytest.fixture
def odile(town):
    account = person("Odile")
    town_hall(account, town.municipality)
    return account


@pytest.fixture
def analysis(odile) -> Analysis:
    return keep(account=odile, query=QueryDict(QUERY))


def opens(town, x: float, y: float):
    point = town.point(x, y)
    return publish(category="bakery", title="Au pain d’or", municipality=town.municipality, location=point)


def acting(account):
    return browser(account, two_factors=True)


def address(analysis, **query) -> str:
    told = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/ville/couverture/{analysis.public_id}/{'?' if told else ''}{told}"


def tends(account, analysis, deed: str, **told):
    return acting(account).post(reverse("tend-coverage", args=[analysis.public_id]), {"deed": deed, **told})


@pytest.fixture
def two_dates(town, odile, analysis) -> tuple[date, date]:
    """Today, and a month later with a bakery more in the north-east."""
    opens(town, 1_500, 1_500)
    with later(timedelta(days=31)):
        make_again(account=odile, public_id=analysis.public_id)
    first, second = analysis.results.order_by("made_on").values_list("made_on", flat=True)
    return first, second


def test_the_town_keeps_what_it_sees(town, odile):
    page = acting(odile).get(f"/ville/couverture/?{QUERY}").content.decode()
    query = re.search(r'name="query" value="([^"]*)"', page)[1].replace("&amp;", "&")
    answer = acting(odile).post(reverse("keep-coverage"), {"query": query})
    kept = Analysis.objects.get()
    assert kept.query == QUERY and answer.headers["Location"] == address(kept)
    listed = acting(odile).get("/ville/couverture/").content.decode()
    assert address(kept) in listed and "à moins de 500\u202fm" in listed and "1 date" in listed


def test_nobody_else_is_offered_to_keep(client, town, analysis):
    for reader in (client, browser(person("Ida"))):
        page = reader.get(f"/ville/couverture/?{QUERY}").content.decode()
        assert "coverage-keep" not in page and "coverage-kept" not in page
        assert reader.post(reverse("keep-coverage"), {"query": QUERY}).status_code in (302, 404)
        assert reader.post(reverse("tend-coverage", args=[analysis.public_id]), {"deed": "take-back"}).status_code in (
            302,
            404,
        )
    assert Analysis.objects.get().withdrawn_at is None


def test_what_is_posted_twice_is_kept_once(town, odile):
    for _time in range(2):
        acting(odile).post(reverse("keep-coverage"), {"query": QUERY})
    assert Analysis.objects.count() == AnalysisResult.objects.count() == 1


@pytest.mark.parametrize("query", ["", "town=77998&within=9km", "town=77998&service=<b>", "town=Nulle-Part", "x=%00"])
def test_what_is_not_valid_is_said(odile, query):
    answer = acting(odile).post(reverse("keep-coverage"), {"query": query}, follow=True)
    assert answer.status_code in (200, 400, 404) and "<b>" not in answer.content.decode()
    assert not Analysis.objects.exists()


def test_whoever_has_the_address_reads_what_was_found(client, analysis):
    Listing.objects.update(closes_at=timezone.now() - timedelta(days=1))
    answer = client.get(address(analysis))
    html = answer.content.decode()
    assert rows(html)["Ensemble"] == rows(browser(person()).get(address(analysis)).content.decode())["Ensemble"]
    assert rows(html)["Ensemble"][1] != "0", "what was found stays, though the bakery closed"
    assert not drawn(html, "sites")["features"] and answer["X-Robots-Tag"] == "noindex" and 'content="noindex"' in html
    assert "coverage-tend" not in html and "Odile" not in html
    assert answer["Cache-Control"] == "no-store" and "Licence Ouverte" in html.partition('id="sources"')[2]


def test_it_tells_what_the_page_told(client, analysis):
    told = set()
    for where in (address(analysis), f"/ville/couverture/?{QUERY}"):
        answer = client.get(where).content.decode().partition('<p class="coverage-figure">')[2]
        # Up to the end of the gaps: the page asks "what if" too, and what is kept is what was found.
        figures, _heading, gaps = answer.partition('<h2 id="gaps">')
        figures = re.sub(r'<div class="coverage-out">.*?</div>', "", figures, flags=re.DOTALL)
        told.add(figures + gaps.partition("</section>")[0])
    assert len(told) == 1 and "<table" in told.pop()


def test_each_date_has_its_own_address(client, analysis, two_dates):
    first, second = two_dates
    then, now, latest = (
        rows(client.get(where).content.decode())["Ensemble"][1].replace("\xa0", "")
        for where in (address(analysis, du=first), address(analysis, du=second), address(analysis))
    )
    assert int(then) < int(now) == int(latest)


def test_two_dates_stand_side_by_side(client, analysis, two_dates):
    first, second = two_dates
    html = client.get(address(analysis, du=second, avec=first)).content.decode()
    told = rows(html)
    assert list(told) == ["Nord-Est", "Nord-Ouest", "Sud-Est", "Sud-Ouest", "Ensemble"]
    assert told["Nord-Est"][2].startswith("+") and told["Sud-Ouest"][3] == "0"
    gained = sum(int(told[name][3].replace("+", "").replace("−", "-")) for name in told if name != "Ensemble")
    assert f"+{gained}" == told["Ensemble"][3]
    shades = {
        one["properties"]["title"].split(" : ")[0]: one["properties"]["shade"]
        for one in drawn(html, "changes")["features"]
    }
    assert shades["Nord-Est"] == 4 and shades["Sud-Ouest"] == 2
    assert "Les données ont changé" not in html
    # Whichever of the two is asked for first, the earlier one is then.
    assert rows(client.get(address(analysis, du=first, avec=second)).content.decode()) == told


def test_that_the_data_changed_is_said(client, odile, analysis):
    Release.objects.filter(dataset="buildings").update(vintage="2031-01-01")
    Building.objects.filter(key__endswith="BATIMENT-04-05").update(dwellings=900)
    Neighbourhood.objects.filter(name="Nord-Est").update(key="redrawn")
    with later(timedelta(days=31)):
        make_again(account=odile, public_id=analysis.public_id)
    one, other = (findings_on(analysis, result.made_on) for result in analysis.results.all())
    told = " ".join(notes_of_changes(compare(one, other)))
    assert "logements connus" in told and "1er janvier 2031" in told and "redessinés" in told
    html = client.get(address(analysis, avec=other.made_on)).content.decode()
    assert "Les données ont changé" in html and "pas comparable" in html


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"du": "hier"}, 400),
        ({"du": "20261201"}, 400),
        ({"du": "1999-01-01"}, 404),
        ({"avec": "1999-01-01"}, 404),
        ({"avec": "<b>"}, 400),
        ({"le": "2026-12-01"}, 400),
    ],
)
def test_a_date_that_is_none_is_refused(client, analysis, query, status):
    answer = client.get(address(analysis, **query))
    assert answer.status_code == status and "<b>" not in answer.content.decode()


def test_a_day_is_not_compared_with_itself(client, analysis):
    assert client.get(address(analysis, avec=timezone.localdate())).status_code == 400


def test_what_is_taken_back_is_there_for_its_town_alone(client, odile, analysis):
    assert tends(odile, analysis, "take-back").status_code == 302
    nowhere = client.get(f"/ville/couverture/{uuid4()}/")
    for reader in (client, browser(person("Ida")), browser(odile)):  # odile by her password alone
        assert reader.get(address(analysis)).status_code == nowhere.status_code == 404
    assert "est reprise" in acting(odile).get(address(analysis)).content.decode()
    tends(odile, analysis, "show")
    assert client.get(address(analysis)).status_code == 200


def test_the_town_has_it_made_again(odile, analysis):
    tends(odile, analysis, "renew", is_renewed="yes")
    assert Analysis.objects.get().is_renewed
    page = acting(odile).get(address(analysis)).content.decode()
    assert re.search(r'id="is-renewed"[^>]* checked', page)
    tends(odile, analysis, "renew")
    assert not Analysis.objects.get().is_renewed
    with later(timedelta(days=2)):
        tends(odile, analysis, "again")
    assert AnalysisResult.objects.count() == 2
    assert tends(odile, analysis, "anything").status_code == 404


def test_a_kept_analysis_tells_what_its_proposed_sites_change(client, odile, town):
    latitude, longitude = town.point(1_500, 1_500).coords[::-1]
    query = f"{QUERY}&site={latitude:.5f},{longitude:.5f}"
    analysis = keep(account=odile, query=QueryDict(query))
    live, kept = (client.get(one).content.decode() for one in (f"/ville/couverture/?{query}", address(analysis)))
    told = [
        page.partition('class="what-if-sum"')[2].partition("</table>")[0].partition("<table")[2]
        for page in (live, kept)
    ]
    assert "Logements gagnés" in told[0] and told[0] == told[1]
    csv = client.get(f"/ville/couverture/{analysis.public_id}/analyse.csv").content.decode("utf-8-sig").splitlines()
    row = dict(zip(csv[0].split(";"), csv[1].split(";"), strict=True))
    without = findings_on(keep(account=odile, query=QueryDict(QUERY))).whole.homes.served
    assert int(row["logements_desservis_avant"]) == without < int(row["logements_desservis"])
    html = client.get(f"/ville/couverture/{analysis.public_id}/analyse.html").content.decode()
    assert "Logements gagnés" in html


def test_the_town_reads_that_it_could_not_be_made_again(client, odile, analysis):
    Analysis.objects.update(renewal_failed_on=timezone.localdate())
    page = acting(odile).get(address(analysis)).content.decode()
    assert "n’a pas pu être refaite" in page and "elle n’est plus refaite d’elle-même" in page
    assert "n’a pas pu être refaite" not in client.get(address(analysis)).content.decode()
    tends(odile, analysis, "renew", is_renewed="yes")
    assert "n’a pas pu être refaite" not in acting(odile).get(address(analysis)).content.decode()


def test_a_moment_that_is_past_is_asked_for_again_a_week_later(client, odile, town):
    tomorrow = timezone.localtime().replace(second=0, microsecond=0) + timedelta(days=1)
    analysis = keep(account=odile, query=QueryDict(f"{QUERY}&open_at={tomorrow:%Y-%m-%dT%H:%M}"))
    with later(timedelta(days=9)):
        page = client.get(address(analysis)).content.decode()
        again = unescape(re.search(r'href="(/ville/couverture/\?[^"]*)"', page)[1])
        assert f"open_at={tomorrow + timedelta(days=14):%Y-%m-%dT%H:%M}" in again
        assert client.get(again).status_code == 200


def test_it_waits_for_its_turn(odile, analysis, monkeypatch):
    monkeypatch.setattr(coverage_turns, "PATIENCE", 0.01)
    with coverage_turns.ANALYSING:
        assert tends(odile, analysis, "again").status_code == 503
        assert acting(odile).post(reverse("keep-coverage"), {"query": QUERY}).status_code == 503


def test_the_town_of_another_keeps_nothing_here(town, analysis):
    other = person("Olga")
    town_hall(other, town.neighbour, name="Autre mairie")
    assert acting(other).post(reverse("keep-coverage"), {"query": QUERY}).status_code == 404
    assert tends(other, analysis, "take-back").status_code == 404
    assert "coverage-tend" not in acting(other).get(address(analysis)).content.decode()
    assert str(analysis.public_id) not in acting(other).get("/ville/couverture/").content.decode()


def test_without_a_second_factor_nothing_is_kept(town, odile):
    answer = browser(odile).post(reverse("keep-coverage"), {"query": QUERY})
    assert answer.status_code == 302 and not Analysis.objects.exists()


def test_markup_in_a_name_is_text(client, odile, town):
    Neighbourhood.objects.filter(name="Nord-Est").update(name="<img src=x onerror=alert(1)>${alert(2)}")
    analysis = keep(account=odile, query=QueryDict(QUERY))
    with later(timedelta(days=31)):
        make_again(account=odile, public_id=analysis.public_id)
    for where in (address(analysis), address(analysis, avec=timezone.localdate())):
        html = client.get(where).content.decode()
        assert "<img src=x" not in html and "&lt;img src=x" in html


@pytest.mark.parametrize(("points", "number"), [(None, None), (-50, 0), (-1, 1), (-0.5, 2), (0.99, 2), (1, 3), (10, 4)])
def test_a_difference_has_its_class(points, number):
    assert shade_of_change(points) == number


@pytest.mark.parametrize(("number", "words"), [(3, "+3"), (-1234, "−1\xa0234"), (0, "0"), (-0.02, "0"), (2.5, "+2,5")])
def test_a_difference_has_its_sign(number, words):
    assert signed(number, decimals=1 if isinstance(number, float) else 0) == words


def test_the_organisation_s_page_leads_to_its_analyses(odile):
    own = odile.actings.get().organisation
    page = acting(odile).get(reverse("organisation", args=[own.handle])).content.decode()
    assert reverse("coverage") in page


def test_taken_back_twice_is_taken_back(odile, analysis):
    for _time in range(2):
        take_back(account=odile, public_id=analysis.public_id)
    assert not Analysis.objects.shown().exists()


def test_the_menu_gives_each_file_of_the_day_that_is_shown(client, analysis, two_dates):
    first, _second = two_dates
    html = client.get(address(analysis, du=first)).content.decode()
    menu = re.search(r'<details class="coverage-files">(.*?)</details>', html, flags=re.DOTALL)[1]
    links = re.findall(r'<a href="([^"]+)"', menu)
    assert [link.partition("?")[0].rpartition(".")[2] for link in links] == list(FORMS)
    assert all(f"du={first}" in link for link in links) and client.get(links[0]).status_code == 200
    html = client.get(f"/ville/couverture/?{QUERY}").content.decode()
    menu = re.search(r'<details class="coverage-files">(.*?)</details>', html, flags=re.DOTALL)[1]
    assert client.get(re.search(r'<a href="([^"]+)"', menu)[1].replace("&amp;", "&")).status_code == 200


def test_a_title_says_all_that_was_asked(town, odile):
    tomorrow = timezone.localdate() + timedelta(days=1)
    (longitude, latitude) = town.point(1_500, 1_500).coords
    asked = f"{QUERY}&open_at={tomorrow}T08:00&site={latitude:.5f},{longitude:.5f}"
    title = title_of(keep(account=odile, query=QueryDict(asked)))
    assert title.endswith(f", ouvert le {day(tomorrow)} à 8\xa0h, avec 1 lieu proposé")
