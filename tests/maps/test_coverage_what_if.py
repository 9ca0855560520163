"""One site more, on the page: added by its address or its coordinates, told in a table, drawn, and taken away."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from directory.proposed_sites import read_proposed
from directory.publishing import publish
from geo.models import Address, Street

pytestmark = pytest.mark.django_db
ASKED = {"town": "77998", "service": "bakery", "within": "300m"}


@pytest.fixture
def town(toy_town):
    publish(category="bakery", title="Levain", municipality=toy_town.municipality, location=toy_town.point(500, 500))
    return toy_town


def written(town, x: float, y: float) -> str:
    longitude, latitude = town.point(x, y).coords
    return f"{latitude:.5f},{longitude:.5f}"


def page(client, status: int = 200, **asked) -> str:
    answer = client.get(reverse("coverage"), {**ASKED, **asked})
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def table(html: str) -> dict[str, list[str]]:
    """Rows of the table of what changes, by their names."""
    part = html.partition('class="what-if"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", part, flags=re.DOTALL)[1:]
    cells = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.split(r"</t[hd]>", row)[:-1]] for row in rows]
    return {name: told for name, *told in cells}


def number(text: str) -> int:
    return int(text.replace("\u202f", ""))


def test_without_any_there_is_the_form_alone(client, town):
    html = page(client)
    assert 'name="add"' in html and "Avec les lieux ajoutés" not in html and "geo_json_proposed" not in html


def test_what_is_typed_leads_to_the_address_with_one_site_more(client, town):
    address = Address.objects.order_by("key").first()
    answer = client.get(reverse("coverage"), {**ASKED, "add": f"{address.number} {address.street_name}"})
    assert answer.status_code == 302
    told = parse_qs(urlsplit(answer["Location"]).query)
    (site,) = told.pop("site")
    assert told == {name: [value] for name, value in ASKED.items()}
    latitude, longitude = map(float, site.split(","))
    assert (longitude, latitude) == pytest.approx(address.location.coords, abs=1e-5)
    again = client.get(answer["Location"].partition("#")[0] + "&add=49.02,3.01")
    assert parse_qs(urlsplit(again["Location"]).query)["site"] == [site, "49.02,3.01"]


def test_what_changes_is_told_by_quarter_and_adds_up(client, town):
    told = table(page(client, site=written(town, 1_500, 1_500)))
    assert list(told) == ["Nord-Est", "Nord-Ouest", "Sud-Est", "Sud-Ouest", "Ensemble"]
    gained = {name: number(cells[2]) for name, cells in told.items()}
    assert gained["Nord-Est"] == gained["Ensemble"] > 0 == gained["Sud-Ouest"]
    assert told["Nord-Est"][0].replace("\xa0", " ") == "0 %"


def test_the_map_and_the_other_table_count_them(client, town):
    before, after = page(client), page(client, site=[written(town, 1_500, 1_500), written(town, 500, 1_500)])
    served = [
        number(re.sub(r"<[^>]+>", "", html.partition("<tfoot>")[2].split("</td>")[1]))
        for html in (before, after.partition("add-site")[2])
    ]
    assert served[1] - served[0] == number(table(after)["Ensemble"][2])
    drawn = json.loads(re.search(r"geo_json_proposed_add\((\{.*\})\);", after)[1])["features"]
    assert [one["properties"]["label"] for one in drawn] == ["A", "B"]
    assert drawn[0]["geometry"]["coordinates"] == pytest.approx(town.point(1_500, 1_500).coords, abs=1e-5)


def test_each_is_called_by_its_street_and_taken_away_by_a_link(client, town):
    one, other = written(town, 1_550, 1_500), written(town, 500, 1_500)
    html = page(client, site=[one, other])
    part = html.partition('class="what-if-sites"')[2].partition("</ul>")[0]
    names = re.findall(r"</span> ([^<]+)</span>", part)
    assert len(names) == 2 and all("Rue" in name for name in names) and "à l’angle de" in names[1]
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', part)]
    left = [parse_qs(urlsplit(link).query)["site"] for link in links]
    assert [read_proposed(sites) for sites in left] == [read_proposed([site]) for site in (other, one)]


def test_without_a_street_it_is_called_by_its_place(client, town):
    Street.objects.update(name="")
    site = written(town, 1_550, 1_500)
    assert site.rstrip("0").split(",")[0].rstrip("0") in page(client, site=site).partition("what-if-sites")[2][:300]


def test_asking_otherwise_keeps_them(client, town):
    site = written(town, 1_500, 1_500)
    form = page(client, site=site).partition('class="coverage-choices"')[2].partition("</form>")[0]
    assert f'name="site" value="{site}"' in form


@pytest.mark.parametrize("typed", ["Villegrille", "nulle part au monde", "<script>alert(1)</script>", "95,200"])
def test_what_is_not_found_is_said_at_its_field_beside_the_answer(client, town, typed):
    html = page(client, 400, add=typed)
    assert "<script>alert" not in html and "<table" in html
    assert 'aria-invalid="true"' in re.search(r'<input[^>]*id="add"[^>]*>', html)[0]


@pytest.mark.parametrize("site", ["north", "49.01", "0,0", "49.01,3.0,1"])
def test_a_site_that_is_none_is_refused(client, town, site):
    html = page(client, 400, site=site)
    assert 'role="alert"' in html and "<table" not in html


def test_ten_are_all(client, town):
    sites = [written(town, 100 * number, 1_000) for number in range(1, 11)]
    html = page(client, site=sites)
    assert 'id="add"' not in html and 'id="add-site"' in html
    page(client, 400, site=[*sites, written(town, 1_900, 1_900)])
