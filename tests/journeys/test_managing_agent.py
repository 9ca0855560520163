"""A managing agent in a real browser: from a file of buildings to sheets that hang, and the resident who doubts it."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from django.utils import timezone
from playwright.sync_api import Locator, Page, Request, expect
from pypdfium2 import PdfDocument, PdfPage

from directory.models import Listing, Mailing, SenderMute
from geo.front_doors import name_of
from geo.models import Address, Residence
from scopes import second_lock
from scopes.models import Contest, Mandate
from scopes.organisations.mandating import grant
from scopes.organisations.telling import tell_of_mandate
from tests.directory.displayed import sheets
from tests.directory.mandated import tomorrow
from tests.directory.test_notice_poster import words_of
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_homes import looked_at
from tests.journeys.test_what_comes_back import become
from tests.neighbours import DAY, neighbour, person
from tests.scopes.entering import address_of, building, later
from tests.scopes.mandates import organisation, staff
from tests.toy_town import TOY_TOWN

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DOUBT = "Ce syndic n’est plus le nôtre."


@pytest.fixture
def village(transactional_db):
    """The toy town: a file of buildings needs addresses."""
    TOY_TOWN.load()


@pytest.fixture
def home(village) -> Residence:
    return building(3, 1)


@pytest.fixture
def other(village) -> Residence:
    return building(2, 2)


class Actions:
    """What a person decides between two looks at a page, and the pages that it takes."""

    def __init__(self, page: Page):
        self.decided = self.asked = 0
        page.on("request", self._count)

    def _count(self, request: Request) -> None:
        self.asked += request.is_navigation_request() and not request.redirected_from

    def act(self, *presses: Locator) -> None:
        """One decision."""
        self.decided += 1
        for press in presses:
            press.click()


def buildings_file(home: Residence, other: Residence) -> dict[str, object]:
    """One line that is sure, one that is misspelt, one whose number does not exist."""
    sure, meant = Address.objects.get(building__residence=home, suffix=""), address_of(other)
    misspelt = meant.street_name.replace("o", "au", 1)
    lines = [
        "Syndic;Adresse;Code postal;Ville",
        f"Les Bleuets;{sure.number} {sure.street_name};{sure.postcode};{sure.municipality.name}",
        f"Les Bleuets;{meant.number} {misspelt};{meant.postcode};{meant.municipality.name}",
        f"Les Bleuets;9999 {sure.street_name};{sure.postcode};{sure.municipality.name}",
    ]
    return {"name": "parc.csv", "mimeType": "text/csv", "buffer": "\r\n".join(lines).encode("cp1252")}


def granted_a_week_ago(mandate: Mandate) -> None:
    """The staff granted it and residents were told, eight days ago."""
    with later(-8 * DAY):
        grant(staff=staff(), mandate=mandate)
        tell_of_mandate(mandate.pk)


def two_minutes_pass(mailing: Mailing) -> None:
    """What was sent can be read from now on."""
    moment = timezone.now() - timedelta(minutes=1)
    Mailing.objects.filter(pk=mailing.pk).update(sent_at=moment)
    with second_lock.opened(mailing.residences.values_list("pk", flat=True)):
        Listing.objects.filter(notice__mailing=mailing).update(opens_at=moment)


def handed_over(page: Page, asked: Locator) -> list[PdfPage]:
    """The PDF behind a link or a form: Chromium's own viewer asks for files of its own, a test that counts has none."""
    if address := asked.get_attribute("href"):
        answer = page.request.get(address)
    else:
        form = page.locator("form").filter(has=asked)
        token = {"csrfmiddlewaretoken": form.locator("[name=csrfmiddlewaretoken]").input_value()}
        answer = page.request.post(form.get_attribute("action"), form=token)
    assert answer.headers["content-type"] == "application/pdf"
    return list(PdfDocument(BytesIO(answer.body())))


def office(page: Page, mailing: Mailing, mandate: Mandate) -> list[str]:
    """What the agent's pages say."""
    said = []
    own = f"/organismes/{mandate.organisation.handle}/"
    for address in ("/avis/", f"/avis/envoi/{mailing.handle}/", "/avis/demandes/", own, f"{own}equipe/"):
        page.goto(address)
        said.append(page.locator("main").inner_text())
    return said


