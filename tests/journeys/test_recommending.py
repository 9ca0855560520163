"""A neighbour recommends a plumber and a bakery: others read it, the bakery answers, the plumber has it removed."""

import pytest
from playwright.sync_api import Page, expect

from directory.models import Claim, Listing
from geo.models import Residence
from tests.journeys.walking import SCREENS, enter, fits, follow, press, told
from tests.neighbours import neighbour, person
from tests.scopes.mandates import organisation

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("screen", SCREENS)
def test_from_said_to_answered_and_removed(page: Page, village, client, base_url, screen):
    residence = Residence.objects.order_by("pk").first()
    alice, anna = neighbour("Alice", residence), neighbour("Anna", residence)
    basile, staff = person("Basile"), person("Salomé", is_staff=True)
    bakery = Listing.objects.get(title="Le Bon Levain")
    Claim.objects.create(
        listing=bakery,
        organisation=organisation(basile, kind="merchant", name="Levain SARL"),
        asked_by=basile,
        held_at=bakery.published_at,
    )
    page.set_viewport_size(screen)

    def as_(someone) -> None:
        enter(page, getattr(someone, "account", someone), client, base_url)

    as_(alice)
    page.goto("/publier/?level=municipality")
    follow(page, "Je recommande quelqu’un")
    page.get_by_label("Quoi ?").select_option("recommended_plumber")
    page.get_by_label("Qui recommandez-vous ?").fill("Plomberie Vidal")
    page.get_by_label("Dans quelle ville ?").fill("Nantes")
    page.get_by_label("Quelques mots").fill("Venue le jour même, prix tenu.")
    fits(page)
    press(page, "Envoyer")
    told(page, "C’est envoyé")
    fits(page)
    page.goto(f"/annonce/{bakery.public_id}/")
    follow(page, "Recommander")
    expect(page.get_by_label("Dans quelle ville ?")).to_have_count(0)
    page.get_by_label("Quelques mots").fill("Le pain de seigle, surtout.")
    page.get_by_text("ville", exact=True).click()
    press(page, "Envoyer")
    told(page, "C’est envoyé")

    as_(anna)
    page.goto(f"/annonce/{bakery.public_id}/")
    told(page, "Recommandé par des voisins")
    fits(page)
    page.goto("/ville/?kind=recommendation")
    fits(page)
    follow(page, "Plomberie Vidal")
    told(page, "Alice D.")
    plumber = page.url

    as_(basile)
    page.goto(f"/annonce/{bakery.public_id}/")
    expect(page.get_by_text("Alice")).to_have_count(0)
    page.get_by_text("Répondre, une fois").click()
    page.get_by_label("Votre réponse").fill("Merci, il sort du four à onze heures.")
    press(page, "Répondre")
    told(page, "Votre réponse est sous la recommandation.")
    fits(page)

    as_(None)
    page.goto(f"{plumber.replace('/echange/', '/recommandation/')}retirez-moi/")
    fits(page)
    page.get_by_label("Votre nom").fill("Léon Vidal")
    page.get_by_label("Où vous répondre").fill("leon@example.org")
    page.get_by_label("Pourquoi la retirer").fill("Je n’ai rien demandé.")
    press(page, "Demander le retrait")
    fits(page)
    as_(staff)
    page.goto("/moderation/astreinte/")
    fits(page)
    follow(page, "Plomberie Vidal")
    page.get_by_text("Masquer…").click()
    page.get_by_label("autre chose").check()
    page.get_by_label("les règles d’Alentour").check()
    page.get_by_label("Ce que lira l’auteur").fill("La personne nommée demande le retrait.")
    fits(page)
    press(page, "Masquer")

    as_(anna)
    page.goto("/ville/?kind=recommendation")
    expect(page.get_by_text("Plomberie Vidal")).to_have_count(0)
