"""A shop owner in a real browser: the code of a letter, other hours, a new import, and a passer-by who reads them."""

import pytest
from playwright.sync_api import Page, expect

from directory.models import Claim, Listing
from tests.directory.claims import import_csv, posted
from tests.journeys.conftest import PHONE
from tests.journeys.test_homes import looked_at
from tests.maps.village import HERE
from tests.neighbours import person, sign_in
from tests.scopes.mandates import SIRETS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LINE = "{key};{name};bakery;3 rue Dorée;{lon};{lat};{phone};{hours};"
NOW = {"key": "1", "name": "Le Pétrin", "lon": HERE[0] + 0.0004, "lat": HERE[1] + 0.0003}


@pytest.fixture
def tell(tmp_path, village):
    """What the town's file says of the bakery."""

    def import_again(**said: object):
        hours = {"phone": "02 61 91 00 01", "hours": "Mo-Su 07:00-19:00"}
        return import_csv(tmp_path, LINE.format(**NOW | hours | said))

    import_again()
    return import_again


def refused(page: Page, complaints, words: str) -> None:
    """A form that is refused says why, with the status that browsers complain of."""
    expect(page.get_by_text(words)).to_be_visible()
    assert len(complaints.heard) == 1 and "400" in complaints.heard.pop()


def test_a_shop_is_claimed_and_its_hours_survive_an_import(page: Page, client, base_url, complaints, tell):
    basile, shop = person("Basile"), Listing.objects.get(title="Le Pétrin")
    sign_in(client, basile, two_factors=True)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base_url}])

    page.goto(f"/annonce/{shop.public_id}/")
    page.get_by_role("link", name="C’est ma boutique").click()
    looked_at(page, "claim")
    page.get_by_label("SIRET").fill("123")
    page.get_by_role("button", name="Demander la lettre").click()
    refused(page, complaints, "Ce SIRET n’existe pas")
    page.get_by_label("SIRET").fill(SIRETS[0])
    page.get_by_role("button", name="Demander la lettre").click()
    expect(page.get_by_text("Une lettre va partir")).to_be_visible()
    looked_at(page, "places")

    code = posted(Claim.objects.get())
    page.goto(f"/organismes/code/#{code}")
    page.get_by_role("link", name="Continuer").click()
    expect(page.get_by_label("Le code de la lettre")).to_have_value(code)
    page.get_by_role("button", name="Prouver").click()
    page.get_by_role("link", name="Mettre à jour").click()
    looked_at(page, "keep")
    page.set_viewport_size(PHONE)
    looked_at(page, "keep, on a phone")
    page.get_by_label("Lundi, ouvre à").fill("10h")
    page.get_by_label("Lundi, ferme à").fill("")
    page.get_by_role("button", name="Enregistrer").last.click()
    refused(page, complaints, "Écrivez une heure d’ouverture et une de fermeture")
    page.get_by_label("Lundi, ferme à").fill("1630")
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.get_by_text("C’est à jour")).to_be_visible()
    expect(page.get_by_text("La source dit : Mo-Su 07:00-19:00")).to_be_visible()
    looked_at(page, "kept")

    tell(phone="02 61 91 00 02", hours="Mo-Su 08:00-20:00")
    page.context.clear_cookies()
    page.goto(f"/annonce/{shop.public_id}/")
    expect(page.get_by_text("Tenu à jour par l’établissement")).to_be_visible()
    expect(page.get_by_role("row", name="Lundi 10 h – 16 h 30")).to_be_visible()
    expect(page.get_by_role("link", name="02 61 91 00 02")).to_be_visible()
    looked_at(page, "listing")

    assert tell(key="2", name="Autre boulangerie", lon=HERE[0] + 0.01).gone == 1
    page.reload()
    expect(page.get_by_text("Tenu à jour par l’établissement")).to_be_visible()