def test_from_a_file_to_sheets_that_hang_and_a_resident_who_doubts(page: Page, client, base_url, home, other):
    gil = person("Gil", "Bertin")
    own = organisation(gil, name="Syndic des Bleuets")
    become(page, client, base_url, gil, two_factors=True)

    # The file is read, and nothing is guessed.
    page.goto("/organismes/")
    page.get_by_role("link", name="Syndic des Bleuets").click()
    looked_at(page, "organisation")
    page.get_by_role("link", name="J’ai un fichier d’immeubles").click()
    looked_at(page, "file")
    page.locator("[name=file]").set_input_files(buildings_file(home, other))
    page.locator("[name=ground]").fill("Contrat du 3 mars 2026")
    page.locator("[name=ends_on]").fill((timezone.localdate() + 300 * DAY).isoformat())
    page.get_by_role("button", name="Lire ce fichier").click()
    expect(page.get_by_text("1 ligne sûre")).to_be_visible()
    expect(page.get_by_text("1 ligne à choisir à la main")).to_be_visible()
    expect(page.get_by_text("1 ligne laissée de côté")).to_be_visible()
    looked_at(page, "lines")
    expect(page.get_by_label(name_of(home))).to_be_checked()
    expect(page.get_by_label(name_of(other))).not_to_be_checked()
    page.get_by_label(name_of(other)).check()
    page.get_by_role("button", name="Demander pour ces immeubles").click()
    expect(page.get_by_text("C’est demandé")).to_be_visible()
    mandate = Mandate.objects.get()
    assert set(mandate.residences.all()) == {home, other}
    page.goto("/avis/")
    expect(page.get_by_text("Aucun mandat ne vous laisse encore écrire")).to_be_visible()
    granted_a_week_ago(mandate)

    # From the desk to sent.
    page.goto("/avis/")
    looked_at(page, "desk")
    actions = Actions(page)
    actions.act(page.get_by_role("link", name="Coupure d’eau"))
    looked_at(page, "form")
    page.locator("[name=start]").fill(tomorrow(9)[:16])
    page.locator("[name=end]").fill(tomorrow(12)[:16])
    listed = page.get_by_role("button", name="Cocher ceux qui se voient")
    actions.act(page.get_by_text("À des immeubles", exact=True), listed)
    actions.act(page.get_by_role("button", name="Voir l’avis"))
    homes = home.dwellings + other.dwellings
    expect(page.get_by_role("heading", name="2 immeubles")).to_contain_text(f"{homes} logements")
    read, poster = page.locator(".side-by-side .home-card"), page.locator(".side-by-side .a4")
    expect(read).to_contain_text("Coupure d’eau")
    assert read.bounding_box()["x"] + read.bounding_box()["width"] < poster.bounding_box()["x"]
    looked_at(page, "preview")
    actions.act(page.get_by_role("button", name="Envoyer l’avis"))
    expect(page.get_by_text("part dans deux minutes")).to_be_visible()
    assert (actions.decided, actions.asked) == (4, 3)
    looked_at(page, "sent")

    # On paper.
    mailing = Mailing.objects.get()
    assert mailing.homes == homes
    two_minutes_pass(mailing)
    page.goto("/avis/")
    page.get_by_role("link", name="Coupure d’eau").last.click()
    looked_at(page, "mailing")
    doors = sheets(mailing)
    hall = handed_over(page, page.get_by_role("link", name="Affiches (PDF)"))
    assert len(hall) == len(doors) == 3
    for door, sheet in zip(doors, hall, strict=True):
        (square,) = zxingcpp.read_barcodes(sheet.render(scale=2).to_pil())
        assert square.text.endswith(f"/a/{door.handle}/") and door.entrance in words_of(sheet)
    page.get_by_role("button", name=f"Affichée : {doors[0].entrance}").click()
    expect(page.get_by_text("1 sur 3")).to_be_visible()
    expect(page.get_by_text("par Gil Bertin")).to_be_visible()
    looked_at(page, "one hangs")
    proof = " ".join(map(words_of, handed_over(page, page.get_by_role("button", name="Faire la preuve (PDF)"))))
    assert "notification" in proof and all(door.entrance in proof for door in doors)
    page.reload()
    expect(page.get_by_role("link", name="Preuve faite")).to_be_visible()
    before = office(page, mailing, mandate)

    # Whoever lives there.
    alice = neighbour("Alice", home, listed=True)
    become(page, client, base_url, alice.account)
    page.set_viewport_size(PHONE)
    page.goto("/immeuble/")
    looked_at(page, "residence")
    page.get_by_role("link", name="Coupure d’eau").click()
    looked_at(page, "notice")
    page.get_by_role("button", name="J’ai lu").click()
    expect(page.get_by_text("Votre foyer a dit l’avoir lu")).to_be_visible()
    page.get_by_role("link", name="Qui peut m’écrire ?").click()
    expect(page.get_by_role("heading", name="Qui peut m’écrire ?")).to_be_visible()
    looked_at(page, "who may write")
    page.get_by_role("link", name="Choisir ce que j’en reçois").click()
    expect(page.get_by_label("Sécurité et urgences")).to_be_disabled()
    looked_at(page, "kinds")
    page.get_by_label("Coupure d’eau").uncheck()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("L’organisme n’en saura rien.").first).to_be_visible()
    page.goto("/immeuble/")
    page.get_by_role("link", name="Qui peut m’écrire ?").click()
    page.get_by_text("Ce n’est pas normal").click()
    page.get_by_label("Ce qui ne va pas").fill(DOUBT)
    page.get_by_role("button", name="Contester").click()
    expect(page.get_by_text("Vous avez un doute : nous vérifions.")).to_be_visible()
    looked_at(page, "contested")
    page.goto("/immeuble/")
    expect(page.get_by_text("1 avis d’une sorte que vous ne recevez plus")).to_be_visible()
    looked_at(page, "folded")
    assert SenderMute.objects.get().organisation == own and Contest.objects.get().words == DOUBT

    become(page, client, base_url, gil, two_factors=True)
    page.set_viewport_size(DESKTOP)
    assert office(page, mailing, mandate) == before
