"""Pages of claims: of those whose place it is, of those who decide, of passers-by."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from stdnum.fr import siret

from directory import tending
from directory.claiming import claim as claim_place
from directory.claiming import give_up, prove
from directory.keeping_places import change
from directory.models import Claim, Listing, SearchEntry
from directory.publishing import publish, withdraw
from directory.remarking import remark
from scopes.models import Acting, Organisation
from tests.directory.claims import BAKERY, CAFE, bakery, claims, import_csv, keeps, merchant, posted, shopkeeper
from tests.neighbours import person, sign_in
from tests.scopes.mandates import SIRETS
from tests.still import still

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def shop(town):
    return bakery(town, phone="+33261910001", opening_hours="Mo-Fr 07:00-19:00")


@pytest.fixture
def basile(client):
    one = shopkeeper()
    sign_in(client, one, two_factors=True)
    return one


def page(client, name, *args, form=None, status=200) -> str:
    address = reverse(name, args=args)
    answer = client.get(address) if form is None else client.post(address, form, follow=True)
    assert answer.status_code == status
    return answer.content.decode()


NEW = {"organisation": "new", "kind": "merchant", "name": "Fournil SARL", "contact": "02 61 91 00 01"}


class TestClaiming:
    def test_a_shop_is_claimed_in_one_step_and_the_code_is_shown_to_nobody(self, client, basile, shop):
        assert "C’est ma boutique" in page(client, "listing", shop.public_id)
        said = page(client, "claim", shop.public_id)
        assert "3 rue Dorée" in said and 'value="Le Fournil"' in said
        said = page(client, "claim", shop.public_id, form=NEW | {"siret": SIRETS[0]})
        assert "Une lettre va partir" in said and "Le code de la lettre" in said
        asked = Claim.objects.get()
        text = posted(asked)
        assert text not in page(client, "places") and text not in page(client, "claim", shop.public_id)
        deed = {"deed": "prove", "code": f"{text[:5]}-{text[5:]}".lower()}
        assert "La fiche est à vous" in page(client, "answer-claim", asked.handle, form=deed)

    def test_while_ones_own_waits_the_place_says_so_to_nobody_else(self, client, basile, shop):
        claims(basile, shop)
        said = page(client, "listing", shop.public_id)
        assert "Votre demande attend une réponse" in said and "C’est ma boutique" not in said
        sign_in(client, person("Zoé"))
        said = page(client, "listing", shop.public_id)
        assert "Votre demande attend" not in said and "C’est ma boutique" in said

    def test_with_an_organisation_of_ones_own(self, client, basile, shop):
        own = merchant(basile)
        said = page(client, "claim", shop.public_id)
        assert "Fournil SARL" in said and "un autre organisme" in said
        page(client, "claim", shop.public_id, form={"organisation": own.handle})
        assert Claim.objects.get().organisation == own and Organisation.objects.count() == 1

    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(self, client, basile, shop):
        said = page(client, "claim", shop.public_id, form=NEW | {"siret": "123"}, status=400)
        assert "Ce SIRET n’existe pas" in said and 'value="Fournil SARL"' in said
        assert not Organisation.objects.exists() and not Claim.objects.exists()

    def test_anothers_organisation_is_no_choice(self, client, basile, shop):
        other = merchant(person("Zoé"))
        page(client, "claim", shop.public_id, form={"organisation": other.handle}, status=400)
        assert not Claim.objects.exists()

    @pytest.mark.parametrize(
        ("category", "words"), [("sport_association", "C’est notre association"), ("library", "C’est notre lieu")]
    )
    def test_each_is_called_what_it_is(self, client, town, category, words):
        place = publish(category=category, title="Les Lilas", municipality=town)
        assert words in page(client, "listing", place.public_id)

    def test_who_is_not_signed_in_enters_first_and_comes_back(self, client, shop):
        address = reverse("claim", args=[shop.public_id])
        assert client.get(address)["Location"].endswith(f"?next={address}")
        client.force_login(shopkeeper())
        assert client.get(address)["Location"] == reverse("mfa_index")

    def test_a_wrong_code_is_said_and_counted(self, client, basile, shop):
        asked = claims(basile, shop)
        for _ in range(5):
            said = page(client, "answer-claim", asked.handle, form={"deed": "prove", "code": "nope"})
            assert "Ce code n’ouvre rien" in said
        assert "Cinq codes faux" in said and 'value="prove"' not in said and "Une autre lettre" in said

    def test_a_place_without_an_address_waits_for_the_town(self, client, basile, town):
        hidden = publish(category="nurse", title="Infirmière", municipality=town)
        assert "la mairie ou notre équipe décident" in page(client, "claim", hidden.public_id)
        said = page(client, "claim", hidden.public_id, form=NEW | {"siret": SIRETS[0]})
        assert "Pas de lettre pour cette fiche" in said and 'value="prove"' not in said

    def test_a_forged_deed_is_none(self, client, basile, shop):
        asked = claims(basile, shop)
        page(client, "answer-claim", asked.handle, form={"deed": "dance"}, status=404)
        page(client, "answer-claim", asked.handle, form={}, status=404)

    def test_markup_is_text(self, client, basile, shop):
        name = "<script>alert(1)</script>${7*7}"
        said = page(client, "claim", shop.public_id, form=NEW | {"siret": SIRETS[0], "name": name})
        assert "&lt;script&gt;alert(1)" in said and "<script>alert" not in said


class TestClosedByOthers:
    @pytest.fixture
    def closed(self, town, tmp_path):
        import_csv(tmp_path, BAKERY)
        shop = Listing.objects.get()
        remark(listing=shop, what="closed")
        tending.close(account=person("Dominique", is_staff=True), public_id=shop.public_id)
        return shop

    def test_its_keeper_claims_it_and_shows_it_again(self, client, basile, closed):
        page(client, "listing", closed.public_id, status=404)
        said = page(client, "claim", closed.public_id)
        assert "n’est plus montrée" in said and f'href="/annonce/{closed.public_id}/"' not in said
        assert "Une lettre va partir" in page(client, "claim", closed.public_id, form=NEW | {"siret": SIRETS[0]})
        asked = Claim.objects.get()
        prove(account=basile, claim=asked, text=posted(asked))
        page(client, "listing", closed.public_id, status=404)
        page(client, "keep-place", asked.handle, form={"deed": "open"})
        assert closed.title in page(client, "listing", closed.public_id)

    def test_the_staff_may_say_meanwhile_that_it_was_a_mistake(self, basile, shop):
        remark(listing=shop, what="closed")
        staff = person("Dominique", is_staff=True)
        tending.close(account=staff, public_id=shop.public_id)
        claims(basile, shop)
        tending.open_again(account=staff, public_id=shop.public_id)
        assert SearchEntry.objects.filter(listing=shop).exists()

    def test_nothing_else_of_it_is_found(self, client, closed):
        assert not SearchEntry.objects.exists()
        address = reverse("claim", args=[closed.public_id])
        assert client.get(address)["Location"].endswith(f"?next={address}"), "a passer-by reads nothing of it"
        for address in (f"/remarque/{closed.public_id}/", f"/annonce/{closed.public_id}/"):
            assert client.get(address).status_code == 404

    @pytest.mark.privacy
    @pytest.mark.parametrize("why", ["its owner", "hidden", "its source", "left"])
    def test_what_is_gone_for_another_reason_stays_out_of_sight(self, client, basile, closed, tmp_path, why):
        if why == "its owner":
            withdraw(listing=closed)
        elif why == "hidden":
            Listing.objects.update(hidden_at=timezone.now())
        elif why == "its source":
            import_csv(tmp_path, CAFE)
        else:
            give_up(account=basile, claim=keeps(basile, closed))
        for name in ("claim", "listing"):
            page(client, name, closed.public_id, status=404)
        page(client, "claim", closed.public_id, form=NEW | {"siret": SIRETS[0]}, status=404)
        assert Claim.objects.standing().count() == 0


@pytest.mark.privacy
class TestOracles:
    def test_a_second_is_answered_as_the_first_was(self, client, shop):
        """Who keeps a place, and that someone does, changes nothing of what another who claims it is answered."""
        answers = []
        for number, name in enumerate(("Basile", "Zoé")):
            one = person(name)
            sign_in(client, one, two_factors=True)
            before = page(client, "claim", shop.public_id)
            said = page(client, "claim", shop.public_id, form=NEW | {"siret": SIRETS[number]})
            answers.append((_bare(before, name), _bare(said, name)))
            asked = Claim.objects.filter(asked_by=one).get()
            if number == 0:
                prove(account=one, claim=asked, text=posted(asked))
        assert answers[0] == answers[1]

    def test_anothers_claim_is_like_none(self, client, basile, shop):
        kept = keeps(person("Zoé"), shop)
        for name in ("keep-place", "answer-claim"):
            answers = [client.post(reverse(name, args=[one]), {"deed": "give-up"}) for one in (kept.handle, uuid4())]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert _bare(answers[0].content.decode(), "") == _bare(answers[1].content.decode(), "")
        kept.refresh_from_db()
        assert kept.ended_at is None

    def test_no_page_says_who_acts(self, client, shop):
        kept = keeps(person("Basile", "Introuvable"), shop)
        seen = [
            page(client, "listing", shop.public_id),
            client.get(f"/api/listings/{shop.public_id}/").content.decode(),
        ]
        sign_in(client, person("Sam", is_staff=True))
        seen.append(page(client, "decide-claims"))
        assert "Fournil SARL" in seen[-1] and "Fournil SARL" not in seen[0] + seen[1]
        assert not [
            words for words in seen if "Introuvable" in words or "Basile" in words or str(kept.handle) in seen[0]
        ]

    def test_what_is_not_seen_is_not_claimed(self, client, basile, shop):
        Listing.objects.filter(pk=shop.pk).update(openness="members")
        answers = [client.get(reverse("claim", args=[one])) for one in (shop.public_id, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]


def _bare(words: str, name: str) -> str:
    """A page without what changes at each look, and without the visitor's own name."""
    words = re.sub(r'value="[^"]*"', "", words).replace(name, "") if name else words
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", still(words))


