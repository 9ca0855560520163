"""Seats are never oversold: counted day by day, at once from a hundred connections, and as the search has them."""

import random
import time as clock
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import OperationalError, connection
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import ConversationClosed, NoSeatsLeft, NotProved, RideChanged, TooMany
from directory.free_seats import Seats, coming_days, instant, runs_on
from directory.models import Carpool, RideAgreement
from directory.ride_matching import requests_for
from geo.errors import InvalidParameter, NotFound
from geo.models import Municipality
from scopes.leaving import leave
from scopes.moments import today_at
from tests.directory.agreed import MONDAY, accepts, asks, cancels, drives, edits, skips, states_of
from tests.directory.matched import found, wanted
from tests.directory.test_moderation_laws import at_once
from tests.neighbours import neighbour
from tests.scopes.village import make_village

PARIS = "Europe/Paris"
TOWN = Municipality(time_zone=PARIS)
TODAY = today_at(PARIS)
near = st.integers(0, 60).map(lambda days: TODAY + timedelta(days=days))
some_weekdays = st.sets(st.integers(1, 7), min_size=1).map(sorted)
some_seats = st.integers(1, 3)
once = st.builds(lambda seats, day: RideAgreement(seats=seats, day=day), some_seats, near)
weekly = st.builds(
    lambda **own: RideAgreement(**own),
    seats=some_seats,
    from_day=near,
    weekdays=some_weekdays,
    except_days=st.lists(near, max_size=3),
    last_day=st.none() | near,
)


def on(one: RideAgreement, day: date) -> bool:
    """Whether it is on a day, word for word."""
    if one.day:
        return one.day == day
    begun, goes_on = day >= one.from_day, one.last_day is None or day <= one.last_day
    return begun and goes_on and (day.weekday() + 1) in one.weekdays and day not in one.except_days


@settings(max_examples=150, deadline=None)
@given(total=st.integers(1, 5), asked=st.lists(once | weekly, min_size=1, max_size=8))
def test_one_after_the_other_none_is_said_yes_to_beyond_the_seats(total, asked):
    """Each is said yes to if, and only if, all its days to come have its seats: counted over a year and more."""
    ride = Carpool(seats=total, weekdays=[1, 2, 3, 4, 5, 6, 7], municipality=TOWN)
    agreed: list[RideAgreement] = []
    taken: Counter[date] = Counter()
    year = [TODAY + timedelta(days=number) for number in range(400)]
    for one in asked:
        own = [day for day in year if on(one, day)]
        fits = bool(own) and all(taken[day] + one.seats <= total for day in own)
        fewest = Seats(ride, agreed).fewest_for(one)
        assert (fewest is not None and fewest.free >= one.seats) is fits
        if fits:
            agreed.append(one)
            taken.update({day: one.seats for day in own})
        assert all(Seats(ride, agreed).free_on(day) == total - taken[day] for day in year[:70])
    assert max(taken.values(), default=0) <= total


def test_a_time_that_clocks_skip_or_double_is_the_later_of_the_two():
    assert instant(date(2027, 3, 28), time(2, 30), PARIS) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert instant(date(2027, 10, 31), time(2, 30), PARIS) == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_the_days_to_come_are_those_on_which_it_leaves():
    told = {"departure": time(7, 30), "municipality": TOWN, "seats": 3}
    ride = Carpool(**told, weekdays=[1, 3], except_days=[MONDAY], last_day=MONDAY + timedelta(days=9))
    days = list(coming_days(ride))
    assert days[-2:] == [MONDAY + timedelta(days=7), MONDAY + timedelta(days=9)] and MONDAY not in days
    assert all(runs_on(ride, day) and day.isoweekday() in (1, 3) for day in days)
    assert list(coming_days(Carpool(**told, day=TODAY - timedelta(days=1)))) == []


@pytest.mark.django_db
class TestSearched:
    def test_a_day_without_enough_seats_is_found_no_more(self):
        home = make_village().residences
        alice, bruno, elsa = (
            neighbour(name, home[where]) for name, where in (("Alice", "A"), ("Bruno", "B"), ("Elsa", "E"))
        )
        shared = drives(alice, weekdays=["1", "2", "3", "4", "5"], seats="2")
        accepts(alice, asks(bruno, shared, MONDAY, weekdays=[1]))
        accepts(alice, asks(elsa, shared, MONDAY + timedelta(days=7)))
        asks(elsa, shared, MONDAY + timedelta(days=1))  # what only waits takes none
        RideAgreement.objects.filter(day=None).update(except_days=[MONDAY + timedelta(days=14)])
        free = {}
        for number in (0, 1, 7, 14, 21):
            for seats in (1, 2):
                what = wanted("Place du Milieu", "Place Est", day=MONDAY + timedelta(days=number), seats=seats)
                free[number, seats] = [match.free for match in found(elsa, what)]
        assert free == {
            **{(0, 1): [1], (0, 2): [], (1, 1): [2], (1, 2): [2], (7, 1): [], (7, 2): []},
            **{(14, 1): [2], (14, 2): [2], (21, 1): [1], (21, 2): []},
        }

    def test_who_has_their_seat_is_looked_for_no_more(self):
        home = make_village().residences
        alice, bruno = neighbour("Alice", home["A"]), neighbour("Bruno", home["B"])
        shared = drives(alice, direction="request", seats="2")
        what = wanted("Place Ouest", "Place Est", seats=3)
        assert [match.free for match in found(bruno, what, among=requests_for)] == [2]
        accepts(alice, asks(bruno, shared))
        assert found(bruno, what, among=requests_for) == []


