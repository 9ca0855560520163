"""Answering a post: who may, under which name, who reads it, and how it ends."""

from uuid import uuid4

import pytest
from django.utils import timezone

from directory import answering, posting
from directory.errors import AnswersClosed, NotProved, TooMany
from directory.models import Answer, Post
from directory.shown import answers_under
from geo.errors import InvalidParameter, NotFound
from scopes import second_lock
from scopes.models import Level, Mute, Openness
from scopes.viewer import ANONYMOUS
from tests.directory.speaking import looking, reply, say
from tests.neighbours import asker, neighbour, person

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def anna(village):
    return neighbour("Anna", village.residences["A"])


@pytest.fixture
def next_door(village):
    return neighbour("Bruno", village.residences["B"])


def read_by(someone, post) -> list[tuple[str, str]]:
    """Authors and texts of the answers that someone reads."""
    with looking(someone) as viewer:
        found = Post.objects.live().visible_to(viewer).filter(pk=post.pk).first()
        return [(shown.author, shown.text) for shown in answers_under(found, viewer)] if found else []


def test_a_neighbour_answers_and_next_door_sees_nothing_of_it(alice, anna, next_door):
    post = say(alice, Level.RESIDENCE)
    given = reply(anna, post, "Je monte.")
    assert given.residence_id == alice.residence_id
    assert read_by(alice, post) == read_by(anna, post) == [("Anna D.", "Je monte.")]
    assert read_by(next_door, post) == []
    with looking(next_door):
        assert not Answer.objects.exists()


def test_what_one_does_not_see_cannot_be_answered_and_says_no_more_than_what_is_not_there(alice, next_door):
    hidden = say(alice, Level.RESIDENCE)
    said = []
    for key in (hidden.public_id, uuid4()):
        with pytest.raises(NotFound) as refusal:
            reply(next_door, key)
        said.append(str(refusal.value))
    assert said[0] == said[1]
    with looking(alice):
        assert not Answer.objects.exists()


def test_who_has_proved_no_home_does_not_answer(village, alice):
    post = say(alice, Level.MUNICIPALITY, openness=Openness.PUBLIC)
    for someone in (ANONYMOUS, person("Nouveau"), asker("Bob", village.residences["A"])):
        with pytest.raises(NotProved):
            reply(someone, post)


def test_a_newcomer_answers_what_was_written_since(village, alice):
    newcomer = neighbour("Nora", village.residences["A"], settled=False)
    reply(newcomer, say(alice, Level.RESIDENCE))


class TestName:
    @pytest.fixture
    def both(self, village):
        """Someone with a home at F, the chosen one, and another at A."""
        first = neighbour("Deux", village.residences["F"])
        return first, neighbour("Deux", village.residences["A"], account=first.account)

    def test_one_answers_from_the_home_it_was_read_at(self, alice, both):
        at_f, at_a = both
        assert reply(at_f, say(alice, Level.RESIDENCE)).author_id == at_a.alias_id
        assert reply(at_f, say(alice, Level.NEIGHBOURHOOD)).author_id == at_a.alias_id
        assert reply(at_f, say(alice, Level.MUNICIPALITY)).author_id == at_f.alias_id

    def test_one_answers_below_ones_own_word_as_its_author(self, both):
        at_f, at_a = both
        at_f.chosen, at_a.chosen = False, True
        at_f.save(), at_a.save()
        post = say(at_a, Level.MUNICIPALITY)
        at_a.chosen, at_f.chosen = False, True
        at_a.save(), at_f.save()
        assert reply(at_f, post).author_id == at_a.alias_id

    def test_who_left_is_a_person_who_left(self, alice, anna):
        post = say(alice, Level.RESIDENCE)
        reply(anna, post, "Je reste lisible.")
        anna.alias.account = None
        anna.alias.save()
        assert read_by(alice, post) == [("une personne partie", "Je reste lisible.")]


