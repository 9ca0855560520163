"""Erasing a person: the rows go, the conversations stay, and no backup brings anyone back."""

import pytest
from django.db import connection
from django.utils import timezone

from config.bootstrap import furnishing
from directory.models import Answer, Conversation, Help, Listing, Message, Post, SearchEntry, Volunteer
from scopes import second_lock
from scopes.models import Account, Alias, Erasure, Household, Level, Membership, Mute, Objection, Word
from scopes.rights.erasing import erase
from tests.directory.helping import asks_for_help, trusts
from tests.directory.introduced import listed, town_hall
from tests.neighbours import neighbour
from tests.scopes.rights.conversation import answered, said, talked, wrote

pytestmark = pytest.mark.django_db


@pytest.fixture
def residence(toy_town):
    from geo.models import Residence

    return Residence.objects.filter(dwellings__gte=3).order_by("pk").first()


@pytest.fixture
def ada(residence):
    return neighbour("Ada", residence)


@pytest.fixture
def bob(residence):
    return neighbour("Bob", residence)


class TestConversations:
    def test_an_answer_stays_readable_without_a_name(self, ada, bob, residence):
        post = said(bob, "Qui a une échelle ?", level=Level.RESIDENCE)
        answer = answered(post, ada, "Moi, au troisième.")
        erase(account=ada.account)
        with second_lock.opened([residence.pk]):
            kept = Answer.objects.select_related("author__account").get(pk=answer.pk)
            assert kept.text == "Moi, au troisième."
            assert kept.author.account is None
            assert str(kept.author) == "une personne partie"

    def test_a_post_that_others_answered_stays_without_a_name(self, ada, bob):
        post = said(ada, "Perdu : un chat gris")
        answered(post, bob, "Je l’ai vu au parc.")
        erase(account=ada.account)
        kept = Post.objects.select_related("author").get(pk=post.pk)
        assert (kept.title, kept.author.account) == ("Perdu : un chat gris", None)
        assert kept.answers.get().text == "Je l’ai vu au parc."
        assert SearchEntry.objects.filter(listing=post.pk).exists()

    def test_a_post_that_nobody_answered_goes_with_its_entry(self, ada):
        post = said(ada, "Perdu : un chat gris")
        answered(post, ada, "Toujours perdu.")
        erase(account=ada.account)
        assert not Listing.objects.filter(pk=post.pk).exists()
        assert not SearchEntry.objects.filter(listing=post.pk).exists()
        assert not Answer.objects.exists()

    def test_words_go_too_when_that_is_wished(self, ada, bob):
        mine, theirs = said(ada, "Perdu : un chat gris"), said(bob, "Qui a une échelle ?")
        answered(mine, bob, "Je l’ai vu au parc.")
        answered(theirs, ada, "Moi, au troisième.")
        erase(account=ada.account, with_words=True)
        mine.refresh_from_db()
        assert (mine.title, mine.description) == ("Message effacé", "")
        assert mine.answers.get().text == "Je l’ai vu au parc."
        assert theirs.answers.get().text == "Message effacé"
        assert "chat" not in SearchEntry.objects.get(listing=mine.pk).open_feature

    def test_words_taken_back_go_in_any_case(self, ada, bob):
        post = said(bob, "Qui a une échelle ?")
        answered(post, ada, "Moi, au troisième.", withdrawn_at=timezone.now())
        erase(account=ada.account)
        assert post.answers.get().text == "Message effacé"

    def test_what_others_said_is_untouched(self, ada, bob, residence):
        post = said(bob, "Qui a une échelle ?", level=Level.RESIDENCE)
        erase(account=ada.account, with_words=True)
        with second_lock.opened([residence.pk]):
            assert Post.objects.get(pk=post.pk).title == "Qui a une échelle ?"

    def test_what_was_said_in_private_stays_with_the_other_without_name_or_contact(self, ada, bob):
        talk = talked(said(ada, "Vélo d’enfant"), bob, "Encore là ?")
        answer = wrote(talk, ada, "Oui, samedi.")
        contact = wrote(talk, ada, "06 12 34 56 78", is_contact=True)
        erase(account=ada.account)
        answer.refresh_from_db(), contact.refresh_from_db()
        assert (answer.text, str(Alias.objects.get(pk=answer.writer_id))) == ("Oui, samedi.", "une personne partie")
        assert contact.text == "" and contact.withdrawn_at
        assert Listing.objects.get().title == "Vélo d’enfant"

    def test_words_said_in_private_go_when_that_is_wished_and_the_other_s_stay(self, ada, bob):
        talk = talked(said(bob, "Vélo d’enfant"), ada, "Encore là ?")
        wrote(talk, bob, "Oui.")
        erase(account=ada.account, with_words=True)
        assert list(talk.messages.values_list("text", flat=True)) == ["Message effacé", "Oui."]

    def test_a_helping_hand_goes_with_the_person_it_is_for_and_with_nobody_else(self, ada, bob):
        help_ = asks_for_help(ada)
        trusts(ada, help_, bob)
        erase(account=bob.account)
        assert help_.circle.count() == 1
        erase(account=ada.account)
        assert not Help.objects.exists()

    def test_a_volunteer_s_place_goes_with_their_circles_which_are_told(self, ada, bob, residence):
        place, help_ = listed(*town_hall(residence.municipality), bob), asks_for_help(ada)
        help_.circle.create(account=bob.account, part="friend", volunteer=place, accepted_at=timezone.now())
        erase(account=bob.account)
        help_.refresh_from_db()
        assert not Volunteer.objects.exists() and help_.circle.count() == 1 and help_.introduction_over_on

    def test_a_conversation_of_nobody_goes_whole(self, ada, bob):
        talk = talked(said(ada, "Vélo d’enfant"), bob, "Encore là ?")
        erase(account=bob.account)
        assert Conversation.objects.filter(pk=talk.pk).exists()
        erase(account=ada.account)
        assert not Conversation.objects.exists() and not Message.objects.exists() and not Listing.objects.exists()


