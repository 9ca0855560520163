"""Which index answers which search: asserted by name, on the plan that every value gets."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from config.benches import synthetic
from directory import nearby
from directory.circles_sql import SURROUNDINGS
from directory.here import Here
from directory.opening import as_multirange
from directory.search import SearchRequest, search
from directory.within import Within
from scopes import viewing
from scopes.viewer import Home, Viewer
from tests.directory.around import box, copy_entries, here, load_buildings, make_building, make_quarter, make_town
from tests.plans import generic_plan

pytestmark = [pytest.mark.django_db, pytest.mark.plan]
HOUR = timedelta(hours=1)


def opened_each_day() -> list[str]:
    """Opened in the morning, all day, in the evening, for the week to come."""
    midnight = datetime.combine(timezone.now().date(), time(), UTC)
    days = [midnight + timedelta(days=number) for number in range(8)]
    hours = ((7, 12), (9, 19), (18, 23))
    return [as_multirange([(day + start * HOUR, day + end * HOUR) for day in days]) for start, end in hours]


@pytest.fixture(scope="module")
def country(django_db_setup, django_db_blocker):
    """Invented entries, written once for the module; so many that the planner tells the indexes apart."""
    with django_db_blocker.unblock(), transaction.atomic():
        copy_entries(synthetic.clustered(rows=20_000, seed=1), opened=(*opened_each_day(), r"\N", "{}"))
        [(longitude, latitude)] = synthetic.search_points(count=1, seed=1)
        yield Here(longitude=longitude, latitude=latitude)
        transaction.set_rollback(True)


@pytest.fixture
def plan(monkeypatch):
    """Search, and answer the plans of the statements that ran."""

    def plan(request: SearchRequest) -> str:
        plans = []

        def explain(sql, parameters):
            plans.append(generic_plan(sql, parameters))
            return nearby.NOTHING

        monkeypatch.setattr(nearby, "prepared_row", explain)
        search(request)
        return "\n".join(plans)

    return plan


def indexes(plan: str) -> set[str]:
    return set(re.findall(r"entry_(?:by|without|open)_\w+", plan))


@pytest.mark.parametrize("within", ["nearest", "250m", "2km", "50km"])
def test_the_nearest_walk_the_index_of_places_from_here(country, plan, within):
    walked = plan(SearchRequest(here=country, within=Within.parse(within)))
    assert "Index Scan using entry_by_place" in walked
    assert "Order By: (location <-> " in walked
    assert indexes(walked) == {"entry_by_place"}


@pytest.mark.parametrize("within", ["nearest", "2km"])
@pytest.mark.parametrize("categories", [("bakery",), ("food",), ("bakery", "florist", "library")])
def test_the_nearest_of_a_category_walk_the_composite_index(country, plan, within, categories):
    walked = plan(SearchRequest(here=country, within=Within.parse(within), categories=categories))
    assert "Index Scan using entry_by_category_and_place" in walked
    assert "Order By: (location <-> " in walked
    assert indexes(walked) == {"entry_by_category_and_place"}


@pytest.mark.parametrize("within", ["nearest", "250m", "2km", "50km"])
@pytest.mark.parametrize(
    ("categories", "index"),
    [((), "entry_open_by_place"), (("bakery",), "entry_open_by_category"), (("food", "bar"), "entry_open_by_category")],
)
def test_what_is_open_walks_the_index_of_its_hour(country, plan, within, categories, index):
    moment = timezone.now() + timedelta(days=2)
    walked = plan(SearchRequest(here=country, within=Within.parse(within), categories=categories, open_at=moment))
    assert f"Index Scan using {index}" in walked
    assert re.search(r"Index Cond: .*\(open_hours @> ARRAY\[\$\d+\]\)", walked)
    assert "Order By: (location <-> " in walked
    assert re.search(r"Filter: .*open_periods @> ", walked)
    assert indexes(walked) == {index}


def test_what_is_open_and_called_so_is_found_by_its_words(country, plan):
    walked = plan(SearchRequest(here=country, text="boulangerie", open_at=timezone.now()))
    assert "entry_by_words" in indexes(walked) and "entry_open" not in walked


def test_what_is_open_and_has_no_place_is_found_by_its_town(town, country, plan):
    walked = plan(SearchRequest(here=here(), within=Within.parse("municipality"), open_at=timezone.now()))
    assert indexes(walked) == {"entry_open_by_place", "entry_without_place"}


MEMBER = Viewer(
    account_id=1,
    homes=(
        Home(
            **{"membership_id": 1, "alias_id": 1, "residence_id": 1, "lives_there": True, "moderates": False},
            **{"reads_since": timezone.now(), "provisional": False, "cell_id": 1, "point": (-1.55, 47.21)},
            **{"municipality_id": 1, "neighbourhood_id": 1, "voisinage": (1, 2, 3), "bordering": ()},
        ),
    ),
    alias_ids=(1,),
    muted_ids=(2,),
)


def test_a_member_walks_the_same_index(country, plan):
    walked = plan(SearchRequest(here=country, within=Within.parse("500m"), viewer=MEMBER))
    assert indexes(walked) == {"entry_by_place"}
    assert "Order By: (location <-> " in walked and re.search(r"Filter: .*audience", walked)


def test_the_words_of_one_s_own_residence_are_found_by_the_residence(country, plan):
    home = make_building(make_town("Bourg", "44001", box(-100, -100, 100, 100)), 0, 0, dwellings=300).residence_id
    viewer = replace(MEMBER, homes=(replace(MEMBER.home, residence_id=home),))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    walked = plan(SearchRequest(here=here(), within=Within.parse("residence"), viewer=viewer))
    # Which of its indexes, an empty table does not tell.
    assert "Seq Scan on directory_listing" not in walked and "directory_listing" in walked


def test_a_viewer_is_gathered_by_keys(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # the tables are empty
        cursor.execute(f"EXPLAIN {viewing._HOMES}", {"account": 1, "now": timezone.now()})
        walked = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in walked
    for index in ("geo_publiccell_pkey", "voisinagepair|one_pair"):
        assert re.search(index, walked)


def test_words_are_found_by_trigrams(country, plan):
    assert "entry_by_words" in indexes(plan(SearchRequest(here=country, text="boulangerie")))


@pytest.fixture
def town(db):
    town = make_town("Bourg", "44001", box(-3_000, -2_000, 3_000, 2_000), circle_kind="quartier")
    make_quarter(town, "Couchant", box(-3_000, -2_000, 100, 2_000))
    load_buildings(box(-3_000, -2_000, 3_000, 2_000))
    make_building(town, 0, 0, dwellings=300)
    return town


def test_a_town_walks_the_index_of_places_and_adds_what_has_none(town, country, plan):
    walked = plan(SearchRequest(here=here(), within=Within.parse("municipality")))
    assert indexes(walked) == {"entry_by_place", "entry_without_place"}


def test_a_circle_is_resolved_through_the_indexes_of_parts_and_buildings(town):
    for number in range(200):
        make_building(town, -2_900 + 25 * number, 500, dwellings=1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE geo_building")  # a vacuum may just have counted none of what no test commits
        cursor.execute("SET LOCAL enable_seqscan = off")  # the parts of the toy town are smaller than one page
        cursor.execute(f"EXPLAIN {SURROUNDINGS}", {"here": here().ewkt})
        walked = "\n".join(line for (line,) in cursor.fetchall())
    assert len(re.findall(r"Scan using geo_boundarypart_division_\w+", walked)) == 2
    assert re.search(r"Index Scan using geo_building_location_\w+ .*\n +Order By: \(location <->", walked)
    assert re.search(r"Index Scan using geo_building_footprint_\w+", walked)