def as_soon_as_connected(deed):
    """Do it on a connection of one's own, once the server has one to give: it gives about a hundred in all."""
    for _try in range(500):
        try:
            connection.ensure_connection()
            break
        except OperationalError:
            clock.sleep(0.02)
    return deed()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_said_yes_to_at_once_for_the_last_seat_one_has_it(transactional_db):
    """A hundred connections, each saying yes to another neighbour; some ask for that day, some for every week."""
    from django.apps import apps

    from directory.categories import sync_categories

    sync_categories(sender=apps.get_app_config("directory"))
    home = make_village().residences
    alice = neighbour("Alice", home["A"])
    shared = drives(alice, weekdays=["1", "2", "3", "4", "5"], seats="1")
    people = [neighbour(f"Voisin {number}", home["B"]) for number in range(100)]
    weekly = [{}, {"weekdays": [1]}, {"weekdays": [1, 4]}]
    asked = [asks(one, shared, MONDAY, **weekly[number % 3]) for number, one in enumerate(people)]
    answers = at_once(*(lambda one=one: as_soon_as_connected(lambda: accepts(alice, one)) for one in asked))
    assert Counter(type(one) for one in answers) == {RideAgreement: 1, NoSeatsLeft: 99}
    refusals = {str(one) for one in answers if isinstance(one, NoSeatsLeft)}
    assert all("complet. La demande attend toujours." in words for words in refusals)
    agreed = RideAgreement.objects.confirmed().get()
    assert RideAgreement.objects.filter(status="WAITING_CONFIRMATION").count() == 99
    assert Seats.of(Carpool.objects.get(pk=shared.pk)).free_on(MONDAY) == 0
    refused = next(one for number, one in enumerate(people) if asked[number].pk != agreed.pk)
    assert states_of(refused) == ["attend une réponse"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_at_once_nobody_waits_for_each_other(transactional_db, seed):
    """Asked, said yes to, called off, edited, taken back and left, each on a connection of its own: no deadlock."""
    from django.apps import apps

    from directory.categories import sync_categories

    sync_categories(sender=apps.get_app_config("directory"))
    chance, home = random.Random(seed), make_village().residences
    alice = neighbour("Alice", home["A"])
    own = {"weekdays": ["1", "2", "3", "4", "5"], "seats": "3"}
    shared, other = drives(alice, **own), drives(alice, **own, departure="09:00")
    people = [neighbour(f"Voisin {number}", home["B"]) for number in range(10)]
    agreed = [asks(one, shared, MONDAY, weekdays=[1]) for one in people[:6]]
    for one in agreed[:3]:
        accepts(alice, one)
    deeds = [
        *(lambda one=one: asks(one, shared, MONDAY + timedelta(days=1)) for one in people),
        *(lambda one=one: asks(one, shared, MONDAY + timedelta(days=2)) for one in people[:3]),
        *(lambda one=one: asks(one, other, MONDAY) for one in people[:4]),
        *(lambda one=one: accepts(alice, one) for one in agreed),
        *(lambda one=one, someone=someone: cancels(someone, one) for one, someone in zip(agreed, people, strict=False)),
        lambda: skips(alice, agreed[0], MONDAY + timedelta(days=7)),
        lambda: edits(alice, shared, **own, price="0,02"),
        lambda: leave(membership=people[1]),
        *([lambda: leave(membership=alice)] if seed == 2 else []),
    ]
    chance.shuffle(deeds)
    answers = at_once(*deeds)
    refusals = (InvalidParameter, NotFound, NotProved, RideChanged, NoSeatsLeft, ConversationClosed, TooMany)
    assert [one for one in answers if isinstance(one, Exception) and not isinstance(one, refusals)] == []
    seats = Seats.of(Carpool.objects.get(pk=shared.pk))
    assert all(seats.free_on(MONDAY + timedelta(days=days)) >= 0 for days in range(30))


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_asked_said_yes_to_and_called_off_no_day_is_oversold(seed):
    """Everything in the database, in any order; the count day by day is kept apart."""
    chance = random.Random(seed)
    home = make_village().residences
    alice = neighbour("Alice", home["A"])
    shared = drives(alice, weekdays=["1", "2", "3", "4", "5"], seats="3")
    people = [neighbour(f"Voisin {number}", home[chance.choice("ABE")]) for number in range(12)]
    said = Counter()
    for _turn in range(60):
        someone, day = chance.choice(people), MONDAY + timedelta(days=chance.choice([0, 1, 2, 7, 8, 9]))
        own = {"seats": chance.randint(1, 2)} | ({"weekdays": [1, 3]} if chance.random() < 0.4 else {})
        try:
            agreed = accepts(alice, asks(someone, shared, day, **own))
            said["yes"] += 1
            if chance.random() < 0.3:
                cancels(someone, agreed)
            elif agreed.day is None and chance.random() < 0.5:
                skips(alice, agreed, next(one for one in (MONDAY, MONDAY + timedelta(days=9)) if agreed.is_on(one)))
        except (InvalidParameter, NoSeatsLeft, TooMany) as error:
            said[type(error).__name__] += 1
        standing = list(RideAgreement.objects.confirmed())
        for number in range(40):
            taken = sum(one.seats for one in standing if on(one, MONDAY + timedelta(days=number)))
            assert taken <= 3
    assert said["yes"] > 5 and said["InvalidParameter"] > 5
