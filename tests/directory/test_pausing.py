"""Leaving a home: what was said from it pauses, and is said again from another as a new post."""

import pytest

from directory import posting
from directory.models import Listing, Post, SearchEntry
from directory.pausing import paused_of, say_again
from geo.errors import NotFound
from scopes import second_lock
from scopes.leaving import leave
from scopes.models import Level, Openness
from scopes.viewer import ANONYMOUS
from tests.directory.speaking import looking, reply, say, seen_by
from tests.neighbours import neighbour

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def new_home(village, alice):
    """Alice's second home, at F."""
    return neighbour("Alice", village.residences["F"], account=alice.account)


def test_what_was_said_from_a_home_pauses_when_it_is_left(village, alice):
    anna = neighbour("Anna", village.residences["A"])
    for level in (Level.RESIDENCE, Level.VOISINAGE, Level.MUNICIPALITY):
        say(alice, level)
    say(anna, Level.VOISINAGE, "d’Anna")
    leave(membership=alice)
    assert seen_by(anna) == {"d’Anna"}
    assert [entry.title for entry in SearchEntry.objects.all()] == ["d’Anna"]


def test_it_pauses_whoever_ends_the_home_and_whatever_is_opened(village, alice):
    """A job has no residence opened."""
    say(alice, Level.RESIDENCE)
    with second_lock.opened([village.residences["B"].pk]):
        leave(membership=alice)
    with second_lock.opened([alice.residence_id]):
        assert Listing.objects.get().paused_at is not None


def test_what_was_said_from_another_home_goes_on(village, alice, new_home):
    elsewhere = say(new_home, Level.MUNICIPALITY)
    assert elsewhere.author_id == alice.alias_id, "the chosen home speaks"
    leave(membership=new_home)
    assert seen_by(alice) == {"municipality"}


def test_said_again_it_is_another_post_from_another_home(village, alice, new_home):
    before = say(alice, Level.NEIGHBOURHOOD, "Cours de guitare")
    reply(neighbour("Anna", village.residences["A"]), before)
    leave(membership=alice)
    with looking(alice) as viewer:
        assert [post.title for post in paused_of(viewer)] == ["Cours de guitare"]
        said = say_again(viewer=viewer, home=viewer.home, public_id=before.public_id)
        assert not paused_of(viewer)
    assert said.public_id != before.public_id and not said.answers.exists()
    assert (said.author_id, said.cell, said.neighbourhood) == (new_home.alias_id, village.cells[4], village.east)
    assert seen_by(neighbour("Zoé", village.residences["F"])) == {"Cours de guitare"}
    assert seen_by(neighbour("Chloé", village.residences["C"])) == set()


def test_what_was_said_in_a_residence_is_never_said_again(alice, new_home):
    post = say(alice, Level.RESIDENCE)
    leave(membership=alice)
    with looking(alice) as viewer:
        assert not paused_of(viewer)
        with pytest.raises(NotFound):
            say_again(viewer=viewer, home=viewer.home, public_id=post.public_id)


def test_nobody_says_anothers_words_again(village, alice, new_home):
    post = say(alice, Level.MUNICIPALITY)
    leave(membership=alice)
    with looking(neighbour("Zoé", village.residences["F"])) as viewer, pytest.raises(NotFound):
        say_again(viewer=viewer, home=viewer.home, public_id=post.public_id)


def test_what_is_live_or_taken_back_is_not_said_again(alice, new_home):
    live, gone = say(alice, Level.MUNICIPALITY, "vivant"), say(alice, Level.MUNICIPALITY, "retiré")
    with looking(alice) as viewer:
        posting.withdraw(viewer=viewer, public_id=gone.public_id)
        for post in (live, gone):
            with pytest.raises(NotFound):
                say_again(viewer=viewer, home=viewer.home, public_id=post.public_id)


def test_an_opened_word_is_closed_to_everyone_while_it_pauses(alice):
    say(alice, Level.MUNICIPALITY, openness=Openness.PUBLIC)
    leave(membership=alice)
    assert seen_by(ANONYMOUS) == set() and not SearchEntry.objects.exists()


def test_a_paused_word_is_not_live_for_its_author_either(alice, new_home):
    say(alice, Level.MUNICIPALITY)
    leave(membership=alice)
    assert seen_by(alice) == set() and Post.objects.count() == 1
