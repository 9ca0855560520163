"""Letters tell of a request on the day it reaches their reader: once, and in an order that tells no other day."""

import pytest
from django.db import connection

from directory.digests import news_of
from directory.digests_sql import ANYTHING_NEW
from directory.follow_models import Follow
from directory.followed import place_drawn
from directory.follows import circle_of, follow
from directory.models import Listing
from scopes.models import Level
from scopes.viewing import viewer_of
from tests.directory.around import box
from tests.directory.speaking import say
from tests.directory.spread import by_sixty, looks_for, mornings, on
from tests.neighbours import neighbour

pytestmark = [pytest.mark.privacy, pytest.mark.django_db, pytest.mark.usefixtures("by_sixty")]
__all__ = ["by_sixty"]

ANYTHING = {"kinds": [], "categories": [], "text": ""}


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


def follows(someone, level=Level.NEIGHBOURHOOD, *, place=None, **what) -> Follow:
    """Follow a circle of the chosen home, or a place, from the first day on."""
    with on(0, 8) as beginning:
        viewer = viewer_of(someone.account_id)
        how = {"rhythm": "daily", "hour": 18, "means": "mail", "what": ANYTHING | what}
        begun = follow(viewer=viewer, place=place or circle_of(viewer.home, level), **how)
    Follow.objects.filter(pk=begun.pk).update(told_from=beginning, told_until=beginning)
    begun.refresh_from_db()
    return begun


def told(followed: Follow, day: int, hour: float = 18) -> list[str]:
    """Titles in the letter of an evening; the next one goes on from there."""
    with on(day, hour) as now:
        Follow.objects.filter(pk=followed.pk).update(told_from=followed.told_until, told_until=now)
        followed.refresh_from_db()
        new = news_of([followed], {followed.account_id: viewer_of(followed.account_id)})
    return [one.title for one in new.get(followed.pk, [])]


@pytest.mark.parametrize(
    ("home", "level", "day"), [("B", "neighbourhood", 1), ("C", "neighbourhood", 2), ("F", "municipality", 3)]
)
def test_each_is_told_on_the_day_it_comes_and_never_again(village, alice, home, level, day):
    followed = follows(neighbour("Zoé", village.residences[home]), level)
    with on(0):
        looks_for(alice)
    evenings = {}
    for evening in range(6):
        mornings(evening)
        evenings[evening] = told(followed, evening)
    assert evenings == {evening: ["Perceuse"] if evening == day else [] for evening in range(6)}


@pytest.mark.parametrize("home", ["B", "C", "F"])
def test_a_weekly_letter_tells_it_once_wherever_its_reader_is(village, alice, home):
    followed = follows(neighbour("Zoé", village.residences[home]), Level.MUNICIPALITY)
    with on(0):
        looks_for(alice)
    mornings(*range(1, 6))
    assert told(followed, 5) == ["Perceuse"]
    mornings(*range(6, 12))
    assert told(followed, 12) == []


def test_what_came_between_two_letters_is_in_the_second_and_not_in_both(village, alice):
    """Seen already as the first is written, since it came a moment ago: it is of the second."""
    followed = follows(neighbour("Chloé", village.residences["C"]))
    with on(0):
        looks_for(alice)
    mornings(2)
    with on(2, 18):
        Follow.objects.filter(pk=followed.pk).update(told_until=Listing.objects.get().rings.get(number=1).reached_at)
        followed.refresh_from_db()
    with on(2, 9.5):
        news = news_of([followed], {followed.account_id: viewer_of(followed.account_id)})
    assert news == {}, "it came after what this letter tells"
    assert told(followed, 2) == ["Perceuse"]


def test_who_was_reached_before_following_is_not_told_of_it(village, alice):
    with on(0):
        looks_for(alice)
    mornings(1, 2)
    followed = follows(neighbour("Chloé", village.residences["C"]))
    with on(2, 12) as now:
        Follow.objects.update(told_from=now, told_until=now)
        followed.refresh_from_db()
    mornings(3)
    assert told(followed, 3) == []


def test_what_is_served_before_the_letter_is_not_in_it(village, alice):
    followed = follows(neighbour("Chloé", village.residences["C"]))
    with on(0):
        looks_for(alice)
    mornings(2)
    Listing.objects.update(withdrawn_at=Listing.objects.get().opens_at)
    assert told(followed, 2) == []


def test_a_place_is_told_of_by_the_first_of_the_readers_homes(village, alice):
    two = neighbour("Zoé", village.residences["C"])
    neighbour("Zoé", village.residences["F"], account=two.account)
    followed = follows(two, place=place_drawn(box(-60, -60, 60, 60).geojson), kinds=["loan"])
    with on(0):
        looks_for(alice)
    evenings = []
    for evening in range(5):
        mornings(evening)
        evenings.append(told(followed, evening))
    assert evenings == [[], [], ["Perceuse"], [], []]


def test_a_circle_is_told_of_when_its_own_home_is_reached(village, alice):
    two = neighbour("Zoé", village.residences["F"])
    neighbour("Zoé", village.residences["C"], account=two.account)
    followed = follows(two, Level.MUNICIPALITY)
    with on(0):
        looks_for(alice)
    evenings = []
    for evening in range(5):
        mornings(evening)
        evenings.append(told(followed, evening))
    assert evenings == [[], [], [], ["Perceuse"], []]


def test_the_order_tells_neither_when_it_was_said_nor_how_far_it_came(village, alice):
    followed = follows(neighbour("Chloé", village.residences["C"]))
    titles = [f"Chose {number}" for number in range(6)]
    for number, title in enumerate(titles):
        with on(number % 2, 10 + number):
            looks_for(alice, title)
    with on(2):
        say(alice, Level.NEIGHBOURHOOD, "Un mot")
    mornings(1, 2, 3)
    by_id = Listing.objects.filter(spreads=True).order_by("public_id").values_list("title", flat=True)
    assert told(followed, 4) == [*by_id, "Un mot"]


def test_what_grows_is_worth_a_letter_at_once(village, alice):
    followed = follows(neighbour("Chloé", village.residences["C"]))
    with on(0):
        looks_for(alice)

    def worth(day: int) -> bool:
        with on(day, 20) as until, connection.cursor() as cursor:
            Follow.objects.update(told_until=until.replace(hour=8))
            cursor.execute(ANYTHING_NEW, {"follows": [followed.pk], "until": until})
            return bool(cursor.fetchall())

    mornings(2)
    assert [worth(day) for day in (1, 2, 3)] == [True, True, False]
