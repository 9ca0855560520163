"""Priority neighbourhoods beside the rest of the town: both are all of it, and the difference is that of the shares."""

import re

import pytest
import shapely
from django.urls import reverse

from directory.coverage import Share
from directory.equity import Equity, Side, equity_of
from directory.findings import findings_of
from geo.models import Building, CensusArea, Containment, Release
from maps.coverage_equity import _sentence
from tests.directory.measuring_coverage import LAMBERT, covered, make_area, opens

pytestmark = pytest.mark.django_db


def equity(town, metres: float = 300) -> Equity | None:
    return equity_of(findings_of(covered(town, metres)))


def of(served: int, total: int) -> Side:
    return Side(Share(served, total), None)


def test_both_sides_are_the_whole_town(toy_town):
    opens(toy_town, 250, 500)
    make_area(toy_town, "qpv", "A", 0, 300)
    make_area(toy_town, "qpv", "B", 1_500, 1_700)
    told, whole = equity(toy_town), covered(toy_town, 300).whole.homes
    assert told.inside.homes.total + told.outside.homes.total == whole.total
    assert told.inside.homes.served + told.outside.homes.served == whole.served
    assert told.inside.people is None and told.outside.people is None


def test_each_side_is_what_is_measured_building_by_building(toy_town):
    site = opens(toy_town, 250, 500).location
    area = make_area(toy_town, "qpv", "A", 0, 300)
    place = shapely.Point(*LAMBERT.transform(*site.coords))
    served = total = 0
    inside = Building.objects.filter(residence__containments__neighbourhood=area, dwellings__gt=0)
    for outline, dwellings in inside.values_list("footprint", "dwellings"):
        plane = shapely.transform(shapely.from_wkb(bytes(outline.wkb)), LAMBERT.transform, interleaved=False)
        total += dwellings
        served += dwellings if plane.distance(place) <= 300 else 0
    assert equity(toy_town).inside.homes == Share(served, total) and 0 < served < total


def test_people_are_told_where_all_of_a_side_are_known(toy_town):
    make_area(toy_town, "qpv", "A", 0, 300)
    iris = make_area(toy_town, "iris", "779980101", 0, 2_000)
    CensusArea.objects.create(code="779980101", insee_code="77998", population=4_000, dwellings=500, vintage="2021")
    Release.objects.filter(dataset="buildings").update(extent=iris.boundary)
    told = equity(toy_town)
    assert told.inside.people.total + told.outside.people.total == 4_000
    assert told.inside.people.total > 0 == told.inside.people.served


def test_without_priority_neighbourhoods_nothing_is_compared(toy_town):
    assert equity(toy_town) is None


def test_where_all_of_the_town_is_one_nothing_is_compared(toy_town):
    area = make_area(toy_town, "qpv", "A", 0, 2_000)
    known = Containment.objects.filter(neighbourhood=area).values("residence")
    rest = Building.objects.filter(municipality=toy_town.municipality).exclude(residence__in=known)
    rest.update(dwellings=None)
    assert equity(toy_town) is None


def test_one_of_a_few_homes_counts_with_the_rest(toy_town):
    make_area(toy_town, "qpv", "A", 0, 300)
    before = equity(toy_town).inside.homes.total
    small = make_area(toy_town, "qpv", "B", 340, 360)
    alone = Containment.objects.filter(neighbourhood=small).order_by("pk").first()
    Containment.objects.filter(neighbourhood=small).exclude(pk=alone.pk).delete()
    Building.objects.filter(residence=alone.residence_id).update(dwellings=3)
    told = equity(toy_town)
    assert told.inside.homes.total + told.outside.homes.total == covered(toy_town, 300).whole.homes.total
    assert told.inside.homes.total in (before, before + 3)


@pytest.mark.parametrize(
    ("inside", "outside", "words"),
    [
        ((62, 100), (78, 100), "16 points de moins"),
        ((80, 100), (79, 100), "1 point de plus"),
        ((500, 1_000), (504, 1_000), "Autant"),
        ((0, 50), (10, 10), "100 points de moins"),
        ((999, 1_000), (50, 100), "50 points de plus"),
    ],
)
def test_the_sentence_says_by_how_much(inside, outside, words):
    assert words in _sentence(Equity(of(*inside), of(*outside)))


def test_the_page_tells_two_rows_and_the_sentence(client, toy_town):
    opens(toy_town, 250, 500)
    asked = {"town": "77998", "service": "bakery", "within": "300m"}
    html = client.get(reverse("coverage"), asked).content.decode()
    assert "Aucun quartier prioritaire n’est chargé" in html and 'id="equity"' not in html
    make_area(toy_town, "qpv", "A", 0, 300)
    html = client.get(reverse("coverage"), asked).content.decode()
    part = html.partition('id="equity"')[2].partition("</table>")[0]
    shares = re.findall(r'<td class="number">(\d+).%</td>', part)
    assert len(shares) == 2
    assert re.findall(r"(\d+).%", part.partition("</p>")[0]) == shares
    assert "Aucun quartier prioritaire" not in html
