"""Writing to each other: who may, who reads, how it is taken back, ends, and falls silent."""

from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory import conversing, posting
from directory.conversation_ends import End, end_of
from directory.conversations import conversations_of, thread, unread
from directory.errors import ConversationClosed, NotProved, TooMany
from directory.models import Conversation, Message, Side
from directory.writing_to_authors import way_to_write
from geo.errors import InvalidParameter, NotFound
from scopes import second_lock
from scopes.leaving import leave
from scopes.models import Level, Membership, Mute, Openness
from scopes.viewer import ANONYMOUS
from scopes.writing_to import choose_who_writes
from tests.directory.speaking import looking, say
from tests.directory.talking import begins, reads, shows, told_between, writes
from tests.neighbours import DAY, asker, neighbour, person

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def bruno(village):
    return neighbour("Bruno", village.residences["B"])


@pytest.fixture
def listing(alice):
    return say(alice, Level.NEIGHBOURHOOD, "Vélo d’enfant")


@pytest.fixture
def talk(bruno, listing) -> Conversation:
    return begins(bruno, listing, "Encore là ?").conversation


def may_begin(someone, listing) -> bool:
    """Whether someone is offered to write, and may: always the same answer."""
    with looking(someone) as viewer:
        offered = way_to_write(viewer, listing) is not None
    try:
        begins(someone, listing)
    except (NotFound, NotProved):
        assert not offered
        return False
    return True


class TestWhoMayBegin:
    @pytest.fixture
    def people(self, village):
        return {name: neighbour(f"De {name}", village.residences[name]) for name in ("A", "B", "C", "D", "E", "house")}

    @pytest.mark.parametrize(
        ("level", "may"),
        [
            (Level.RESIDENCE, ["A"]),
            (Level.VOISINAGE, ["A", "B", "C"]),
            (Level.NEIGHBOURHOOD, ["A", "B", "C", "D"]),
            (Level.MUNICIPALITY, ["A", "B", "C", "D", "E", "house"]),
        ],
    )
    def test_whom_it_is_addressed_to_and_nobody_else(self, alice, people, level, may):
        listing = say(alice, level)
        assert [name for name, who in people.items() if may_begin(who, listing)] == may

    def test_opened_to_everyone_it_is_for_who_has_a_home_in_the_town(self, village, alice, people):
        listing = say(alice, Level.VOISINAGE, openness=Openness.PUBLIC)
        assert all(may_begin(who, listing) for who in people.values())
        for nobody in (ANONYMOUS, person("Nouveau"), asker("Ugo", village.residences["A"])):
            assert not may_begin(nobody, listing)

    @pytest.mark.parametrize(
        ("chosen", "may"),
        [("", ""), (Level.RESIDENCE, ""), (Level.NEIGHBOURHOOD, "ABCD"), (Level.MUNICIPALITY, "ABCDE")],
    )
    def test_the_author_may_have_chosen_fewer(self, alice, people, chosen, may):
        listing = say(alice, Level.MUNICIPALITY)
        with looking(alice) as viewer:
            choose_who_writes(viewer=viewer, public_id=alice.alias.public_id, level=chosen)
        assert {name for name in "ABCDE" if may_begin(people[name], listing)} == set(may)

    def test_only_my_building_is_about_what_is_said_there(self, alice, people):
        """Else who lives with the author of words for the quarter would be told by a button."""
        with looking(alice) as viewer:
            choose_who_writes(viewer=viewer, public_id=alice.alias.public_id, level=Level.RESIDENCE)
        assert may_begin(people["A"], say(alice, Level.RESIDENCE))
        assert not may_begin(people["A"], say(alice, Level.NEIGHBOURHOOD))

    def test_nobody_writes_to_themselves(self, village, alice, listing):
        neighbour("Alice", village.residences["B"], account=alice.account)
        assert not may_begin(alice, listing)

    def test_what_is_not_seen_says_no_more_than_what_is_not_there(self, alice, bruno):
        hidden, said = say(alice, Level.RESIDENCE), []
        for key in (hidden.public_id, uuid4()):
            with looking(bruno) as viewer, pytest.raises(NotFound) as refusal:
                conversing.begin(viewer=viewer, public_id=key, text="Bonjour")
            said.append(str(refusal.value))
        assert said[0] == said[1] and not Conversation.objects.exists()

    def test_who_left_since_does_not_begin(self, bruno, listing):
        with looking(bruno) as viewer:
            bruno.ended_at = timezone.now()
            bruno.save()
            with pytest.raises(NotProved):
                conversing.begin(viewer=viewer, public_id=listing.public_id, text="Bonjour")


