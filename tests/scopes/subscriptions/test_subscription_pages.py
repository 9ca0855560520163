"""What is seen of a subscription: quotes and statements on paper, and the pages of the staff and of who pays."""

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from geo.models import Municipality
from scopes.models import Price, Subscription
from scopes.paper.quote import quote_pdf, statement_pdf
from scopes.subscriptions.quoting import end
from scopes.subscriptions.requiring import TRIAL, free_until, may_send
from tests.directory.browsing import browser
from tests.directory.test_notice_poster import words_of
from tests.neighbours import DAY, person
from tests.scopes.entering import later
from tests.scopes.mandates import in_force, organisation, staff
from tests.scopes.subscribed import priced, quoted, subscribed

pytestmark = pytest.mark.django_db


def text_of(pdf: bytes) -> str:
    return " ".join(words_of(page) for page in pypdfium2.PdfDocument(pdf))


class TestOnPaper:
    def test_a_quote_says_what_the_law_asks(self, own, mandate, price, settings):
        settings.PUBLISHER = dict.fromkeys(settings.PUBLISHER, "") | {"name": "Ville d’Enfilade", "address": "1 place"}
        settings.SELLER = {"siret": "21440109300015", "legal_form": "Collectivité territoriale", "vat_number": ""}
        made = quoted(own)
        words = text_of(quote_pdf(made))
        for said in (
            f"Devis n° {made.number}",
            "Ville d’Enfilade",
            "21440109300015",
            own.name,
            own.siret,
            "44000 Nantes",
            "TVA non applicable, art. 293 B du CGI",
            "Total HT",
            "Prix unitaire HT",
            "jusqu’au",
            "trente jours",
            "40 €",
            "bon pour accord",
        ):
            assert said in words, said

    def test_tax_is_shown_where_it_is_owed(self, own, settings):
        settings.VAT_RATE = "20"
        priced(yearly="1000")
        words = text_of(quote_pdf(quoted(own)))
        assert (
            "TVA 20 %" in words
            and "293 B" not in words
            and "200,00 €" in words
            and "1 200,00 €" in words.replace("\u202f", " ").replace("\xa0", " ")
        )

    def test_what_the_town_did_not_say_is_said_so(self, own, mandate, price):
        assert "à compléter par la ville" in text_of(quote_pdf(quoted(own)))

    def test_a_statement_lists_what_was_accepted_and_is_no_invoice(self, own, mandate, price):
        made = subscribed(own)
        words = text_of(statement_pdf(own, [made]))
        assert made.number in words and "en vigueur" in words and "n’est pas une facture" in words
        assert "Aucun abonnement" in text_of(statement_pdf(own, []))

    def test_markup_is_text(self, agent, home):
        own = organisation(agent, name="<b>Syndic</b>")
        in_force(agent, [home], own)
        priced()
        words = text_of(quote_pdf(quoted(own, address="<i>3</i> rue\n<script>")))
        assert "<b>Syndic</b>" in words and "<script>" in words


class TestPages:
    def test_the_staff_price_quote_accept_and_end(self, own, mandate):
        client = browser(staff())
        page = "/exploitation/abonnements/"
        assert "Les trois premiers mois sont gratuits" in client.get(page).text
        form = {"deed": "price agent", "per_dwelling": "0,5", "yearly": ""}
        assert "C’est noté" in client.post(page, form, follow=True).text
        form = {"deed": "quote", "organisation": str(own.handle), "address": "3 rue", "starts_on": "2026-12-01"}
        form["starts_on"] = timezone.localdate().isoformat()
        assert "est fait" in client.post(page, form | {"commune": ""}, follow=True).text
        made = Subscription.objects.get()
        assert "Signé : accepter" in client.get(page).text
        client.post(page, {"deed": f"accept {made.handle}"})
        made.refresh_from_db()
        assert made.state == "in_force" and "en vigueur" in client.get(page).text
        assert client.get(reverse("quote-sheet", args=[made.handle])).content.startswith(b"%PDF")
        assert client.get(reverse("statement-sheet", args=[own.handle])).content.startswith(b"%PDF")
        client.post(page, {"deed": f"end {made.handle}"})
        assert not may_send(own) or free_until(own) >= timezone.localdate()

    def test_for_a_commune(self, own, home):
        priced()
        client = browser(staff())
        form = {"deed": "quote", "organisation": str(own.handle), "address": "3 rue", "commune": "77998"}
        form["starts_on"] = timezone.localdate().isoformat()
        client.post("/exploitation/abonnements/", form)
        assert Subscription.objects.get().municipality == Municipality.objects.get(insee_code="77998")
        answer = client.post("/exploitation/abonnements/", form | {"commune": "Nulle-Part-sur-Rien"})
        assert answer.status_code == 400 and "Aucune commune" in answer.text

    @pytest.mark.parametrize(
        "form",
        [
            {"deed": "quote"},
            {"deed": "quote", "organisation": "x", "address": "y", "starts_on": "hier"},
            {"deed": "price agent", "per_dwelling": "beaucoup"},
            {"deed": "price merchant", "per_dwelling": "1"},
        ],
    )
    def test_what_is_wrong_writes_nothing(self, own, form):
        answer = browser(staff()).post("/exploitation/abonnements/", form, follow=True)
        assert answer.status_code in (200, 400)
        assert not Subscription.objects.exists() and not Price.objects.exists()

    @pytest.mark.parametrize("deed", ["accept x", "end", "drop all", "accept 00000000-0000-4000-8000-000000000000"])
    def test_an_unknown_deed_is_nothing(self, home, deed):
        assert browser(staff()).post("/exploitation/abonnements/", {"deed": deed}).status_code == 404

    def test_an_organisation_finds_its_own(self, agent, own, mandate, price):
        client = browser(agent, two_factors=True)
        page = reverse("own-subscriptions", args=[own.handle])
        assert "Gratuit jusqu’au" in client.get(page).text
        made = subscribed(own)
        assert made.number in client.get(page).text
        assert client.get(reverse("quote-sheet", args=[made.handle])).status_code == 200
        assert reverse("own-subscriptions", args=[own.handle]) in client.get(f"/organismes/{own.handle}/").text
        end(staff=staff(), subscription=made)
        with later(TRIAL + DAY):
            assert "ne partent plus" in browser(agent, two_factors=True).get(page).text

    @pytest.mark.privacy
    def test_others_find_none(self, own, mandate, price):
        made = subscribed(own)
        rival = person("Lou")
        organisation(rival, siret="73282932000074", name="Autre")
        for who in (rival, person("Eve")):
            client = browser(who, two_factors=True)
            assert client.get("/exploitation/abonnements/").status_code == 404
            for name, handle in (
                ("own-subscriptions", own.handle),
                ("statement-sheet", own.handle),
                ("quote-sheet", made.handle),
            ):
                assert client.get(reverse(name, args=[handle])).status_code == 404