class TestKeeping:
    WEEK = {"mo_1_from": "9h", "mo_1_to": "12h30", "title": "Le Fournil", "category": "bakery"}

    def test_an_owner_changes_hours_and_a_passer_by_reads_them(self, client, basile, shop):
        kept = keeps(basile, shop)
        said = page(client, "listing", shop.public_id)
        assert "Tenu à jour par l’établissement" in said and "Mettre à jour cette fiche" in said
        said = page(client, "keep-place", kept.handle)
        assert 'value="07:00"' in said
        assert "C’est à jour" in page(client, "keep-place", kept.handle, form=self.WEEK)
        client.logout()
        said = page(client, "listing", shop.public_id)
        assert "9 h – 12 h 30" in said.replace("\u202f", " ").replace("\u00a0", " ")
        assert "Tenu à jour" in said and "Mettre à jour cette fiche" not in said

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("phone", "numéro", "Ce numéro ne se compose pas"),
            ("email", "chez moi", "n’en est pas une : relisez-la"),
            ("website", "javascript:alert(1)", "Cette adresse de site n’en est pas une"),
            ("title", " ", "Il manque « "),
            ("category", "library", "choix valide"),
            ("mo_1_to", "", "Écrivez une heure"),
            ("hours", "le matin", "Nous ne savons pas lire"),
        ],
    )
    def test_bad_input_is_said_at_the_field_and_changes_nothing(self, client, basile, shop, field, value, said):
        kept = keeps(basile, shop)
        form = self.WEEK | {field: value}
        assert said in page(client, "keep-place", kept.handle, form=form, status=400)
        assert Listing.objects.get().edits == {"kept": True}

    def test_both_are_shown_to_the_owner_and_one_click_goes_back(self, client, basile, town, tmp_path):
        import_csv(tmp_path, BAKERY)
        kept = keeps(basile, Listing.objects.get())
        change(account=basile, claim=kept, phone="+33261910009", category="cafe", wheelchair="yes")
        said = page(client, "keep-place", kept.handle)
        assert "La source dit : +33261910001" in said and "La source dit : Boulangerie, pâtisserie" in said
        said = page(client, "keep-place", kept.handle, form={"deed": "back phone"})
        assert "suit de nouveau la source" in said and "La source dit : +33261910001" not in said
        page(client, "keep-place", kept.handle, form={"deed": "back municipality"}, status=200)
        client.logout()
        assert "La source dit" not in page(client, "listing", kept.listing.public_id)

    def test_closed_for_good_and_open_again(self, client, basile, shop):
        kept = keeps(basile, shop)
        page(client, "keep-place", kept.handle, form={"deed": "close"})
        assert client.get(reverse("listing", args=[shop.public_id])).status_code == 404
        assert "elle n’est pas montrée" in page(client, "places")
        page(client, "keep-place", kept.handle, form={"deed": "open"})
        page(client, "listing", shop.public_id)

    def test_a_writer_changes_and_does_not_give_up(self, client, basile, shop):
        zoe = person("Zoé")
        kept = keeps(zoe, shop)
        Acting.objects.create(account=basile, organisation=kept.organisation, role=Acting.Role.WRITER)
        assert "Rendre cette fiche" not in page(client, "places")
        assert "C’est à jour" in page(client, "keep-place", kept.handle, form=self.WEEK)
        said = page(client, "answer-claim", kept.handle, form={"deed": "give-up"})
        assert "Seul un responsable" in said and Claim.objects.get().ended_at is None

    def test_until_it_is_held_there_is_nothing_to_change(self, client, basile, shop):
        page(client, "keep-place", claims(basile, shop).handle, status=404)

    def test_given_up(self, client, basile, shop):
        kept = keeps(basile, shop)
        assert "C’est rendu" in page(client, "answer-claim", kept.handle, form={"deed": "give-up"})
        page(client, "keep-place", kept.handle, status=404)


