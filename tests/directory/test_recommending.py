"""Recommendations: once each, never of what is one's own; read by members alone, answered once, removed on request."""

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from directory import exchanging
from directory.kinds import KINDS, facts_of
from directory.models import Case, Claim, Listing, Recommendation, Report
from directory.moderating import decide
from directory.publishing import publish, withdraw
from geo.errors import InvalidParameter
from scopes.leaving import leave
from scopes.models import Level, Openness
from scopes.on_call import on_call
from scopes.viewing import viewer_of
from tests.directory.exchanged import FILLED, share, shared_with
from tests.directory.moderation import WHY
from tests.directory.speaking import looking
from tests.neighbours import neighbour, person
from tests.scopes.mandates import organisation
from tests.still import still_page

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

ASKED = {"name": "Léon Vidal", "contact": "leon@example.org", "words": "Je n’ai rien demandé."}


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


@pytest.fixture
def bakery(village):
    return publish(category="bakery", title="Le Fournil", municipality=village.town, location=village.cells[0].location)


@pytest.fixture
def as_(client):
    """A browser in which someone has signed in; nobody, if None."""

    def signed_in(someone):
        client.logout()
        if someone:
            client.force_login(getattr(someone, "account", someone))
        return client

    return signed_in


def month() -> str:
    return FILLED["recommendation"]["own"]["experienced_in"]


def recommends(someone, listing=None, title="Plomberie Vidal", *, level=Level.MUNICIPALITY, **own) -> Recommendation:
    """Recommend a listing, or a plumber."""
    own = {"subject": str(listing.public_id) if listing else "", "town": "Nantes", "experienced_in": month(), **own}
    return share(someone, level, title, kind="recommendation", own=own, text="Venue le jour même, prix tenu.")


def kept_by(someone, listing: Listing):
    """Let someone act for the organisation that keeps a listing."""
    own = organisation(someone, kind="merchant", name="Fournil SARL", siret="09000003500031")
    Claim.objects.create(listing=listing, organisation=own, asked_by=someone, held_at=timezone.now())
    return someone


class TestWhoAndWhat:
    def test_once_by_each_person_and_of_each_whatever_the_spelling(self, village, alice):
        first = recommends(alice)
        for title in ("plomberie vidal", "Plomberie  VIDAL"):
            with pytest.raises(InvalidParameter) as refusal:
                recommends(alice, title=title, town="nantes", level=Level.NEIGHBOURHOOD)
            assert "déjà recommandé" in str(refusal.value)
        assert recommends(alice, town="Rezé") and recommends(neighbour("Anna", village.residences["A"]))
        with looking(alice) as viewer:
            exchanging.withdraw(viewer=viewer, public_id=first.public_id)
        assert recommends(alice, title="Plomberie VIDAL").pk != first.pk

    def test_from_a_second_home_it_is_still_once_until_the_first_is_left(self, village, alice):
        recommends(alice)
        second = neighbour("Alice", village.residences["F"], account=alice.account)
        with looking(alice) as viewer:
            home = next(one for one in viewer.homes if one.alias_id == second.alias_id)
            said = {"kind": KINDS["recommendation"], "title": "Plomberie Vidal", "level": Level.MUNICIPALITY}
            said |= FILLED["recommendation"]
            with pytest.raises(InvalidParameter):
                exchanging.share(home=home, **said)
            leave(membership=alice)
            assert exchanging.share(home=home, **said).once

    def test_a_listing_is_called_by_its_own_name(self, alice, bakery):
        said = recommends(alice, bakery, "N’importe quoi")
        assert (said.title, said.town, said.subject) == ("Le Fournil", "", bakery.public_id)
        assert facts_of(said) == [facts_of(said)[-1]] and facts_of(said)[0].startswith("en ")

    def test_nobody_recommends_what_is_not_open_to_everyone(self, village, alice, bakery):
        members_only = share(neighbour("Anna", village.residences["A"]))
        withdraw(listing=bakery)
        for subject in (members_only.public_id, bakery.public_id, uuid4()):
            with pytest.raises(InvalidParameter):
                recommends(alice, subject=str(subject))
        assert not Recommendation.objects.exists()

    def test_nobody_recommends_ones_own_nor_that_of_ones_household(self, village, alice, bakery):
        partner = neighbour("Paul", village.residences["A"], household=alice.household)
        kept_by(alice.account, bakery)
        offered = share(alice, openness=Openness.PUBLIC)
        for who in (alice, partner):
            for own in (bakery, offered):
                with pytest.raises(InvalidParameter):
                    recommends(who, own)
        anna = neighbour("Anna", village.residences["A"])
        assert recommends(anna, bakery) and recommends(anna, offered)

    @pytest.mark.parametrize(
        ("own", "parameter"),
        [
            ({"town": " "}, "town"),
            ({"town": "x" * 81}, "town"),
            ({"experienced_in": "2001-01-01"}, "experienced_in"),
            ({"experienced_in": "hier"}, "experienced_in"),
            ({"subject": "7"}, "subject"),
        ],
    )
    def test_what_is_wrong_is_named(self, alice, own, parameter):
        with pytest.raises(InvalidParameter) as refusal:
            recommends(alice, **own)
        assert refusal.value.parameter == parameter

    def test_a_newcomer_waits_until_neighbours_had_their_week(self, village):
        with pytest.raises(InvalidParameter):
            recommends(neighbour("Nora", village.residences["A"], settled=False))

    def test_the_words_change_and_whom_they_are_of_does_not(self, alice, as_):
        said = recommends(alice)
        page = f"/echange/{said.public_id}/modifier/"
        assert "disabled" in as_(alice).get(page).text
        sent = {"title": "Une autre", "text": "Deux fois.", "town": "Paris", "experienced_in": month(), "category": "x"}
        assert as_(alice).post(page, sent, follow=True).status_code == 200
        said = Recommendation.objects.get()
        assert (said.title, said.town, said.description) == ("Plomberie Vidal", "Nantes", "Deux fois.")
        assert said.experienced_in == date.fromisoformat(month())


