"""Polls: asked in a circle, one vote a household until the end, then totals and nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from directory import posting
from directory.errors import NotProved, PollOver, TooMany
from directory.models import Listing, Poll, SearchEntry, Vote
from directory.pausing import pause_listings
from directory.polling import MOST_OPEN, ask_all, take_vote_back, vote, vote_of, withdraw
from geo.errors import InvalidParameter, NotFound
from geo.models import PublicCell
from scopes import second_lock
from scopes.leaving import leave
from scopes.models import Level, Mute
from scopes.rights.erasing import erase
from scopes.rights.exporting import told
from scopes.viewer import ANONYMOUS
from tests.directory.around import box, make_town
from tests.directory.speaking import looking
from tests.directory.voting import A_DAY, ask, end, votes
from tests.neighbours import asker, neighbour

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

CIRCLES = (Level.RESIDENCE, Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY)


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


def stored(residence) -> list[int]:
    """The votes that are there, opened."""
    with second_lock.opened([residence.pk]):
        return sorted(Vote.objects.values_list("choice", flat=True))


def polls_seen_by(someone) -> set[str]:
    with looking(someone) as viewer:
        return set(Poll.objects.live().visible_to(viewer).values_list("title", flat=True))


class TestAsking:
    @pytest.mark.parametrize(
        ("level", "readers"), [("residence", "A"), ("voisinage", "ABC"), ("neighbourhood", "ABCD")]
    )
    def test_it_is_seen_in_its_circle_and_nowhere_else(self, village, alice, level, readers):
        ask(alice, level, "Canari ?")
        for name in "ABCDEF":
            seen = polls_seen_by(neighbour("Anna", village.residences[name]))
            assert seen == ({"Canari ?"} if name in readers else set()), name
        assert polls_seen_by(ANONYMOUS) == set()

    def test_one_of_a_residence_has_no_place_and_no_entry_in_search(self, village, alice):
        poll = ask(alice, Level.RESIDENCE)
        with second_lock.opened([alice.residence_id]):
            poll.refresh_from_db()
        assert (poll.cell_id, poll.location, poll.neighbourhood_id, poll.space_id) == (
            None,
            None,
            None,
            alice.residence_id,
        )
        assert not SearchEntry.objects.exists()
        assert not Poll.objects.exists() and not Listing.objects.exists(), "the second lock is on"

    def test_pressed_twice_it_is_asked_once(self, alice):
        assert ask(alice, Level.RESIDENCE).pk == ask(alice, Level.RESIDENCE).pk
        assert ProcrastinateJob.objects.filter(task_name="count_poll").count() == 1

    def test_who_asks_all_the_time_waits(self, alice):
        for number in range(MOST_OPEN):
            ask(alice, Level.RESIDENCE, f"Question {number} ?")
        with pytest.raises(TooMany):
            ask(alice, Level.RESIDENCE, "Encore ?")

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"question": "  "}, "question"),
            ({"question": "x" * 121}, "question"),
            ({"choices": ["Oui", " "]}, "choices"),
            ({"choices": list("abcdefg")}, "choices"),
            ({"choices": ["Oui", "OUI"]}, "choices"),
            ({"choices": ["Oui", "n" * 81]}, "choices"),
            ({"ends_on": timezone.localdate()}, "ends_on"),
            ({"ends_on": timezone.localdate() + 32 * A_DAY}, "ends_on"),
            ({"level": "catchment"}, "level"),
            ({"level": "monde"}, "level"),
        ],
    )
    def test_what_is_not_valid_is_said_at_its_field_and_nothing_is_written(self, alice, wrong, field):
        asked = {"question": "Oui ?", "choices": ["Oui", "Non"], "ends_on": timezone.localdate() + A_DAY}
        with looking(alice) as viewer, pytest.raises(InvalidParameter) as refusal:
            ask_all(**{"home": viewer.home, "level": "residence", **asked, **wrong})
        assert refusal.value.parameter == field
        with second_lock.opened([alice.residence_id]):
            assert not Poll.objects.exists()

    def test_an_absent_owner_asks_the_quarter_and_not_the_residence(self, village):
        olga = neighbour("Olga", village.residences["A"], role="absent_owner")
        with pytest.raises(NotProved):
            ask(olga, Level.RESIDENCE)
        assert ask(olga, Level.NEIGHBOURHOOD).level == Level.NEIGHBOURHOOD

    def test_only_the_author_takes_it_back_with_its_votes(self, village, alice):
        poll = ask(alice, Level.RESIDENCE)
        anna = neighbour("Anna", village.residences["A"])
        votes(anna, poll)
        for key in (poll.public_id, uuid4()):
            with looking(anna) as viewer, pytest.raises(NotFound):
                withdraw(viewer=viewer, public_id=key)
        with looking(alice) as viewer:
            withdraw(viewer=viewer, public_id=poll.public_id)
        assert stored(alice.residence) == [] and polls_seen_by(anna) == set()


class TestVoting:
    @pytest.fixture
    def poll(self, alice):
        return ask(alice, Level.RESIDENCE)

    @pytest.mark.parametrize("level", CIRCLES)
    def test_a_vote_is_given_changed_and_taken_back(self, village, alice, level):
        poll = ask(alice, level)
        for choice in (0, 0, 1):
            votes(alice, poll, choice)
            assert stored(alice.residence) == [choice]
            with looking(alice) as viewer:
                assert vote_of(viewer, poll) == choice
        for _twice in range(2):
            with looking(alice) as viewer:
                take_vote_back(viewer=viewer, public_id=poll.public_id)
            assert stored(alice.residence) == []

    def test_a_household_of_two_has_one_vote(self, village, alice, poll):
        adam = neighbour("Adam", village.residences["A"], household=alice.household)
        votes(alice, poll, 0)
        votes(adam, poll, 1)
        assert stored(alice.residence) == [1]
        with looking(alice) as viewer:
            assert vote_of(viewer, poll) == 1

    def test_a_vote_names_nobody_and_no_moment(self, alice, poll):
        votes(alice, poll)
        with second_lock.opened([alice.residence_id]):
            row = Vote.objects.values().get()
        assert set(row) == {"id", "poll_id", "residence_id", "voter", "choice"}
        assert len(row["voter"]) == 64

    def test_two_votes_of_one_household_have_nothing_in_common(self, alice, poll):
        votes(alice, poll)
        votes(alice, ask(alice, Level.RESIDENCE, "Et le local à vélos ?"))
        with second_lock.opened([alice.residence_id]):
            assert len(set(Vote.objects.values_list("voter", flat=True))) == 2

    def test_next_door_and_a_passer_by_find_no_poll(self, village, alice, poll):
        for someone in (neighbour("Bruno", village.residences["B"]), asker("Ugo", village.residences["A"]), ANONYMOUS):
            refusals = []
            for key in (poll.public_id, uuid4()):
                with looking(someone) as viewer, pytest.raises(NotFound) as refusal:
                    vote(viewer=viewer, public_id=key, choice=0)
                refusals.append(str(refusal.value))
            assert len(set(refusals)) == 1
        assert stored(alice.residence) == []

    @pytest.mark.parametrize("choice", [-1, 2, 99])
    def test_what_is_no_answer_is_no_vote(self, alice, poll, choice):
        with pytest.raises(InvalidParameter):
            votes(alice, poll, choice)
        assert stored(alice.residence) == []

    def test_a_vote_after_the_end_is_refused_counted_or_not(self, alice, poll):
        with second_lock.opened([alice.residence_id]):
            Poll.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
        with pytest.raises(PollOver):
            votes(alice, poll)
        end(poll)
        with pytest.raises(PollOver):
            votes(alice, poll)
        with looking(alice) as viewer, pytest.raises(PollOver):
            take_vote_back(viewer=viewer, public_id=poll.public_id)

    def test_an_absent_owner_has_a_vote_in_the_quarter_and_none_in_the_residence(self, village, alice, poll):
        olga = neighbour("Olga", village.residences["A"], role="absent_owner")
        with pytest.raises(NotFound):
            votes(olga, poll)
        wider = ask(alice, Level.NEIGHBOURHOOD)
        votes(olga, wider)
        assert stored(alice.residence) == [0]

    def test_who_is_muted_is_not_read_and_who_mutes_does_not_vote_there(self, village, alice, poll):
        boris = neighbour("Boris", village.residences["A"])
        Mute.objects.create(account=boris.account, muted=alice.alias)
        assert polls_seen_by(boris) == set()


class TestLeaving:
    def test_the_vote_of_a_home_goes_with_its_last_person(self, village, alice):
        anna = neighbour("Anna", village.residences["A"])
        adam = neighbour("Adam", village.residences["A"], household=anna.household)
        polls = [ask(alice, Level.RESIDENCE), ask(alice, Level.MUNICIPALITY)]
        for poll in polls:
            votes(anna, poll)
            votes(alice, poll, 1)
        leave(membership=anna)
        assert stored(alice.residence) == [0, 0, 1, 1], "Adam still lives there"
        leave(membership=adam)
        assert stored(alice.residence) == [1, 1]

    def test_so_does_one_across_the_limit_of_the_town(self, village):
        elsewhere = make_town("Voisine", "44999", box(9_000, 9_000, 9_900, 9_900))
        PublicCell.objects.filter(pk=village.cells[0].pk).update(municipality=elsewhere)
        alice, carole = (neighbour(name, village.residences[name[0]]) for name in ("Alice", "Carole"))
        votes(alice, ask(carole, Level.VOISINAGE))
        assert stored(alice.residence) == [0] and told(alice.account)["votes de votre foyer"]
        leave(membership=alice)
        assert stored(alice.residence) == []

    def test_who_has_left_votes_no_more(self, village, alice):
        poll = ask(alice, Level.MUNICIPALITY)
        felix = neighbour("Félix", village.residences["B"], ended_at=timezone.now())
        with pytest.raises(NotFound):
            votes(felix, poll)

    def test_the_poll_of_who_leaves_pauses_and_is_counted_all_the_same(self, village, alice):
        anna = neighbour("Anna", village.residences["A"])
        poll = ask(alice, Level.RESIDENCE)
        votes(anna, poll)
        pause_listings(alice)
        assert polls_seen_by(anna) == set()
        with pytest.raises(NotFound):
            votes(anna, poll)
        end(poll)
        assert stored(alice.residence) == []

    def test_nobody_says_a_poll_again_as_a_word(self, alice):
        poll = ask(alice, Level.MUNICIPALITY)
        with looking(alice) as viewer, pytest.raises(NotFound):
            posting.own(viewer, poll.public_id)


class TestRights:
    def test_an_export_tells_the_votes_of_the_household(self, village, alice):
        votes(neighbour("Anna", village.residences["A"]), poll := ask(alice, Level.RESIDENCE, "Un composteur ?"), 1)
        votes(alice, poll, 0)
        (told_vote,) = told(alice.account)["votes de votre foyer"]
        assert (told_vote["question"], told_vote["answer"]) == ("Un composteur ?", "Oui")
        assert "voter" not in told_vote

    def test_erasing_takes_the_vote_of_a_home_of_one_and_leaves_that_of_two(self, village, alice):
        anna = neighbour("Anna", village.residences["A"])
        adam = neighbour("Adam", village.residences["A"], household=anna.household)
        bea = neighbour("Béa", village.residences["A"])
        poll = ask(alice, Level.RESIDENCE)
        votes(anna, poll, 0)
        votes(bea, poll, 1)
        erase(account=bea.account)
        assert stored(alice.residence) == [0]
        erase(account=anna.account)
        assert stored(alice.residence) == [0], "it is Adam's too"
        erase(account=adam.account)
        assert stored(alice.residence) == []

    @pytest.mark.parametrize(
        ("with_words", "words"),
        [(False, ("Repeindre le hall ?", ["Oui", "Non"])), (True, ("Message effacé", ["1", "2"]))],
    )
    def test_erasing_the_author_leaves_the_totals_that_voters_were_promised(self, village, alice, with_words, words):
        poll = ask(alice, Level.RESIDENCE)
        for name in ("Anna", "Béa", "Cléo"):
            votes(neighbour(name, village.residences["A"]), poll, 1)
        assert end(poll).totals == [0, 3]
        erase(account=alice.account, with_words=with_words)
        with second_lock.opened([village.residences["A"].pk]):
            left = Poll.objects.get()
        assert (left.title, left.choices) == words and left.totals == [0, 3]

    def test_erasing_the_author_takes_the_poll(self, village, alice):
        votes(neighbour("Anna", village.residences["A"]), ask(alice, Level.RESIDENCE))
        erase(account=alice.account)
        with second_lock.opened([village.residences["A"].pk]):
            assert not Poll.objects.exists() and not Vote.objects.exists()


def test_a_vote_is_under_the_second_lock(village):
    alice = neighbour("Alice", village.residences["A"])
    votes(alice, ask(alice, Level.RESIDENCE))
    with second_lock.opened([village.residences["B"].pk]):
        assert not Vote.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM directory_vote")
        assert cursor.fetchone() == (0,)
