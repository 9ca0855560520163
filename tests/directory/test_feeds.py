"""What is addressed to a home, rule by rule: complete, in order, on pages, and by the indexes it was given."""

import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import feeds, feeds_sql
from directory.models import Kind, Listing, Post
from directory.publishing import refresh_entries
from scopes import second_lock
from scopes.models import Level, Mute, Openness
from scopes.querysets import rules_of
from tests.directory.speaking import looking
from tests.neighbours import neighbour
from tests.plans import generic_plan
from tests.scopes.village import SPACING

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

CIRCLES = (Level.RESIDENCE, Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY)
WRITERS = ("A", "B", "C", "D", "E", "F")


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


@contextmanager
def statements_counted():
    """The statements that reach the server: those that Django's own log does not see too."""
    texts = []
    execute = psycopg.Cursor.execute

    def counted(cursor, query, *given, **named):
        texts.append(str(query))
        return execute(cursor, query, *given, **named)

    with patch.object(psycopg.Cursor, "execute", counted):
        yield texts


words = st.lists(
    st.tuples(st.sampled_from(WRITERS), st.sampled_from(Level.values), st.sampled_from(Openness.values)), max_size=12
)
READERS = (*WRITERS, "absent owner", "newcomer", "two homes")


@pytest.fixture
def readers(village, writers):
    """Who writes, and who has something of their own."""
    both = neighbour("Bea", village.residences["C"])
    neighbour("Bea", village.residences["F"], account=both.account, chosen=False)
    return writers | {
        "absent owner": neighbour("Olga", village.residences["A"], role="absent_owner"),
        "newcomer": neighbour("Nora", village.residences["D"], settled=False),
        "two homes": both,
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=words,
    level=st.sampled_from(CIRCLES),
    reader=st.sampled_from(READERS),
    muted=st.sets(st.sampled_from(WRITERS), max_size=2),
    kind=st.sampled_from(["", Kind.POST, Kind.LOAN]),
)
def test_it_is_what_one_may_see_of_what_is_addressed_to_one_newest_first(
    village, readers, said, level, reader, muted, kind
):
    """The statement written by hand and the rules of the QuerySets, each for every home of the reader."""
    with second_lock.opened([residence.pk for residence in village.residences.values()]):
        Listing.objects.all().delete()
    Mute.objects.all().delete()
    for hours, (writer, to, openness) in enumerate(said):
        put(village, readers[writer], to, hours=hours, openness=openness)
    account = readers[reader].account
    Mute.objects.bulk_create(Mute(account=account, muted=readers[name].alias) for name in muted)
    with looking(readers[reader]) as viewer:
        for home in viewer.homes:
            rule = Listing.objects.live().visible_to(viewer).addressed_to(home, level=level)
            rule = rule.filter(kind=kind) if kind else rule
            expected = list(rule.order_by("-published_at").values_list("title", "why"))
            page = feeds.feed(viewer, home, level=level, kind=kind)
            assert [(one.title, one.why) for one in page.said] == expected
            asked = feeds._asked(viewer, home, kind)
            statement = feeds_sql.newest(level=level, most=21, **feeds._asking(asked))
            assert re.findall(r"'(\w+)' AS why", statement) == list(rules_of(home, level))


def test_in_a_town_without_quarters_nothing_comes_from_one(village, writers):
    for hours, level in enumerate(Level.values):
        put(village, writers["D"], level, hours=hours, openness=Openness.PUBLIC)
    with looking(writers["D"]) as viewer:
        home = replace(viewer.home, neighbourhood_id=None, bordering=(village.west.pk,))
        rule = Listing.objects.visible_to(viewer).addressed_to(home, level=Level.MUNICIPALITY)
        expected = list(rule.order_by("-published_at").values_list("title", "why"))
        page = feeds.feed(viewer, home, level=Level.MUNICIPALITY)
    assert [(one.title, one.why) for one in page.said] == expected
    assert {one.why for one in page.said} == {"residence", "voisinage", "catchment", "municipality"}


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
        with looking(someone) as viewer, statements_counted() as asked:
            assert feeds.feed(viewer, viewer.home, level=Level.NEIGHBOURHOOD).said == []
        return len(asked)

    with_nothing = statements()
    for hours in range(30, 55):
        put(village, writers["A"], Level.RESIDENCE, hours=hours)
    assert statements() == with_nothing == 2


def test_a_page_is_three_statements_of_one_text_for_all(village, readers):
    """Each is planned once a connection, whoever asks: with mutes or none, one home or two, in a residence or not."""
    for hours, level in enumerate(CIRCLES):
        put(village, readers["A"], level, hours=hours)
    Mute.objects.create(account=readers["C"].account, muted=readers["B"].alias)
    texts, prepared = set(), []
    for name in READERS:
        with looking(readers[name]) as viewer, statements_counted() as asked, connection.cursor() as cursor:
            page = feeds.feed(viewer, viewer.home, level=Level.MUNICIPALITY)
            assert page.said and [one.municipality.time_zone for one in page.said]
            assert len(asked) == 3
            texts |= set(asked)
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%directory_listing%'")
            prepared += cursor.fetchone()
    assert len(texts) == 3
    assert len(set(prepared)) == 1


def test_what_was_erased_since_it_was_found_is_left_out(village, writers):
    word = put(village, writers["A"], Level.MUNICIPALITY, hours=1)
    found = feeds._by_id([word.pk, word.pk + 1])
    assert [one.why for one in feeds._with_why([(word.pk + 1, "border"), (word.pk, "municipality")], found)] == [
        "municipality"
    ]


@pytest.mark.plan
def test_each_rule_walks_its_own_index(village, writers):
    """On enough posts for the planner to care: without them it would read the whole table."""
    copied = [field.column for field in Listing._meta.local_concrete_fields if field.column not in ("id", "audience")]
    source = [
        {"public_id": "gen_random_uuid()", "published_at": "now() - n * interval '1 minute'"}.get(name, name)
        for name in copied
    ]
    across = (writers["E"], Level.NEIGHBOURHOOD, Openness.PUBLIC)
    for writer, level, openness in (*((writers["D"], level, Openness.MEMBERS) for level in Level), across):
        model = put(village, writer, level, hours=1, openness=openness)
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
        asked = feeds._asked(viewer, viewer.home, "")
        plan = generic_plan(feeds_sql.newest(level=Level.MUNICIPALITY, most=21, **feeds._asking(asked)), asked)
        spread = generic_plan(feeds_sql.around(**feeds._asking(asked)), asked)
    wanted = {"said_in_residence", "said_in_voisinage", "said_in_quarter", "opened_in_quarter", "said_in_town"}
    assert wanted | {"entry_by_zone"} <= set(re.findall(r"(?:said|opened|entry)_\w+", plan)), plan
    # Newest first along each, until there are enough: only of what lies in the residence all is read and sorted.
    walked = re.findall(r"Presorted Key: listing_\d+\.published_at\s+->  (?:Result[^>]+->  )?(.+?) on ", plan)
    assert set(walked) == {f"Index Scan Backward using {name}" for name in wanted - {"said_in_residence"}}, plan
    assert "Seq Scan" not in plan and "Seq Scan on directory_listing" not in spread
