"""What becomes of a thing: promised, lent, returned, handed over; others read that it is taken, never by whom."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory.appealing import own_residences
from directory.conversing import block
from directory.errors import AlreadyPromised, ConversationClosed
from directory.kinds import facts_of
from directory.models import Classified, Conversation, Listing, Loan, Promise, SearchEntry
from directory.pausing import say_again
from directory.promises import promises_of
from directory.promising import done_of
from geo.errors import InvalidParameter, NotFound
from scopes import second_lock
from scopes.leaving import leave
from scopes.models import Level
from scopes.moments import day_and_month
from scopes.rights.erasing import erase
from scopes.rights.exporting import told
from tests.directory.browsing import browser, said
from tests.directory.exchanged import share, shared_with
from tests.directory.promised import asks_for, drill, ends, finishes, in_days, promises, says_returned, sofa
from tests.directory.speaking import looking, say
from tests.directory.test_moderation_laws import at_once
from tests.neighbours import neighbour
from tests.scopes.village import make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture
def village():
    return make_village()


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def anna(village):
    return neighbour("Anna", village.residences["A"])


@pytest.fixture
def bruno(village):
    return neighbour("Bruno", village.residences["B"])


def card() -> dict:
    return SearchEntry.objects.get().card


def held(someone) -> list[tuple[str, bool, str]]:
    """What someone lends, borrows and is promised: with whom, whether it is theirs, until when."""
    with looking(someone) as viewer, own_residences(viewer):
        return [(one.other, one.mine, one.until) for one in promises_of(viewer)]


class TestPromised:
    def test_others_read_that_it_is_and_the_two_who(self, alice, anna, bruno):
        promises(alice, asks_for(anna, sofa(alice)))
        assert facts_of(Classified.objects.get()) == ["promis", "à donner"] and card()["taken"] is True
        assert (held(alice), held(anna), held(bruno)) == ([("Anna D.", True, "")], [("Alice D.", False, "")], [])
        page = browser(bruno).get(f"/echange/{Listing.objects.get().public_id}/").text
        assert "promis" in page and "Anna" not in page

    def test_only_to_one_and_pressing_twice_is_once(self, alice, anna, bruno):
        thing = sofa(alice)
        first, second = asks_for(anna, thing), asks_for(bruno, thing)
        assert promises(alice, first).pk == promises(alice, first).pk
        with pytest.raises(AlreadyPromised):
            promises(alice, second)
        assert Promise.objects.get().conversation_id == first.pk
        with pytest.raises(IntegrityError), transaction.atomic():
            Promise.objects.create(listing=thing, conversation=second)

    def test_taken_back_it_may_go_to_another(self, alice, anna, bruno):
        thing = sofa(alice)
        taken_back = promises(alice, asks_for(anna, thing))
        assert ends(alice, taken_back).ended_at == ends(alice, taken_back).ended_at
        assert facts_of(Classified.objects.get()) == ["à donner"] and card()["taken"] is False
        promises(alice, asks_for(bruno, thing))
        assert (held(anna), held(bruno)) == ([], [("Alice D.", False, "")])

    def test_whoever_asked_without_a_name_is_answered(self, village, alice):
        thing = share(alice, Level.VOISINAGE, kind="classified", openness="public")
        talk = asks_for(neighbour("Zoé", village.residences["F"]), thing)
        assert talk.nameless
        promises(alice, talk)
        talk.refresh_from_db()
        assert not talk.nameless

    def test_withdrawn_or_shared_again_it_is_promised_to_nobody(self, village, alice, anna):
        new_home = neighbour("Alice", village.residences["F"], account=alice.account)
        promises(alice, asks_for(anna, sofa(alice)))
        leave(membership=alice)
        with looking(new_home) as viewer:
            again = say_again(viewer=viewer, home=viewer.home, public_id=Listing.objects.get().public_id)
        assert (again.taken, held(anna)) == (False, [])


class TestLent:
    def test_others_read_until_when_and_the_two_who(self, alice, anna, bruno):
        promises(alice, asks_for(anna, drill(alice)), in_days(3))
        day = day_and_month(in_days(3))
        assert facts_of(Loan.objects.get()) == [f"prêté jusqu’au {day}"]
        assert card()["taken_until"] == in_days(3).isoformat()
        assert (held(alice), held(anna), held(bruno)) == ([("Anna D.", True, day)], [("Alice D.", False, day)], [])

    def test_once_its_day_is_over_nobody_is_told_a_day(self, alice, anna):
        promises(alice, asks_for(anna, drill(alice)), in_days(0))
        Loan.objects.update(taken_until=in_days(-1))
        assert facts_of(Loan.objects.get()) == ["prêté en ce moment"]

    def test_to_the_same_person_it_is_lent_for_longer(self, alice, anna):
        talk = asks_for(anna, drill(alice))
        promises(alice, talk, in_days(1))
        Promise.objects.update(told_before_at=timezone.now())
        longer = promises(alice, talk, in_days(5))
        assert (Promise.objects.get(), longer.until, longer.told_before_at) == (longer, in_days(5), None)
        assert Loan.objects.get().taken_until == in_days(5)

    @pytest.mark.parametrize("day", [None, -1, 367])
    def test_a_day_that_cannot_be_is_named_and_nothing_is_lent(self, alice, anna, day):
        talk = asks_for(anna, drill(alice))
        with pytest.raises(InvalidParameter) as refusal:
            promises(alice, talk, day and in_days(day))
        assert refusal.value.parameter == "until" and held(anna) == [] and not Loan.objects.get().taken

    def test_who_borrowed_says_that_it_is_back_and_its_owner_confirms(self, alice, anna):
        lent = promises(alice, asks_for(anna, drill(alice)), in_days(3))
        for deed, other in ((says_returned, alice), (ends, anna)):
            with pytest.raises(NotFound):
                deed(other, lent)
        assert says_returned(anna, lent).said_back_at == says_returned(anna, lent).said_back_at
        assert len(held(anna)) == 1 and Loan.objects.get().taken
        ends(alice, lent)
        assert (held(alice), held(anna), Loan.objects.get().taken) == ([], [], False)

    def test_it_is_owed_after_both_left_and_the_listing_is_gone(self, village, alice, anna):
        lent = promises(alice, asks_for(anna, drill(alice, Level.RESIDENCE)), in_days(3))
        for one in (alice, anna):
            leave(membership=one)
        assert [len(held(one)) for one in (alice, anna)] == [1, 1]
        says_returned(anna, lent)
        ends(alice, lent)
        assert [held(one) for one in (alice, anna)] == [[], []]

    def test_it_is_owed_to_whom_one_no_longer_reads(self, alice, anna):
        talk = asks_for(anna, drill(alice))
        promises(alice, talk, in_days(3))
        with looking(anna) as viewer:
            block(viewer=viewer, conversation=talk.public_id)
        assert len(held(anna)) == 1
        assert f"/messages/{talk.public_id}/" not in browser(anna).get("/moi/mots/").text

    def test_in_a_residence_it_is_under_the_second_lock(self, alice, anna):
        promises(alice, asks_for(anna, drill(alice, Level.RESIDENCE)), in_days(3))
        with second_lock.opened([]):
            assert not Promise.objects.exists()
        with second_lock.opened([alice.residence_id]):
            assert Promise.objects.get().residence_id == alice.residence_id


@pytest.mark.parametrize(
    "other",
    [
        lambda alice: say(alice, Level.MUNICIPALITY, "Un mot"),
        lambda alice: share(alice),
        lambda alice: sofa(alice, deal="wanted"),
        lambda alice: drill(alice, direction="request"),
    ],
)
def test_what_is_no_thing_of_one_s_own_is_promised_to_nobody(alice, anna, other):
    talk = asks_for(anna, other(alice))
    with pytest.raises(NotFound):
        promises(alice, talk, in_days(1))


def test_only_its_author_promises_and_another_learns_nothing(alice, anna, bruno):
    talk = asks_for(anna, sofa(alice))
    for someone in (anna, bruno):
        with pytest.raises(NotFound):
            promises(someone, talk)
    with pytest.raises(NotFound):
        ends(bruno, uuid4())
    with pytest.raises(NotFound):
        says_returned(anna, promises(alice, talk))


def test_nothing_is_promised_to_who_left(alice, anna):
    talk = asks_for(anna, sofa(alice))
    leave(membership=anna)
    with pytest.raises(ConversationClosed):
        promises(alice, talk)


def test_to_whoever_it_goes_others_read_the_same(village, alice, anna, bruno):
    thing, near = drill(alice), neighbour("Chloé", village.residences["C"])
    talks = [asks_for(one, thing) for one in (anna, near)]
    read = set()
    for talk in talks:
        lent = promises(alice, talk, in_days(3))
        pages = (f"/echange/{thing.public_id}/", "/ville/", "/moi/mots/", "/messages/")
        read.add(tuple(said(browser(bruno).get(page)) for page in pages))
        ends(alice, lent)
    assert len(read) == 1 and "prêté".encode() in b"".join(*read)


class TestDone:
    def test_handed_over_nobody_else_sees_it_and_its_author_for_a_year(self, alice, anna, bruno):
        thing = sofa(alice)
        promises(alice, asks_for(anna, thing))
        assert finishes(alice, thing).pk == finishes(alice, thing).pk
        assert (shared_with(bruno), held(anna), SearchEntry.objects.exists()) == (set(), [], False)
        with looking(alice) as viewer:
            assert [one.title for one in done_of(viewer)] == ["Canapé"]
            Classified.objects.update(done_at=timezone.now() - timedelta(days=366))
            assert not done_of(viewer)

    @pytest.mark.parametrize(
        "shared", [share, lambda alice: sofa(alice, deal="wanted"), lambda alice: drill(alice, direction="request")]
    )
    def test_a_service_and_what_was_found_are_done_too(self, alice, shared):
        finishes(alice, shared(alice))
        assert shared_with(alice) == set()

    def test_what_is_lent_is_lent_again_and_another_s_is_not_there(self, alice, anna):
        for someone, thing in ((alice, drill(alice)), (anna, sofa(alice)), (alice, uuid4())):
            with pytest.raises(NotFound):
                finishes(someone, thing)


class TestRights:
    def test_each_is_told_of_the_promise_and_not_of_the_other(self, alice, anna):
        promises(alice, asks_for(anna, drill(alice)), in_days(3))
        for one in (alice, anna):
            (talk,) = told(one.account)["conversations"]
            assert [promise["until"] for promise in talk["promises"]] == [in_days(3)]

    @pytest.mark.parametrize("gone", ["alice", "anna"])
    def test_erased_nothing_is_owed_any_more(self, alice, anna, gone):
        promises(alice, asks_for(anna, drill(alice)), in_days(3))
        left, stays = (alice, anna) if gone == "alice" else (anna, alice)
        erase(account=left.account)
        assert held(stays) == [] and not Loan.objects.get().taken


class TestPages:
    def test_from_asked_for_to_returned(self, alice, anna):
        talk = asks_for(anna, drill(alice))
        owner, borrower, address = browser(alice), browser(anna), f"/messages/{talk.public_id}/"
        assert "Le prêter à Anna D." in owner.get(address).text and "Le prêter" not in borrower.get(address).text
        thing = owner.get(f"/echange/{talk.listing.public_id}/").text
        assert f'href="{address}">Anna D.' in thing and "C’est fait" not in thing
        wrong = owner.post(f"{address}promettre/", {"until": in_days(-1).isoformat()})
        assert wrong.status_code == 400 and "entre aujourd’hui et dans un an" in wrong.text
        page = owner.post(f"{address}promettre/", {"until": in_days(2).isoformat()}, follow=True)
        assert f"Prêté à Anna D. jusqu’au {day_and_month(in_days(2))}" in page.text
        for place in (address, "/moi/mots/"):
            assert "Alice D. vous le prête jusqu’au" in borrower.get(place).text
        key = Promise.objects.get().public_id
        borrower.post(f"/promesse/{key}/rendu/")
        assert "Anna D. dit l’avoir rendu" in owner.get("/moi/mots/").text
        back = owner.post(f"/promesse/{key}/finir/", follow=True)
        assert "c’est rendu" in back.text and "Prêté à" not in back.text

    def test_from_promised_to_done(self, alice, anna, bruno):
        thing = sofa(alice)
        first, second = asks_for(anna, thing), asks_for(bruno, thing)
        owner = browser(alice)
        owner.post(f"/messages/{first.public_id}/promettre/")
        assert "Promis à Anna D." in owner.get(f"/echange/{thing.public_id}/").text
        other = owner.get(f"/messages/{second.public_id}/").text
        assert "Le promettre" not in other and "Promis à" not in other
        late = owner.post(f"/messages/{second.public_id}/promettre/")
        assert late.status_code == 409 and "Quelqu’un d’autre l’a déjà" in late.text
        done = owner.post(f"/echange/{thing.public_id}/fait/", follow=True).text
        assert "« Canapé » : c’est fait." in done and "pendant un an" in done

    def test_for_anyone_else_nothing_is_there(self, alice, anna, bruno):
        talk = asks_for(anna, drill(alice))
        key = promises(alice, talk, in_days(2)).public_id
        ways = {"/messages/{}/promettre/": talk.public_id, "/promesse/{}/finir/": key, "/promesse/{}/rendu/": key}
        for way, there in {**ways, "/echange/{}/fait/": talk.listing.public_id}.items():
            answers = [browser(bruno).post(way.format(one)).status_code for one in (there, uuid4())]
            assert answers == [404, 404], way


@pytest.mark.django_db(transaction=True)
def test_of_two_promised_the_same_at_once_one_has_it(transactional_db):
    from django.apps import apps

    from directory.categories import sync_categories

    sync_categories(sender=apps.get_app_config("directory"))
    village = make_village()
    alice = neighbour("Alice", village.residences["A"])
    thing = sofa(alice)
    talks = [asks_for(neighbour(name, village.residences["B"]), thing) for name in ("Anna", "Bruno")]
    answers = at_once(*(lambda talk=talk: promises(alice, talk) for talk in talks))
    assert {type(one) for one in answers} == {Promise, AlreadyPromised}
    assert Promise.objects.open().count() == 1 and Conversation.objects.count() == 2
