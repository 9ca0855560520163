"""The order is exact: equal to geodesic brute force, whatever the page, the category, the crowd on one spot."""

import random
from datetime import UTC, datetime

import pytest
from django.core.signing import b64_decode
from django.db import connection
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from config.benches import synthetic
from directory import nearby
from directory.categories import tree
from directory.cursor import LAYOUT, Mark
from directory.here import Here
from directory.nearby_sql import LEAST_STRETCH
from directory.search import SearchRequest, search
from directory.within import Within
from geo.errors import InvalidParameter
from scopes.viewer import Viewer
from tests.directory.around import LATITUDE, LONGITUDE, copy_entries, here, points_at

pytestmark = pytest.mark.django_db

# Every distance computed and sorted, no index, no sphere; rounded as answers are.
BRUTE_FORCE = """
    SELECT array_agg(metres ORDER BY metres) FROM (
        SELECT round(ST_Distance(location, %(here)s::geography) * 1000) / 1000 AS metres
        FROM directory_searchentry WHERE category_number BETWEEN %(number)s AND %(last)s
    ) AS every
"""
EVERYTHING = {"number": 0, "last": 100_000}


def brute_force(where: Here, **branch: int) -> list[float]:
    with connection.cursor() as cursor:
        cursor.execute(BRUTE_FORCE, {"here": where.ewkt} | (branch or EVERYTHING))
        return cursor.fetchone()[0] or []


def assert_exact(where: Here, expected: list[float], **asked) -> list:
    items = search(SearchRequest(here=where, **asked)).items
    limit = asked.get("limit", 20)
    assert [item.distance for item in items] == expected[:limit]
    return items


def scattered(count: int, *, seed: int) -> list[Here]:
    """Points near listings, far from them, and anywhere on earth."""
    draw = random.Random(seed)
    near = [Here(longitude=x, latitude=y) for x, y in synthetic.search_points(count=count, seed=1)]
    return [
        Here(longitude=draw.uniform(-180, 180), latitude=draw.uniform(-90, 90)) if draw.random() < 0.1 else one
        for one in near
    ]


def compare(searches: int) -> None:
    draw = random.Random(searches)
    nodes = list(tree().values())
    for number, where in enumerate(scattered(searches, seed=searches)):
        limit = draw.choice((1, 5, 20, 100))
        if number % 3:
            assert_exact(where, brute_force(where), limit=limit)
        else:
            node = draw.choice(nodes)
            expected = brute_force(where, number=node.number, last=node.last)
            assert_exact(where, expected, limit=limit, categories=(node.code,))


def crowded(rows: int) -> synthetic.Points:
    """Towns, with one place in ten shared by several entries."""
    points = synthetic.clustered(rows=rows, seed=1)
    for coordinates in (points.longitudes, points.latitudes):
        coordinates[1::10] = coordinates[::10][: len(coordinates[1::10])]
    return points


def test_a_hundred_random_searches_equal_brute_force():
    copy_entries(crowded(3_000))
    compare(100)


@pytest.mark.slow
def test_ten_thousand_random_searches_equal_brute_force():
    copy_entries(crowded(3_000))
    compare(10_000)


def test_distances_are_those_of_another_implementation_of_geodesics():
    copy_entries(synthetic.clustered(rows=2_000, seed=1))
    for where in scattered(50, seed=3):
        for item in search(SearchRequest(here=where, limit=10)).items:
            longitude, latitude = item.point
            inverse = Geodesic.WGS84.Inverse(where.latitude, where.longitude, latitude, longitude)
            assert item.distance == pytest.approx(inverse["s12"], abs=0.02)  # coordinates are answered to 1 cm


def test_a_ring_that_the_sphere_sorts_wrongly_is_sorted_rightly():
    """All between 100,000 and 100,199 m: `<->` errs by up to 0.56 %, its first candidates are the wrong ones."""
    order = list(range(200))
    random.Random(5).shuffle(order)
    ring = [
        Geodesic.WGS84.Direct(LATITUDE, LONGITUDE, 360 * turn / 200, 100_000 + metres)
        for turn, metres in enumerate(order)
    ]
    copy_entries(points_at([(point["lon2"], point["lat2"]) for point in ring]))
    items = assert_exact(here(), brute_force(here()), limit=20)
    assert [item.distance for item in items] == pytest.approx([100_000 + metres for metres in range(20)], abs=0.01)


def test_two_categories_are_merged_in_one_order():
    copy_entries(synthetic.clustered(rows=3_000, seed=1))
    bakery, florist = tree()["bakery"], tree()["florist"]
    for where in scattered(10, seed=4):
        both = brute_force(where, number=bakery.number, last=bakery.last)
        both += brute_force(where, number=florist.number, last=florist.last)
        assert_exact(where, sorted(both), categories=("bakery", "florist"))