class TestWhoReadsIt:
    def test_the_public_page_does_not_change_by_a_byte(self, village, alice, bakery, as_):
        page = f"/annonce/{bakery.public_id}/"
        passing = [still_page(as_(None).get(one)) for one in (page, "/api/listings/", "/ville/44109/")]
        for someone in (alice, *(neighbour(name, village.residences["C"]) for name in ("Anna", "Zoé", "Ugo"))):
            recommends(someone, bakery)
        assert passing == [still_page(as_(None).get(one)) for one in (page, "/api/listings/", "/ville/44109/")]

    def test_members_read_it_with_the_listing_and_no_number(self, village, alice, bakery, as_):
        recommends(alice, bakery, level=Level.NEIGHBOURHOOD)
        page = f"/annonce/{bakery.public_id}/"
        near = as_(neighbour("Chloé", village.residences["C"])).get(page).text
        assert "Venue le jour même" in near and "Alice D." in near and "Recommander" in near
        assert "Venue le jour même" not in as_(neighbour("Zoé", village.residences["F"])).get(page).text

    def test_from_the_page_of_a_listing_what_is_recommended_is_filled_in(self, alice, bakery, as_):
        page = as_(alice).get(f"/annonce/{bakery.public_id}/").text
        address = f"/publier/recommandation/?subject={bakery.public_id}"
        assert address in page
        form = as_(alice).get(address).text
        assert 'value="Le Fournil"' in form and f'value="{bakery.public_id}"' in form
        assert as_(alice).get("/publier/recommandation/?subject=x").status_code == 200

    def test_it_tells_the_cell_and_never_the_home(self, alice, as_):
        said = recommends(alice)
        assert (said.residence_id, said.space_id, said.location) == (None, None, None)
        assert said.cell_id == alice.alias.cell_id


class TestTheReply:
    def test_who_keeps_the_listing_answers_once_without_knowing_who(self, village, alice, bakery, as_):
        keeper = kept_by(person("Basile"), bakery)
        said = recommends(alice, bakery)
        page = f"/annonce/{bakery.public_id}/"
        read = as_(keeper).get(page).text
        assert "Venue le jour même" in read and "Alice" not in read and f"/echange/{said.public_id}/" not in read
        assert as_(keeper).get(f"/echange/{said.public_id}/").status_code == 404
        reply = f"/recommandation/{said.public_id}/repondre/"
        assert as_(keeper).post(reply, {"text": " "}).status_code == 400
        assert "Merci, Alice ou non" in as_(keeper).post(reply, {"text": "Merci, Alice ou non !"}, follow=True).text
        assert as_(keeper).post(reply, {"text": "Encore"}).status_code == 404
        assert "Merci, Alice ou non" in as_(alice).get(f"/echange/{said.public_id}/").text

    def test_nobody_else_answers_and_learns_whether_it_is_there(self, village, alice, bakery, as_):
        said = recommends(alice, bakery)
        kept_by(person("Basile"), bakery)
        for someone in (alice, neighbour("Anna", village.residences["A"]), person("Gil")):
            for key in (said.public_id, uuid4()):
                assert as_(someone).post(f"/recommandation/{key}/repondre/", {"text": "Moi !"}).status_code == 404
        assert Recommendation.objects.get().reply == ""

    def test_the_author_of_a_service_answers_too(self, village, alice, as_):
        anna = neighbour("Anna", village.residences["A"])
        offered = share(anna, openness=Openness.PUBLIC)
        said = recommends(alice, offered)
        assert "Venue le jour même" in as_(anna).get(f"/echange/{offered.public_id}/").text
        as_(anna).post(f"/recommandation/{said.public_id}/repondre/", {"text": "Avec plaisir."})
        assert Recommendation.objects.get().reply == "Avec plaisir."


class TestTheRemoval:
    def test_whoever_it_is_about_asks_without_an_account_and_learns_nothing(self, alice, as_):
        said = recommends(alice)
        answers = [as_(None).post(f"/recommandation/{key}/retirez-moi/", ASKED) for key in (said.public_id, uuid4())]
        assert {(one.status_code, one.url) for one in answers} == {(302, "/signaler/merci/")}
        with on_call():
            case, report = Case.objects.get(), Report.objects.get()
        assert case.subject == said.public_id and report.by_subject and "Léon Vidal" in report.words
        wrong = as_(None).post(f"/recommandation/{said.public_id}/retirez-moi/", ASKED | {"name": ""})
        assert wrong.status_code == 400

    @pytest.mark.parametrize("deed", ["hide", "keep"])
    def test_it_is_removed_or_refused_with_a_reason(self, alice, as_, deed):
        said = recommends(alice)
        as_(None).post(f"/recommandation/{said.public_id}/retirez-moi/", ASKED)
        viewer = viewer_of(person("Salomé", is_staff=True).pk)
        why = WHY if deed == "hide" else {"words": "C’est le nom d’une société."}
        with on_call():
            case = Case.objects.get()
            with pytest.raises(InvalidParameter) as refusal:
                decide(viewer=viewer, case=case, deed=deed, **(why | {"words": " "}))
            assert refusal.value.parameter == "words"
            assert decide(viewer=viewer, case=case, deed=deed, **why).words
        assert shared_with(alice) == ({said.title} if deed == "keep" else set())
