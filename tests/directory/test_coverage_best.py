"""The best next sites of the toy town: they serve once added what they promise, and no other choice serves more."""

from itertools import combinations

import numpy as np
import pytest
import shapely

from directory import coverage_best
from directory.coverage_best import Among, best_sites
from directory.coverage_what_if import what_if
from geo.errors import InvalidParameter
from geo.models import Building, Street
from geo.pace import Pace
from tests.directory.measuring_coverage import covered, homes_by_geopandas, homes_near, opens

pytestmark = pytest.mark.django_db
WAYS = [(None, 150), (Pace.USUAL, 170)]


@pytest.fixture
def few(monkeypatch):
    """Candidates at every third crossing, few enough to try every choice."""
    told = coverage_best._candidates

    def chosen(answer, missed):
        places, among = told(answer, missed)
        return places[::9], among

    monkeypatch.setattr(coverage_best, "_candidates", chosen)


def gained(town, answer, sites) -> int:
    """Homes newly served by sites that are added."""
    added = tuple(map(tuple, np.asarray(sites).tolist()))
    request = answer.request
    return what_if(covered(town, request.threshold.m, pace=request.pace, proposed=added)).whole.homes


@pytest.mark.parametrize(("pace", "metres"), WAYS)
def test_what_they_promise_is_what_they_serve_once_added(toy_town, pace, metres):
    opens(toy_town, 310, 420)
    answer = covered(toy_town, metres, pace=pace)
    best = best_sites(answer, 3)
    assert best.among == Among.CROSSINGS and best.is_optimal and best.gap == 0
    assert len(best.sites) == 3 and best.together == gained(toy_town, answer, best.sites) > 0
    assert best.alone == [gained(toy_town, answer, [site]) for site in best.sites]
    assert best.alone[0] == max(best.alone)


@pytest.mark.parametrize(("pace", "metres"), WAYS)
def test_no_pair_of_candidates_serves_more(toy_town, few, pace, metres):
    opens(toy_town, 310, 420)
    answer = covered(toy_town, metres, pace=pace)
    places, _among = coverage_best._candidates(answer, np.flatnonzero(~answer.served))
    assert 20 < len(places) < 60
    best = best_sites(answer, 2)
    # Two sites serve together what is within reach of either.
    before, reach = answer.served, {}
    for number, place in enumerate(places):
        reach[number] = covered(toy_town, metres, pace=pace, proposed=(tuple(place.tolist()),)).served & ~before
    homes = answer.housing.homes
    most = max(int(homes[reach[one] | reach[other]].sum()) for one, other in combinations(reach, 2))
    assert best.together == best.bound == most


def test_what_the_best_one_serves_is_measured_building_by_building(toy_town):
    there = opens(toy_town, 310, 420).location
    best = best_sites(covered(toy_town, 150), 1)
    site = shapely.Point(best.sites[0])
    points = [there, type(there)(site.x, site.y, srid=4326)]
    newly = homes_near(points, 150) - homes_near([there], 150)
    assert best.together == newly == homes_by_geopandas(points, 150) - homes_by_geopandas([there], 150)


def test_it_goes_where_the_homes_are(toy_town):
    Building.objects.exclude(key__contains="BATIMENT-15-15").update(dwellings=1)
    Building.objects.filter(key__endswith="BATIMENT-15-15").update(dwellings=500)
    (site,) = best_sites(covered(toy_town, 60), 1).sites
    corners = [toy_town.point(x, y).coords for x in (1_500, 1_600) for y in (1_500, 1_600)]
    assert min(np.hypot(*(site - corner)) for corner in corners) < 1e-4


def test_proposed_sites_are_kept_like_those_that_exist(toy_town):
    first = best_sites(covered(toy_town, 200), 1)
    added = tuple(map(tuple, first.sites.tolist()))
    second = best_sites(covered(toy_town, 200, proposed=added), 1)
    assert not np.array_equal(first.sites, second.sites) and second.together <= first.together
    both = best_sites(covered(toy_town, 200), 2)
    assert both.together >= first.together + second.together


def test_all_candidates_lie_in_the_town(toy_town):
    answer = covered(toy_town, 300)
    places, _among = coverage_best._candidates(answer, np.flatnonzero(~answer.served))
    boundary = shapely.from_wkb(bytes(toy_town.municipality.boundary.wkb))
    assert len(places) and shapely.covers(boundary, shapely.points(places)).all()


def test_without_streets_it_is_where_the_buildings_are(toy_town):
    Street.objects.update(walkable=False)
    answer = covered(toy_town, 150)
    best = best_sites(answer, 2)
    assert best.among == Among.BUILDINGS and best.together == gained(toy_town, answer, best.sites) > 0


def test_where_nobody_is_missed_there_is_nothing_to_find(toy_town):
    opens(toy_town, 1_000, 1_000)
    best = best_sites(covered(toy_town, 4_000), 3)
    assert (len(best.sites), best.alone, best.together, best.bound, best.candidates) == (0, [], 0, 0, 0)


def test_few_are_enough_where_they_serve_everyone(toy_town):
    best = best_sites(covered(toy_town, 2_000), 5)
    assert len(best.sites) < 5 and best.together == int(covered(toy_town, 2_000).housing.homes.sum())


def test_the_same_question_has_the_same_answer(toy_town):
    opens(toy_town, 310, 420)
    one, other = (best_sites(covered(toy_town, 150), 3) for _ in range(2))
    assert np.array_equal(one.sites, other.sites)


def test_more_candidates_than_a_server_looks_through_are_refused(toy_town, monkeypatch):
    monkeypatch.setattr(coverage_best, "MOST_CANDIDATES", 5)
    with pytest.raises(InvalidParameter) as refused:
        best_sites(covered(toy_town, 300), 3)
    assert refused.value.parameter == "best"
