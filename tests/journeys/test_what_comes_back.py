"""A poll, a request and "J'ai lu" in a real browser: legible, by keyboard, without scripts, on a phone."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from directory.models import Listing, Mailing
from geo.models import Residence
from scopes import second_lock
from scopes.models import Level
from tests.directory.mandated import send
from tests.directory.picturing import picture
from tests.directory.requesting import asks
from tests.directory.voting import ask, end, votes
from tests.journeys.conftest import PHONE
from tests.journeys.test_rights import ENLARGED, sideways
from tests.journeys.test_searching import serious_findings
from tests.neighbours import neighbour, person, sign_in
from tests.scopes.mandates import in_force

pytestmark = pytest.mark.browser


@pytest.fixture
def home(village) -> Residence:
    return Residence.objects.order_by("pk").first()


@pytest.fixture
def alice(home):
    return neighbour("Alice", home, listed=True)


@pytest.fixture
def agent(home):
    return person("Gil")


@pytest.fixture
def mandate(agent, home):
    return in_force(agent, [home])


@pytest.fixture
def notice(agent, mandate, home) -> Listing:
    """A notice that invites to answer, to be read now."""
    mailing = send(agent, mandate, [home])
    now = timezone.now()
    Mailing.objects.filter(pk=mailing.pk).update(answers_invited=True, sent_at=now)
    with second_lock.opened([home.pk]):
        Listing.objects.filter(notice__mailing=mailing).update(opens_at=now)
        return Listing.objects.get(notice__mailing=mailing)


def become(page: Page, client, base_url: str, account, *, two_factors: bool = False) -> Page:
    sign_in(client, account, two_factors=two_factors)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base_url}])
    return page


class TestWithoutScripts:
    @pytest.fixture
    def browser_context_args(self, browser_context_args):
        return {**browser_context_args, "java_script_enabled": False}

    @pytest.mark.slow
    def test_a_poll_is_made_voted_in_and_read(self, page, client, base_url, alice, home):
        own = become(page, client, base_url, alice.account)
        own.goto("/publier/")
        own.get_by_role("link", name="Un sondage").click()
        own.get_by_label("Votre question").fill("Un composteur ?")
        own.get_by_label("Réponse 1").fill("Oui")
        own.get_by_label("Réponse 2").fill("Non")
        own.get_by_text("immeuble", exact=True).click()
        own.get_by_role("button", name="Envoyer").click()
        own.get_by_label("Non").check()
        own.get_by_role("button", name="Voter").click()
        expect(own.get_by_role("status")).to_contain_text("Votre foyer a voté")
        expect(own.get_by_label("Non")).to_be_checked()
        own.goto("/immeuble/")
        expect(own.get_by_text("votre foyer a voté", exact=False)).to_be_visible()

    @pytest.mark.slow
    def test_something_is_asked_with_a_photo_and_answered(self, page, client, base_url, alice, agent, mandate):
        own = become(page, client, base_url, alice.account)
        own.goto("/immeuble/")
        own.get_by_role("link", name="À qui s’occupe de l’immeuble").click()
        own.get_by_role("link", name="Syndic des Bleuets").click()
        own.get_by_label("En une ligne").fill("L’ascenseur")
        own.get_by_label("Ce que vous demandez").fill("Il s’arrête au deuxième.")
        own.get_by_label("Où est-ce").fill("Escalier B")
        photo = {"name": "chez-moi.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(640, 480))}
        own.get_by_label("Une photo").set_input_files(photo)
        expect(own.get_by_label("cet organisme seul")).to_be_checked()
        own.get_by_role("button", name="Transmettre").click()
        expect(own.get_by_role("status")).to_contain_text("C’est transmis")
        expect(own.get_by_alt_text("Photo jointe")).to_have_js_property("naturalWidth", 640)
        address = own.url

        office = become(page, client, base_url, agent, two_factors=True)
        office.goto("/avis/demandes/")
        expect(office.get_by_text("Escalier B")).to_be_visible()
        office.get_by_role("link", name="L’ascenseur").click()
        office.get_by_label("Votre réponse").fill("Le technicien vient jeudi.")
        office.get_by_role("button", name="Répondre").click()
        expect(office.get_by_role("status")).to_contain_text("transmise")

        become(page, client, base_url, alice.account).goto(address)
        expect(page.get_by_text("Le technicien vient jeudi.")).to_be_visible()

    @pytest.mark.slow
    def test_a_notice_is_said_to_be_read_and_answered(self, page, client, base_url, alice, notice):
        own = become(page, client, base_url, alice.account)
        own.goto(f"/avis/{notice.public_id}/")
        own.get_by_role("button", name="J’ai lu").click()
        own.get_by_role("button", name="Je ne l’ai pas lu").click()
        expect(own.get_by_role("button", name="J’ai lu")).to_be_visible()
        own.get_by_label("Votre réponse à l’organisme").fill("Toute la matinée ?")
        own.get_by_role("button", name="Répondre").click()
        expect(own.get_by_role("status")).to_contain_text("transmise")
        expect(own.get_by_text("Personne d’autre.")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_legible_on_any_screen(page, client, base_url, alice, agent, mandate, notice, home, scheme):
    page.emulate_media(color_scheme=scheme)
    going, over = ask(alice, Level.RESIDENCE), ask(alice, Level.RESIDENCE, "Et le local ?")
    for number in range(4):
        votes(neighbour(f"Voisin{number}", home), over, number % 2)
    end(over)
    made = asks(alice, mandate, photo=picture(), place="Escalier B")
    own = [
        *("/publier/sondage/", f"/sondage/{going.public_id}/", f"/sondage/{over.public_id}/", "/immeuble/"),
        *("/demandes/", f"/demandes/a/{mandate.organisation.handle}/", f"/demandes/{made.public_id}/"),
        f"/avis/{notice.public_id}/",
    ]
    theirs = ["/avis/demandes/", f"/avis/demandes/{made.public_id}/"]
    for account, addresses in ((alice.account, own), (agent, theirs)):
        become(page, client, base_url, account, two_factors=True)
        for address in addresses:
            page.set_viewport_size({"width": 1024, "height": 640})
            page.goto(address)
            assert serious_findings(page) == [], address
            for size in (PHONE, ENLARGED):
                page.set_viewport_size(size)
                assert sideways(page) == 0, (address, size)
