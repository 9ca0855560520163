"""What is addressed to a home, rule by rule: complete, in order, on pages, and by the indexes it was given."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import feeds
from directory.models import Listing, Post
from directory.publishing import refresh_entries
from scopes import second_lock
from scopes.models import Level, Mute, Openness
from tests.directory.speaking import looking
from tests.neighbours import neighbour
from tests.scopes.village import SPACING, make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

CIRCLES = (Level.RESIDENCE, Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY)
WRITERS = ("A", "B", "C", "D", "E", "F")


@pytest.fixture
def village():
    return make_village()


@pytest.fixture
def writers(village):
    """Someone of each residence."""
    return {name: neighbour(f"De {name}", village.residences[name]) for name in WRITERS}


def put(village, writer, level: str, *, hours: int, openness: str = Openness.MEMBERS, **columns) -> Post:
    """A word, so many hours old, with its search entry."""
    if level == Level.CATCHMENT:
        columns["catchment"] = village.zone(2 * SPACING, 0, 3 * SPACING)
    if level == Level.RESIDENCE:
        openness = Openness.MEMBERS
    word = village.post(writer, level=level, openness=openness, title=f"{level} {hours}", **columns)
    with second_lock.opened([writer.residence_id]):
        Listing.objects.filter(pk=word.pk).update(published_at=timezone.now() - timedelta(hours=hours))
    refresh_entries([word.pk])
    return word


def read(someone, level: str, **asked) -> list[Post]:
    with looking(someone) as viewer:
        return feeds.feed(viewer, viewer.home, level=level, **asked).said


words = st.lists(
    st.tuples(st.sampled_from(WRITERS), st.sampled_from(Level.values), st.sampled_from(Openness.values)), max_size=12
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=words, level=st.sampled_from(CIRCLES), reader=st.sampled_from(WRITERS))
def test_it_is_what_one_may_see_of_what_is_addressed_to_one_newest_first(village, writers, said, level, reader):
    with second_lock.opened([residence.pk for residence in village.residences.values()]):
        Listing.objects.all().delete()
    for hours, (writer, to, openness) in enumerate(said):
        put(village, writers[writer], to, hours=hours, openness=openness)
    with looking(writers[reader]) as viewer:
        rule = Post.objects.live().visible_to(viewer).addressed_to(viewer.home, level=level)
        expected = list(rule.order_by("-published_at").values_list("title", "why"))
    assert [(post.title, post.why) for post in read(writers[reader], level)] == expected


def test_pages_follow_each_other_across_rules(village, writers, monkeypatch):
    monkeypatch.setattr(feeds, "PAGE", 3)
    for hours in range(8):
        put(village, writers["A"], CIRCLES[hours % 4], hours=hours)
    with looking(writers["A"]) as viewer:
        pages = [feeds.feed(viewer, viewer.home, level=Level.MUNICIPALITY, page=number) for number in (1, 2, 3, 4)]
    assert [[int(post.title.split()[1]) for post in page.said] for page in pages] == [[0, 1, 2], [3, 4, 5], [6, 7], []]
    assert [(page.newer, page.older) for page in pages] == [(0, 2), (1, 3), (2, 0), (3, 0)]


def test_the_pile_ends(village, writers, monkeypatch):
    monkeypatch.setattr(feeds, "PAGE", 1)
    monkeypatch.setattr(feeds, "MOST_PAGES", 2)
    for hours in range(3):
        put(village, writers["A"], Level.MUNICIPALITY, hours=hours)
    with looking(writers["A"]) as viewer:
        last = feeds.feed(viewer, viewer.home, level=Level.MUNICIPALITY, page=99)
    assert [post.title for post in last.said] == ["municipality 1"] and last.older == 0


def test_the_muted_take_no_place_on_a_page(village, writers, monkeypatch):
    monkeypatch.setattr(feeds, "PAGE", 1)
    put(village, writers["A"], Level.NEIGHBOURHOOD, hours=2)
    put(village, writers["B"], Level.NEIGHBOURHOOD, hours=1)
    Mute.objects.create(account=writers["C"].account, muted=writers["B"].alias)
    assert [post.title for post in read(writers["C"], Level.NEIGHBOURHOOD)] == ["neighbourhood 2"]


@pytest.mark.parametrize("reader", [{"role": "absent_owner"}, {"settled": False}], ids=["absent owner", "newcomer"])
def test_what_one_may_not_read_in_the_residence_costs_no_statement(village, writers, reader):
    """However much was said there, the page is found in as many statements: its time tells nothing (privacy.md, T7)."""
    someone = neighbour("Olga", village.residences["A"], **reader)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert read(someone, Level.NEIGHBOURHOOD) == []
        return len(asked)

    with_nothing = statements()
    for hours in range(30, 55):
        put(village, writers["A"], Level.RESIDENCE, hours=hours)
    assert statements() == with_nothing


@pytest.mark.plan
def test_each_rule_walks_its_own_index(village, writers):
    """On enough posts for the planner to care: without them it would read the whole table."""
    copied = [field.column for field in Listing._meta.local_concrete_fields if field.column not in ("id", "audience")]
    source = [
        {"public_id": "gen_random_uuid()", "published_at": "now() - n * interval '1 minute'"}.get(name, name)
        for name in copied
    ]
    for writer, level in (*((writers["D"], level) for level in Level), (writers["E"], Level.NEIGHBOURHOOD)):
        model = put(village, writer, level, hours=1)
        with second_lock.opened([writer.residence_id]), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO directory_listing ({', '.join(copied)}) SELECT {', '.join(source)} "
                "FROM directory_listing, generate_series(1, 1500) AS n WHERE id = %s",
                [model.pk],
            )
    with connection.cursor() as cursor, looking(writers["D"]) as viewer:
        cursor.execute(
            "INSERT INTO directory_post (listing_ptr_id, residence_id) SELECT id, residence_id FROM directory_listing "
            "WHERE id NOT IN (SELECT listing_ptr_id FROM directory_post)"
        )
        refresh_entries(list(Listing.objects.values_list("pk", flat=True)))
        cursor.execute("ANALYZE directory_listing, directory_post, directory_searchentry")
        first, *others = feeds._rule_by_rule(viewer, viewer.home, Level.MUNICIPALITY, most=21)
        plan = first.union(*others, all=True).order_by("-published_at", "-pk").explain()
    wanted = {"said_in_residence", "said_in_voisinage", "said_in_quarter", "opened_in_quarter", "said_in_town"}
    assert wanted | {"entry_by_zone"} <= set(re.findall(r"(?:said|opened|entry)_\w+", plan)), plan
    assert "Seq Scan" not in plan