def test_a_category_inside_another_is_found_once():
    request = SearchRequest(here=here(), categories=("merchant", "food", "bakery", "butcher"))
    merchant = tree()["merchant"]
    assert request.branches == [(merchant.number, merchant.last)]


def test_a_category_of_another_kind_is_nothing():
    request = SearchRequest(here=here(), kinds=("place",), categories=("bakery",))
    assert search(request).items == []


@pytest.mark.parametrize("within", ["nearest", "30km"])
def test_pages_follow_each_other_without_gap_or_repetition(within):
    copy_entries(points_at([(LONGITUDE + 0.001 * (n // 40), LATITUDE) for n in range(130)]))
    asked = {"here": here(), "within": Within.parse(within)}
    whole = [item.id for item in search(SearchRequest(**asked, limit=100)).items]
    pages, cursor = [], ""
    while True:
        answer = search(SearchRequest(**asked, limit=7, cursor=cursor))
        pages += [item.id for item in answer.items]
        if not (cursor := answer.next):
            break
    assert len(pages) == len(set(pages)) == 130
    assert pages[:100] == whole


def test_what_stands_on_one_spot_is_ordered_by_viewer_and_day_not_by_place():
    copy_entries(points_at([(LONGITUDE, LATITUDE)] * 60))

    def order(viewer):
        return [item.id for item in search(SearchRequest(here=here(), limit=60, viewer=viewer)).items]

    assert order(Viewer()) == order(Viewer())
    assert order(Viewer()) != order(Viewer(account_id=1))
    assert nearby._seed(1, Viewer()) != nearby._seed(2, Viewer())


def test_the_end_of_the_candidates_is_an_error_that_says_what_to_do(monkeypatch):
    copy_entries(points_at([(LONGITUDE, LATITUDE + n / 1_000) for n in range(100)]))
    monkeypatch.setattr(nearby, "RUNGS", (24, 48))
    mark = Mark.at_the_start().moved(rows=40, metres=4_000, tie=0)
    request = SearchRequest(here=here())
    with pytest.raises(InvalidParameter) as refused:
        search(SearchRequest(here=here(), cursor=mark.sealed(search=request.fingerprint)))
    assert refused.value.parameter == "cursor"


@settings(max_examples=60, deadline=None)
@given(
    latitude=st.floats(-89.9, 89.9),
    longitude=st.floats(-180, 180),
    azimuth=st.floats(0, 360),
    metres=st.floats(1, 19_000_000),
)
def test_the_sphere_is_never_longer_than_the_margin_allows(latitude, longitude, azimuth, metres):
    """The proof of the margin, tried: a geodesic is at least `LEAST_STRETCH` times as long as what `<->` tells."""
    there = Geodesic.WGS84.Direct(latitude, longitude, azimuth, metres)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s::geography <-> %s::geography",
            [
                Here(longitude=longitude, latitude=latitude).ewkt,
                Here(longitude=there["lon2"], latitude=there["lat2"]).ewkt,
            ],
        )
        spherical = cursor.fetchone()[0]
    assert metres >= LEAST_STRETCH * spherical - 0.001


def test_a_mark_is_good_for_its_search_only():
    mark = Mark(shown=20, day=datetime.now(UTC).toordinal(), metres=123.456, tie=-5)
    sealed = mark.sealed(search="one")
    assert Mark.opened(sealed, search="one") == mark
    assert sealed == mark.sealed(search="one"), "the same question gets the same bytes"
    for forged in (sealed[:-1], sealed[1:], "", "a.b", "é", sealed.upper()):
        with pytest.raises(InvalidParameter):
            Mark.opened(forged, search="one")
    with pytest.raises(InvalidParameter):
        Mark.opened(sealed, search="another")


def test_nothing_of_the_position_is_in_a_mark():
    """Two places with the same surroundings have marks that differ in their seal alone."""
    far = Geodesic.WGS84.Direct(LATITUDE, LONGITUDE, 90, 500_000)
    places = [(LONGITUDE, LATITUDE), (far["lon2"], LATITUDE)]
    nearby_only = Within.parse("100km")
    copy_entries(points_at([(x, y + n / 1_000) for x, y in places for n in range(30)]))
    asked = [SearchRequest(here=Here(longitude=x, latitude=y), within=nearby_only) for x, y in places]
    sealed = [search(request).next for request in asked]
    marks = [LAYOUT.unpack(b64_decode(text.split(".")[0].encode())) for text in sealed]
    assert marks[0][:2] == marks[1][:2], "rows shown, and the day"
    assert marks[0][2] == pytest.approx(marks[1][2]), "the distance of the last row"