class TestRows:
    def test_the_rows_go(self, ada, bob):
        Mute.objects.create(account=bob.account, muted=ada.alias)
        Mute.objects.create(account=ada.account, muted=bob.alias)
        erase(account=ada.account)
        assert not Account.objects.filter(pk=ada.account_id).exists()
        assert not Membership.objects.filter(pk=ada.pk).exists()
        assert not Mute.objects.exists()
        assert not Household.objects.filter(pk=ada.household_id).exists()
        assert not Alias.objects.filter(pk=ada.alias_id).exists(), "nothing was said under it"

    def test_a_household_lives_on_with_those_who_stay(self, ada, residence):
        other = neighbour("Lina", residence, household=ada.household)
        erase(account=ada.account)
        assert Household.objects.filter(pk=ada.household_id).exists()
        assert Membership.objects.filter(pk=other.pk).exists()

    def test_the_word_and_the_doubt_of_a_household_that_lives_on_stay(self, ada, bob, residence):
        neighbour("Lina", residence, household=ada.household)
        newcomer = neighbour("Noé", residence, settled=False)
        word = Word.objects.create(household=ada.household, membership=newcomer)
        doubt = Objection.objects.create(household=ada.household, membership=newcomer)
        Word.objects.create(household=bob.household, membership=ada)
        erase(account=ada.account)
        assert list(Word.objects.all()) == [word]
        assert list(Objection.objects.all()) == [doubt]
        erase(account=Account.objects.get(first_name="Lina"))
        assert not Word.objects.exists() and not Objection.objects.exists()

    def test_a_child_leaves_with_the_parent(self, ada, residence):
        child = neighbour("Zoé", residence, household=ada.household)
        child.account.guardian = ada.account
        child.account.save()
        erase(account=ada.account)
        assert not Account.objects.filter(pk__in=[ada.account_id, child.account_id]).exists()
        assert Erasure.objects.count() == 2

    @pytest.mark.parametrize("forgotten", [False, True], ids=["left", "left long ago"])
    def test_an_answer_in_a_home_left_loses_its_name_too(self, ada, bob, residence, forgotten):
        post = said(bob, "Qui a une échelle ?", level=Level.RESIDENCE)
        answered(post, ada, "Moi.")
        ada.ended_at = timezone.now()
        ada.save()
        if forgotten:
            ada.delete()
        erase(account=ada.account, with_words=True)
        with second_lock.opened([residence.pk]):
            assert post.answers.get().text == "Message effacé"

    def test_all_or_nothing(self, ada, monkeypatch):
        from scopes.rights import erasing

        known = list(erasing.personal())
        monkeypatch.setattr(erasing, "personal", lambda: iter([*known[:-1], None]))
        with pytest.raises(AttributeError):
            erase(account=ada.account)
        assert Membership.objects.filter(pk=ada.pk).exists()
        assert not Erasure.objects.exists()

    def test_the_serving_role_may_do_all_of_it(self, ada, bob, residence):
        """The role of the site owns no table, and sees a residence's rows only where they are opened."""
        answered(said(bob, "Qui a une échelle ?", level=Level.RESIDENCE), ada, "Moi.")
        said(ada, "Le digicode a changé", level=Level.RESIDENCE)
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {furnishing.SERVING}")
        erase(account=ada.account, with_words=True)
        with second_lock.opened([residence.pk]):
            assert Answer.objects.get().text == "Message effacé"
            assert Post.objects.get().title == "Qui a une échelle ?"
