"""The best next sites of the toy town: they serve once added what they promise, and no other choice serves more."""

from itertools import combinations

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import LineString, Polygon

from directory import candidate_sites
from directory.candidate_sites import candidates_for
from directory.coverage_best import best_sites
from directory.coverage_what_if import what_if
from directory.findings import findings_of
from geo.errors import InvalidParameter
from geo.models import Address, Building, Street
from geo.pace import Pace
from tests.directory.measuring_coverage import covered, homes_by_geopandas, homes_near, opens

pytestmark = pytest.mark.django_db
WAYS = [(None, 150), (Pace.USUAL, 170)]


def only_homes_in(columns, rows) -> None:
    """Leave homes in these blocks of the grid alone."""
    blocks = "|".join(f"{i:02}-{j:02}" for i in columns for j in rows)
    Building.objects.exclude(key__regex=f"BATIMENT-({blocks})$").update(dwellings=None)


def gained(town, answer, sites) -> int:
    """Homes newly served by sites that are added."""
    added = tuple(map(tuple, np.asarray(sites).tolist()))
    request = answer.request
    return what_if(findings_of(covered(town, request.threshold.m, pace=request.pace, proposed=added))).whole.homes


@pytest.mark.parametrize(("pace", "metres"), WAYS)
def test_what_they_promise_is_what_they_serve_once_added(toy_town, pace, metres):
    opens(toy_town, 310, 420)
    answer = covered(toy_town, metres, pace=pace)
    best = best_sites(answer, 3)
    assert best.among.buildings == 0 and best.is_optimal and best.gap == 0
    assert len(best.sites) == 3 and best.together == gained(toy_town, answer, best.sites) > 0
    assert best.alone == [gained(toy_town, answer, [site]) for site in best.sites]
    assert best.alone[0] == max(best.alone)


@pytest.mark.parametrize(("pace", "metres"), [(None, 60), (Pace.USUAL, 170)])
def test_no_pair_of_crossings_serves_more(toy_town, pace, metres):
    """The crossings are read off the grid: all within reach of the nine blocks that are inhabited."""
    only_homes_in(range(5, 8), range(5, 8))
    answer = covered(toy_town, metres, pace=pace)
    best = best_sites(answer, 2)
    assert best.among.buildings == best.among.side == 0
    grid = [toy_town.point(x, y).coords for x in range(500, 900, 100) for y in range(500, 900, 100)]
    reach = [covered(toy_town, metres, pace=pace, proposed=(place,)).served for place in grid]
    homes = answer.housing.homes
    # Two sites serve together what is within reach of either.
    most = max(int(homes[one | other].sum()) for one, other in combinations(reach, 2))
    assert 0 < best.together == best.bound == most < homes.sum()


def test_a_crossing_within_a_walk_of_a_door_is_looked_at_however_far_the_walls(toy_town):
    # Both doors are 10 m beside x = 500, and 410 m along it from y = 900; the walls are up to 28 m further.
    only_homes_in([5], [4, 13])
    for block, y in (("BATIMENT-05-04", 490), ("BATIMENT-05-13", 1_310)):
        Address.objects.filter(building__key__endswith=block).update(location=toy_town.point(510, y))
    answer = covered(toy_town, 421, pace=Pace.USUAL)
    (site,) = best_sites(answer, 1).sites
    assert np.hypot(*(site - toy_town.point(500, 900).coords)) < 1e-4
    assert gained(toy_town, answer, [site]) == answer.housing.homes.sum()


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
    places = candidates_for(answer, np.flatnonzero(~answer.served)).places
    boundary = shapely.from_wkb(bytes(toy_town.municipality.boundary.wkb))
    assert len(places) and shapely.covers(boundary, shapely.points(places)).all()


@pytest.mark.parametrize(("pace", "metres"), WAYS)
def test_without_streets_it_is_where_the_buildings_are(toy_town, pace, metres):
    Street.objects.update(walkable=False)
    answer = covered(toy_town, metres, pace=pace)
    best = best_sites(answer, 2)
    assert best.among.crossings == 0 < best.among.buildings
    assert best.together == gained(toy_town, answer, best.sites) > 0


def test_streets_of_a_neighbour_are_none_of_the_town(toy_town):
    """They reach five kilometres further: it said that no place would serve one more home."""
    Street.objects.exclude(line__bboverlaps=toy_town.neighbour.boundary).update(walkable=False)
    Street.objects.filter(line__bboverlaps=toy_town.municipality.boundary).update(walkable=False)
    for number, end in enumerate([(2_400, 500), (2_500, 900), (2_100, 900)]):
        line = LineString(toy_town.point(2_300, 500).coords, toy_town.point(*end).coords, srid=4326)
        Street.objects.create(key=f"test:{number}", source="test", line=line)
    answer = covered(toy_town, 150)
    best = best_sites(answer, 1)
    assert best.among.crossings == 0 and best.together == gained(toy_town, answer, best.sites) > 0


@pytest.mark.parametrize(("pace", "metres"), WAYS)
def test_a_corner_without_crossings_has_places_of_its_own(toy_town, pace, metres):
    corner = Polygon.from_bbox((*toy_town.point(1_390, 1_390).coords, *toy_town.point(2_010, 2_010).coords))
    corner.srid = 4326
    Street.objects.filter(line__bboverlaps=corner).update(walkable=False)
    Building.objects.filter(dwellings__gt=0).update(dwellings=1)
    Building.objects.filter(key__endswith="BATIMENT-17-17").update(dwellings=500)
    answer = covered(toy_town, metres, pace=pace)
    best = best_sites(answer, 1)
    assert best.among.crossings and best.among.buildings
    assert best.together == gained(toy_town, answer, best.sites) >= 500


def test_where_nobody_is_missed_there_is_nothing_to_find(toy_town):
    opens(toy_town, 1_000, 1_000)
    best = best_sites(covered(toy_town, 4_000), 3)
    assert (len(best.sites), best.alone, best.together, best.bound, len(best.among)) == (0, [], 0, 0, 0)


def test_few_are_enough_where_they_serve_everyone(toy_town):
    best = best_sites(covered(toy_town, 2_000), 5)
    assert len(best.sites) < 5 and best.together == int(covered(toy_town, 2_000).housing.homes.sum())


def test_the_same_question_has_the_same_answer(toy_town):
    opens(toy_town, 310, 420)
    one, other = (best_sites(covered(toy_town, 150), 3) for _ in range(2))
    assert np.array_equal(one.sites, other.sites)


@pytest.mark.parametrize(("pace", "metres"), [(None, 500), (Pace.USUAL, 500)])
def test_of_too_many_one_in_each_square_is_looked_at(toy_town, monkeypatch, pace, metres):
    answer = covered(toy_town, metres, pace=pace)
    all_of_them = len(best_sites(answer, 2).among)
    monkeypatch.setattr(candidate_sites, "MOST_PAIRS", 9_000)
    best = best_sites(answer, 2)
    assert best.among.side == 200 and len(best.among) <= 121 < all_of_them
    assert best.together == gained(toy_town, answer, best.sites) > 0


@pytest.mark.parametrize("bound", ["MOST_PAIRS", "MOST_WAYS"])
def test_more_candidates_than_a_server_looks_through_are_refused(toy_town, monkeypatch, bound):
    monkeypatch.setattr(candidate_sites, bound, 5)
    with pytest.raises(InvalidParameter) as refused:
        best_sites(covered(toy_town, 300, pace=Pace.USUAL), 3)
    assert refused.value.parameter == "best"
