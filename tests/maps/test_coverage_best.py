"""The best next sites on the page: named by their streets, numbered on the map, with a link that adds them."""

import json
import re
from html import unescape

import numpy as np
import pytest
from django.urls import reverse

from directory import candidate_sites, maximal_covering
from directory.publishing import publish
from geo.models import Street

pytestmark = pytest.mark.django_db
ASKED = {"town": "77998", "service": "bakery", "within": "150m"}


@pytest.fixture
def town(toy_town):
    publish(category="bakery", title="Levain", municipality=toy_town.municipality, location=toy_town.point(500, 500))
    return toy_town


def page(client, status: int = 200, **asked) -> str:
    answer = client.get(reverse("coverage"), {**ASKED, **asked})
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def part_of(html: str) -> str:
    return html.partition('class="best-sites"')[2].partition("</section>")[0]


def numbers(text: str) -> list[int]:
    return [int(told.replace("\u202f", "")) for told in re.findall(r"\+ ([\d\u202f]+) logement", text)]


def test_nothing_is_looked_for_until_it_is_asked(client, town):
    part = part_of(page(client))
    assert '<option value="3" selected>' in part and "logements" not in part.partition("<form")[0]


def test_three_are_named_numbered_and_drawn(client, town):
    html = page(client, best="3")
    part = part_of(html)
    assert "Les 3 meilleurs emplacements" in part and "Optimal" in part and "carrefours" in part
    alone, together = numbers(part.partition("</ol>")[0]), numbers(part.partition("</ol>")[2])
    assert len(alone) == 3 and max(alone) < together[0] <= sum(alone)
    names = re.findall(r"</span> <span>([^<]+)</span>", part)
    assert len(names) == 3 and all("à l’angle de" in name for name in names)
    drawn = json.loads(re.search(r"geo_json_best_add\((\{.*\})\);", html)[1])["features"]
    assert [one["properties"]["label"] for one in drawn] == ["1", "2", "3"]


def test_the_link_adds_them_and_they_serve_as_promised(client, town):
    part = part_of(page(client, best="2"))
    (link,) = re.findall(r'href="([^"]+site=[^"]+)"', part)
    html = client.get(unescape(link).partition("#")[0]).content.decode()
    assert numbers(html.partition('class="what-if-sum"')[2])[0] == numbers(part.partition("</ol>")[2])[0]


def test_with_ten_places_added_none_are_offered_to_be_added(client, town):
    sites = []
    for number in range(1, 10):
        point = town.point(100 * number, 1_000)
        sites.append(f"{point.y:.5f},{point.x:.5f}")
    assert "Les ajouter" in part_of(page(client, site=sites, best="1"))
    part = part_of(page(client, site=sites, best="2"))
    assert "Les 2 meilleurs" in part and "Les ajouter" not in part


def test_what_is_not_proved_is_said_to_be_near(client, town, monkeypatch):
    """As if time were up: what may be better by four in a hundred is not tried."""
    monkeypatch.setattr(
        maximal_covering, "_that_may_be_better", lambda c, _w, _n, known: (np.arange(c.shape[0]), round(known / 0.96))
    )
    monkeypatch.setattr(maximal_covering, "MOST_ONES", 0)
    part = re.sub(r"[\xa0\u202f]", " ", part_of(page(client, best="3")))
    assert re.search(r"À (4|3,9|4,0|4,1) % près de l’optimum", part) and "Optimal" not in part


def test_where_nobody_is_missed_it_says_so(client, town):
    part = part_of(page(client, within="3km", best="3"))
    assert "Personne n’est trop loin" in part and "<ol" not in part


def test_without_streets_it_says_where_it_looked(client, town):
    Street.objects.update(walkable=False)
    part = part_of(page(client, best="1"))
    assert "bâtiments que n’atteint aucun carrefour" in part and "carrefours de la commune" not in part


def test_where_not_all_are_looked_at_it_says_so(client, town, monkeypatch):
    monkeypatch.setattr(candidate_sites, "MOST_PAIRS", 20_000)
    part = re.sub(r"[\xa0\u202f]", " ", part_of(page(client, within="1km", best="1")))
    assert "Il y en a trop pour tous : un par carré de 200 m" in part and "Optimal parmi ces endroits" in part


@pytest.mark.parametrize("best", ["0", "6", "-1", "three", "3.0", "٣", "33"])
def test_what_is_no_number_from_one_to_five_is_refused(client, town, best):
    html = page(client, 400, best=best)
    assert "Attendu : un nombre de 1 à 5" in html.replace("\xa0", " ")


def test_a_number_without_a_town_asks_for_the_town(client, town):
    assert client.get(reverse("coverage"), {"best": "3"}).status_code == 200