class TestOpened:
    """A word that its author opened: the answers stay with those it is addressed to."""

    @pytest.fixture
    def post(self, alice, next_door):
        post = say(alice, Level.NEIGHBOURHOOD, openness=Openness.PUBLIC)
        reply(next_door, post, "Entre nous.")
        return post

    def test_the_circle_reads_the_answers_and_a_passer_by_none(self, village, post, alice):
        assert read_by(neighbour("Chloé", village.residences["C"]), post) == [("Bruno D.", "Entre nous.")]
        assert read_by(ANONYMOUS, post) == []
        assert read_by(person("Nouveau"), post) == []

    def test_someone_from_elsewhere_answers_and_reads_only_their_own(self, village, post, alice):
        far = neighbour("Zoé", village.residences["F"])
        reply(far, post, "De loin.")
        assert read_by(far, post) == [("Zoé D.", "De loin.")]
        assert ("Zoé D.", "De loin.") in read_by(alice, post)


def test_the_author_closes_the_answers_and_takes_them_again(alice, anna):
    post = say(alice, Level.RESIDENCE)
    reply(anna, post, "Avant.")
    with looking(alice) as viewer:
        posting.close_answers(viewer=viewer, public_id=post.public_id)
    with pytest.raises(AnswersClosed):
        reply(anna, post, "Après.")
    assert [text for _name, text in read_by(anna, post)] == ["Avant."]
    with looking(alice) as viewer:
        posting.close_answers(viewer=viewer, public_id=post.public_id, closed=False)
    reply(anna, post, "Après.")


def test_an_answer_is_taken_back_by_its_author_alone(alice, anna, next_door):
    post = say(alice, Level.NEIGHBOURHOOD)
    given = reply(anna, post)
    for other in (alice, next_door):
        with looking(other) as viewer, pytest.raises(NotFound):
            answering.withdraw(viewer=viewer, public_id=given.public_id)
    with looking(anna) as viewer:
        answering.withdraw(viewer=viewer, public_id=given.public_id)
        with pytest.raises(NotFound):
            answering.withdraw(viewer=viewer, public_id=given.public_id)
    assert read_by(alice, post) == []


def test_the_muted_are_not_read_below_others_words_either(alice, anna, next_door):
    post = say(alice, Level.NEIGHBOURHOOD)
    reply(anna, post, "Bruit.")
    Mute.objects.create(account=next_door.account, muted=anna.alias)
    assert read_by(next_door, post) == []
    assert read_by(alice, post) == read_by(anna, post) == [("Anna D.", "Bruit.")]


def test_a_button_pressed_twice_answers_once(alice, anna):
    post = say(alice, Level.RESIDENCE)
    assert reply(anna, post).pk == reply(anna, post).pk
    assert reply(anna, post, "Et aussi.").pk != reply(anna, post).pk


def test_a_flood_ends(alice, anna, monkeypatch):
    monkeypatch.setattr(answering, "MOST_A_DAY", 2)
    post = say(alice, Level.RESIDENCE)
    reply(anna, post, "un"), reply(anna, post, "deux")
    with pytest.raises(TooMany):
        reply(anna, post, "trois")


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "a" * 2_001])
def test_an_empty_or_endless_answer_is_refused(alice, anna, text):
    with pytest.raises(InvalidParameter):
        reply(anna, say(alice, Level.RESIDENCE), text)


def test_who_left_since_does_not_answer(alice, anna):
    post = say(alice, Level.RESIDENCE)
    with looking(anna) as viewer:
        anna.ended_at = timezone.now()
        anna.save()
        with pytest.raises(NotProved):
            answering.answer(viewer=viewer, public_id=post.public_id, text="Encore moi.")


class TestSecondLock:
    """PostgreSQL alone, with no filter of ours."""

    @pytest.fixture(autouse=True)
    def words(self, alice, anna):
        reply(anna, say(alice, Level.RESIDENCE))

    def test_nothing_of_a_residence_is_there_for_who_opened_another(self, next_door):
        with second_lock.opened([next_door.residence_id]):
            assert not Post.objects.all().exists() and not Answer.objects.all().exists()
        assert not Post.objects.all().exists() and not Answer.objects.all().exists()

    def test_it_is_there_for_its_own(self, alice):
        with second_lock.opened([alice.residence_id]):
            assert Post.objects.all().exists() and Answer.objects.all().exists()