class TestTalking:
    def test_both_read_it_and_nobody_else(self, village, alice, bruno, talk):
        writes(alice, talk, "Oui !")
        others = [
            neighbour("Chloé", village.residences["A"], moderates=True),
            neighbour("Dora", village.residences["B"]),
        ]
        assert told_between(alice) == told_between(bruno) == ["Encore là ?", "Oui !"]
        for other in others:
            assert told_between(other) == []
            with pytest.raises(NotFound):
                writes(other, talk)

    def test_an_asker_goes_on_in_the_same_conversation(self, village, bruno, alice, listing, talk):
        assert begins(bruno, listing, "Toujours ?").conversation == talk
        assert begins(neighbour("Chloé", village.residences["C"]), listing).conversation != talk
        assert Side.objects.filter(conversation=talk).count() == 2

    def test_it_is_of_the_home_that_it_was_read_at(self, village, alice, listing):
        far = neighbour("Denise", village.residences["F"])
        near = neighbour("Denise", village.residences["C"], account=far.account)
        assert begins(far, listing).writer_id == near.alias_id

    def test_a_button_pressed_twice_writes_once(self, bruno, listing, talk):
        assert begins(bruno, listing, "Encore là ?") == talk.messages.get()
        assert writes(bruno, talk, "Bonsoir") == writes(bruno, talk, "Bonsoir")
        assert writes(bruno, talk, "Et puis") != writes(bruno, talk, "Bonsoir")
        assert talk.messages.count() == 3

    @pytest.mark.parametrize("text", ["", " \n ", "\u200b", "a" * 2_001, "\x00"])
    def test_empty_or_endless_words_are_refused_and_nothing_is_begun(self, bruno, listing, text):
        with pytest.raises(InvalidParameter) as refused:
            begins(bruno, listing, text)
        assert refused.value.parameter == "text" and not Conversation.objects.exists()

    def test_a_flood_ends(self, village, alice, bruno, talk, monkeypatch):
        monkeypatch.setattr(conversing, "MOST_A_DAY", 2)
        writes(bruno, talk, "deux")
        with pytest.raises(TooMany):
            writes(bruno, talk, "trois")
        monkeypatch.setattr(conversing, "MOST_BEGUN_A_DAY", 1)
        with pytest.raises(TooMany):
            begins(bruno, say(alice, Level.NEIGHBOURHOOD, "Autre"))

    def test_one_whose_proof_is_over_reads_and_does_not_write(self, alice, bruno, talk):
        bruno.proved_until = timezone.now() - DAY
        bruno.save()
        with pytest.raises(NotProved):
            writes(bruno, talk)
        assert writes(alice, talk, "Tu es là ?") and told_between(bruno)[-1] == "Tu es là ?"

    def test_what_is_taken_back_is_gone_with_its_words(self, alice, bruno, talk):
        said = talk.messages.get()
        with looking(alice) as viewer, pytest.raises(NotFound):
            conversing.withdraw(viewer=viewer, message=said.public_id)
        with looking(bruno) as viewer:
            conversing.withdraw(viewer=viewer, message=said.public_id)
            with pytest.raises(NotFound):
                conversing.withdraw(viewer=viewer, message=said.public_id)
        said.refresh_from_db()
        assert said.text == "" and told_between(alice) == told_between(bruno) == []
        with looking(alice) as viewer:
            assert conversations_of(viewer) == []

    def test_a_contact_is_what_its_owner_typed_until_taken_back(self, alice, bruno, talk):
        shown = shows(alice, talk, " 06 12  34 56 78 ")
        with looking(bruno) as viewer:
            (card,) = [one for one in thread(talk, viewer).messages if one.is_contact]
        assert (card.text, card.tel, card.author) == ("06 12 34 56 78", "0612345678", "Alice D.")
        with looking(alice) as viewer:
            conversing.withdraw(viewer=viewer, message=shown.public_id)
        assert not Message.objects.filter(text__contains="06").exists()

    def test_an_address_is_not_dialled(self, alice, bruno, talk):
        shows(alice, talk, "12 rue Kervégan, 3e")
        with looking(bruno) as viewer:
            assert [one.tel for one in thread(talk, viewer).messages if one.is_contact] == [""]

    def test_the_author_of_nameless_words_is_named_once_they_answer(self, village, alice):
        listing = say(alice, Level.VOISINAGE, openness=Openness.PUBLIC)
        far = neighbour("Elsa", village.residences["E"])
        talk = begins(far, listing).conversation

        def other() -> str:
            with looking(far) as viewer:
                return conversations_of(viewer)[0].other

        assert other() == "l’auteur de l’annonce"
        writes(alice, talk)
        assert other() == "Alice D."


class TestReading:
    def number(self, someone) -> int:
        with looking(someone) as viewer:
            return unread(viewer)

    def test_what_is_new_is_counted_until_it_is_read(self, alice, bruno, talk):
        assert (self.number(alice), self.number(bruno)) == (1, 0)
        reads(alice, talk)
        assert self.number(alice) == 0
        writes(alice, talk), writes(alice, talk, "Et aussi")
        with looking(bruno) as viewer:
            assert [one.unread for one in conversations_of(viewer)] == [2]
        assert (self.number(alice), self.number(bruno)) == (0, 1)

    def test_who_is_not_there_has_nothing_to_read(self):
        assert self.number(ANONYMOUS) == 0

    def test_the_other_never_learns_of_it(self, alice, bruno, talk):
        def page():
            with looking(bruno) as viewer:
                return conversations_of(viewer), thread(talk, viewer)

        before = page()
        reads(alice, talk)
        with looking(alice) as viewer:
            conversing.be_quiet(viewer=viewer, conversation=talk.public_id)
            conversing.block(viewer=viewer, conversation=talk.public_id)
        assert page() == before

    def test_a_list_asks_as_often_for_many_as_for_one(
        self, village, alice, bruno, talk, listing, django_assert_num_queries
    ):
        def ask() -> int:
            with looking(alice) as viewer, django_assert_num_queries(2):
                return len(conversations_of(viewer))

        assert ask() == 1
        for name in ("C", "D"):
            begins(neighbour(f"De {name}", village.residences[name]), listing)
        assert ask() == 3


