"""What a poll that is over tells: the residence its numbers, everyone else tens from twenty on, nobody a vote."""

import random

import pytest
from django.utils import timezone

from directory.counting_votes import LEAST_INSIDE, count_poll, totals_of
from directory.models import Poll, Vote
from directory.tasks import count_poll as job
from scopes import second_lock
from scopes.models import Level
from scopes.reach_table import are_enough, in_tens
from tests.directory.voting import ask, end, fill, votes
from tests.neighbours import neighbour

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


def test_inside_a_residence_its_members_read_the_numbers(village, alice):
    poll = ask(alice, Level.RESIDENCE, choices=["Oui", "Non", "Plus tard"])
    fill(poll, 5, 2, 0)
    over = end(poll)
    assert over.totals == [5, 2, 0]
    with second_lock.opened([alice.residence_id]):
        assert not Vote.objects.exists(), "votes are reduced to totals and erased"


def test_inside_a_residence_fewer_than_three_households_say_nothing(village, alice):
    poll = ask(alice, Level.RESIDENCE)
    fill(poll, LEAST_INSIDE - 1, 0)
    assert end(poll).totals == []


@pytest.mark.parametrize("level", [Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY])
def test_elsewhere_nothing_is_told_below_twenty_and_tens_above(village, alice, level):
    few, many = ask(alice, level, "Peu ?"), ask(alice, level, "Beaucoup ?")
    fill(few, 18, 1)
    fill(many, 55, 8)
    assert end(few).totals == []
    told = end(many).totals
    assert told[0] in (50, 60) and told[1] == 0
    assert not Vote.objects.exists()


def test_nothing_is_counted_before_the_end_nor_twice(village, alice):
    poll = ask(alice, Level.RESIDENCE)
    fill(poll, 4, 4)
    assert count_poll(poll_id=poll.pk, residence_id=poll.residence_id) is None
    first = end(poll).totals
    fill(poll, 9, 0)  # which no deed does any more
    assert end(poll).totals == first == [4, 4]
    assert count_poll(poll_id=0, residence_id=None) is None


def test_the_job_knows_numbers_only_and_opens_one_residence(village, alice):
    poll = ask(alice, Level.RESIDENCE)
    votes(alice, poll)
    with second_lock.opened([alice.residence_id]):
        Poll.objects.update(ends_at=timezone.now())
    job(poll_id=poll.pk, residence_id=village.residences["B"].pk)
    with second_lock.opened([alice.residence_id]):
        assert Poll.objects.get().totals is None, "another residence's job does not even see it"
    job(poll_id=poll.pk, residence_id=alice.residence_id)
    with second_lock.opened([alice.residence_id]):
        assert Poll.objects.get().totals == []


def test_who_asks_again_learns_nothing_more(village, alice):
    """The secret is the circle's: the same answers give the same totals, however often one asks."""
    told = []
    for number in range(3):
        poll = ask(alice, Level.NEIGHBOURHOOD, f"Pour la {number + 1}e fois ?")
        fill(poll, 34, 27)
        told.append(end(poll).totals)
    assert told[0] == told[1] == told[2]


class TestAttack:
    """Someone who knows every other vote, and the code, but not the key."""

    WORLDS = 4_000

    def auc(self, with_target, without_target) -> float:
        """How well the best reading of what is told tells two worlds apart, the secret drawn anew for each circle."""
        chance = random.Random(7)
        counts: dict[tuple, list[int]] = {}
        for _world in range(self.WORLDS):
            circle = f"a circle {chance.random()}"
            for index, numbers in enumerate((with_target, without_target)):
                told = (
                    tuple(in_tens(number, of=circle) for number in numbers)
                    if are_enough(sum(numbers), of=circle)
                    else ()
                )
                counts.setdefault(told, [0, 0])[index] += 1
        ranked = sorted(counts.values(), key=lambda pair: pair[0] / (pair[1] or 0.5))
        below = area = 0
        for there, absent in ranked:
            area += there * (below + absent / 2)
            below += absent
        return area / self.WORLDS**2

    @pytest.mark.parametrize("others", [(19, 0), (20, 5), (29, 29), (40, 11), (63, 27)])
    def test_whether_one_home_voted_is_not_told(self, others):
        voted = (others[0] + 1, others[1])
        assert self.auc(voted, others) <= 0.60

    @pytest.mark.parametrize("others", [(25, 25), (38, 12), (60, 60)])
    def test_what_one_home_voted_is_hardly_told(self, others):
        assert self.auc((others[0] + 1, others[1]), (others[0], others[1] + 1)) <= 0.62

    def test_an_exact_threshold_would_tell(self):
        exact = {numbers: sum(numbers) >= 20 for numbers in ((20, 0), (19, 0))}
        assert exact[20, 0] and not exact[19, 0]


def test_totals_have_the_order_of_the_answers(village, alice):
    poll = ask(alice, Level.RESIDENCE, choices=list("abcdef"))
    fill(poll, 0, 1, 2, 3, 4, 5)
    with second_lock.opened([alice.residence_id]):
        assert totals_of(Poll.objects.get()) == [0, 1, 2, 3, 4, 5]