class TestDeciding:
    @pytest.fixture
    def sam(self, client):
        one = person("Sam", is_staff=True)
        sign_in(client, one)
        return one

    def test_staff_see_what_waits_and_say_yes_or_no(self, client, sam, shop, town):
        first, second = claims(shopkeeper(), shop), claims(person("Zoé"), bakery(town))
        said = page(client, "decide-claims")
        assert "3 rue Dorée, 44000 Nantes" in said and f"SIRET {siret.format(SIRETS[3])} · 02 61" in said
        assert "confiée à Fournil SARL" in page(client, "decide-claims", form={"deed": f"yes {first.handle}"})
        form = {"deed": f"no {second.handle}", "why": "Pas la bonne rue"}
        assert "C’est refusé" in page(client, "decide-claims", form=form)
        second.refresh_from_db()
        assert second.ended_why == "Pas la bonne rue" and second.decided_by == sam

    def test_a_dispute_is_said(self, client, sam, shop):
        keeps(shopkeeper(), shop)
        zoe = person("Zoé")
        claim_place(account=zoe, organisation=merchant(zoe, "Autre SARL"), listing=shop)
        assert "Déjà tenue par : Fournil SARL" in page(client, "decide-claims")

    @pytest.mark.parametrize("deed", ["", "yes", "yes x", f"yes {NOBODY}", "dance"])
    def test_a_forged_deed_is_no_deed(self, client, sam, deed):
        page(client, "decide-claims", form={"deed": deed}, status=404)

    def test_for_others_the_page_does_not_exist(self, client, basile):
        page(client, "decide-claims", status=404)


def test_a_letter_leads_to_a_page_that_says_nothing_of_anyone(client, db):
    assert "Le code de votre lettre" in page(client, "door-code")