class TestSilence:
    def test_whoever_is_no_longer_read_writes_on_and_is_not_read(self, alice, bruno, listing, talk):
        with looking(alice) as viewer:
            conversing.block(viewer=viewer, conversation=talk.public_id)
        with looking(alice) as viewer:
            assert unread(viewer) == 0
        assert Mute.objects.get().muted == bruno.alias
        assert told_between(alice) == []
        writes(bruno, talk, "Allô ?"), begins(bruno, listing, "Encore ?")
        assert told_between(bruno) == ["Encore là ?", "Allô ?", "Encore ?"] and told_between(alice) == []
        with pytest.raises(NotFound):
            writes(alice, talk)
        with looking(alice) as viewer, pytest.raises(NotFound):
            conversing.find(viewer, talk.public_id)

    def test_writing_takes_the_same_statements_read_or_not(self, alice, bruno, talk):
        def statements(text: str) -> int:
            with looking(bruno) as viewer, CaptureQueriesContext(connection) as asked:
                conversing.write(viewer=viewer, conversation=talk.public_id, text=text)
            return len(asked)

        before = statements("un")
        with looking(alice) as viewer:
            conversing.block(viewer=viewer, conversation=talk.public_id)
        assert statements("deux") == before

    def test_muted_before_the_first_word_it_begins_all_the_same(self, alice, bruno, listing):
        Mute.objects.create(account=alice.account, muted=bruno.alias)
        begun = begins(bruno, listing)
        assert told_between(bruno) == [begun.text] and told_between(alice) == []

    def test_reading_again_brings_everything_back(self, alice, bruno, talk):
        mute = Mute.objects.create(account=alice.account, muted=bruno.alias)
        writes(bruno, talk, "Allô ?")
        mute.delete()
        assert told_between(alice) == ["Encore là ?", "Allô ?"]


class TestEnds:
    def test_it_goes_on_for_thirty_days_after_the_listing(self, alice, bruno, listing, talk):
        with looking(alice) as viewer:
            posting.withdraw(viewer=viewer, public_id=listing.public_id)
        assert writes(bruno, talk, "Merci quand même.")
        with patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(days=31)):
            with pytest.raises(ConversationClosed):
                writes(bruno, talk, "Et maintenant ?")
            assert told_between(bruno)[0] == "Encore là ?"

    @pytest.mark.parametrize("who", ["alice", "bruno"])
    def test_a_home_that_is_left_closes_it_for_both_in_the_same_words(self, request, alice, bruno, talk, who):
        leave(membership=Membership.objects.get(pk=request.getfixturevalue(who).pk))
        said = set()
        for someone in (alice, bruno):
            with pytest.raises(ConversationClosed) as closed:
                writes(someone, talk, "Tu es là ?")
            said.add(str(closed.value))
            assert told_between(someone) == ["Encore là ?"]
        assert said == {End.LEFT.words}

    def test_in_a_residence_that_is_left_one_still_reads_what_was_said_to_one(self, village, alice):
        anna = neighbour("Anna", village.residences["A"])
        talk = begins(anna, say(alice, Level.RESIDENCE), "Je monte ?").conversation
        leave(membership=Membership.objects.get(pk=anna.pk))
        assert told_between(anna) == told_between(alice) == ["Je monte ?"]
        with second_lock.opened([alice.residence_id]):
            assert end_of(Conversation.objects.get(pk=talk.pk)) == End.LEFT

    def test_a_hidden_title_is_not_said_on(self, bruno, listing, talk):
        listing.hidden_at = timezone.now()
        listing.save()
        with looking(bruno) as viewer:
            (one,) = conversations_of(viewer)
        assert (one.title, one.listing_url) == ("une annonce masquée", "")


class TestSecondLock:
    """PostgreSQL alone, with no filter of ours."""

    def test_nothing_of_a_residence_is_there_for_who_opened_another(self, village, alice, bruno):
        begins(neighbour("Anna", village.residences["A"]), say(alice, Level.RESIDENCE))
        for opened in ([], [bruno.residence_id]):
            with second_lock.opened(opened):
                assert not any(model.objects.exists() for model in (Conversation, Message, Side))
        with second_lock.opened([alice.residence_id]):
            assert all(model.objects.exists() for model in (Conversation, Message, Side))
