"""A newcomer enters a residence, reads and answers there; the house next door learns nothing; a name is taken back."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from config.demonstration.inhabitants import settle_inhabitants
from config.demonstration.personas import PERSONAS
from scopes.models import Level, Membership
from scopes.proofs.word import give_word
from tests.directory.browsing import browser as signed_in
from tests.directory.speaking import say
from tests.journeys.conftest import PHONE, Complaints
from tests.journeys.test_searching import serious_findings
from tests.neighbours import neighbour
from tests.scopes.entering import building, hall_code
from tests.scopes.signing.door import code_sent
from tests.still import still
from tests.toy_town import TOY_TOWN

pytestmark = pytest.mark.browser

HOME = "8 rue des Bleuets Villegrille"
SECRET = "Le vélo rouge du troisième"
ANSWER = "Il est rentré sous l’escalier B."
#: Pages where something of a residence would show, were it to leak.
PAGES = (
    *("/", "/?place=8+rue+des+Bleuets+Villegrille&within=residence", "/?place=Villegrille&q=vélo", "/immeuble/"),
    *("/quartier/", "/ville/", "/chez-moi/", "/moi/mots/", "/moi/vu/"),
)
NEARBY = "/api/nearby/?place=Villegrille&within=2km&q=vélo"


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "erasures.jsonl"
    archives = settings.STORAGES["archives"]
    archives = {**archives, "OPTIONS": {**archives["OPTIONS"], "location": tmp_path / "archives"}}
    settings.STORAGES = {**settings.STORAGES, "archives": archives}


@pytest.fixture
def village(transactional_db):
    """The toy town: these journeys need addresses."""
    TOY_TOWN.load()


@pytest.fixture
def residents(village) -> list[Membership]:
    """Two settled households of the residence, and what was said there before anyone else came."""
    residents = [neighbour(name, building(3, 1), listed=True) for name in ("Ana", "Béa")]
    say(residents[0], Level.RESIDENCE, "Avant que Zoé n’arrive")
    return residents


Window = Callable[..., Page]


@pytest.fixture
def window(
    village, browser: Browser, browser_context_args: dict, base_url: str, complaints: Complaints
) -> Iterator[Window]:
    """Opens a browser of someone's own, signed in or not; whatever goes wrong in any of them fails the test."""
    pages = []

    def open_for(someone: Membership | None = None, **more: object) -> Page:
        context = browser.new_context(**{**browser_context_args, **more})
        if someone:
            session = signed_in(someone).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": base_url}])
        page = context.new_page()
        complaints.listen(page)
        pages.append(page)
        return page

    yield open_for
    for page in pages:
        page.context.close()


def looked_at(page: Page) -> Page:
    """A page that everyone can read, on a screen it fits."""
    assert serious_findings(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url
    return page


def sign_up(page: Page, first_name: str) -> None:
    """From the door to an account, by the code in the mail."""
    page.get_by_label("Votre adresse e-mail").fill("quelquun@example.org")
    page.get_by_role("button", name="Recevoir un code").click()
    expect(page.get_by_role("heading", name="Regardez vos e-mails")).to_be_visible()
    page.get_by_label("Votre code").fill(code_sent())
    page.get_by_role("button", name="Entrer", exact=True).click()
    page.get_by_label("Prénom").fill(first_name)
    page.get_by_label("Nom", exact=True).fill("Canari")
    page.get_by_label("J’ai 15 ans ou plus").check()
    page.get_by_role("button", name="Ouvrir mon compte").click()


def give_hall_code(page: Page, code: str) -> None:
    """Type the code of the poster in the hall; it does not suffice."""
    page.get_by_label("Votre code").fill(code.lower())
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Déjà noté : le code affiché dans le hall.")).to_be_visible()
    page.get_by_role("button", name="Demander à mes voisins").click()
    expect(page.get_by_text("deux foyers qui vous connaissent")).to_be_visible()


def vouch(page: Page, first_name: str) -> None:
    """As a neighbour, say that one knows the newcomer."""
    page.goto("/chez-moi/")
    page.get_by_role("link", name="Nouveaux voisins").click()
    expect(page.get_by_role("heading", name=f"{first_name} C.")).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="Je la connais : elle habite ici").click()
    expect(page.get_by_text("Merci, c’est noté.")).to_be_visible()


def write(page: Page, title: str) -> str:
    """Write a word to the residence; return where it stands."""
    page.goto("/immeuble/")
    page.get_by_role("link", name="Publier").click()
    page.get_by_role("link", name="Un mot").click()
    looked_at(page).get_by_text("Trouvé", exact=True).click()
    page.get_by_label("En une ligne").fill(title)
    page.get_by_label("Votre mot").fill("Est-il à quelqu’un ?")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    return page.url


def answer(page: Page, title: str) -> None:
    """Read a word in the space of one's residence and answer it."""
    page.goto("/immeuble/")
    page.get_by_role("link", name=title).click()
    page.get_by_label("Votre réponse").fill(ANSWER)
    page.get_by_role("button", name="Répondre").click()
    expect(page.get_by_text("Votre réponse est là.")).to_be_visible()
    expect(page.get_by_text(ANSWER)).to_be_visible()


@pytest.mark.slow
def test_from_the_door_to_an_answer_that_outlives_its_author(window, residents):
    zoe = window()
    zoe.goto("/immeuble/")
    looked_at(zoe).get_by_role("link", name="Dire où j’habite").click()
    sign_up(zoe, "Zoé")

    looked_at(zoe).get_by_role("link", name="Trouver ma résidence").click()
    zoe.get_by_role("combobox", name="Votre adresse").press_sequentially("8 rue des bleu")
    zoe.get_by_role("option", name="8 Rue des Bleuets").first.click()
    looked_at(zoe).get_by_role("button", name="J’habite ici").first.click()
    give_hall_code(looked_at(zoe), hall_code(building(3, 1)))
    looked_at(zoe)

    ana, bea = (window(one) for one in residents)
    vouch(ana, "Zoé")
    vouch(bea, "Zoé")
    address = write(ana, SECRET)
    zoe.goto("/immeuble/")
    looked_at(zoe)
    answer(zoe, SECRET)
    looked_at(zoe)
    zoe.goto("/ville/")
    expect(zoe.get_by_text(SECRET)).to_be_visible()
    expect(zoe.get_by_text("Avant que Zoé n’arrive")).to_have_count(0)

    sees_nothing(window(neighbour("Karim", building(2, 1))), address)
    sees_nothing(window(), address)

    erase(zoe)
    ana.goto(address)
    expect(ana.get_by_text(ANSWER)).to_be_visible()
    expect(ana.locator(".answer")).to_contain_text("une personne partie")
    assert "Zoé" not in ana.content()


def sees_nothing(page: Page, address: str) -> None:
    """Whoever it is, nothing of the residence next door is in any page; what is there answers as what is not."""
    asked = page.context.request
    told = [page.goto(path) and page.content() for path in PAGES]
    told.append(asked.get(NEARBY).text())
    for secret in (SECRET, ANSWER, "Zoé", "Ana", "Béa", address.split("/mot/")[1].strip("/")):
        assert [said for said in told if secret in said] == [], secret
    theirs, nothing = asked.get(address), asked.get(f"/mot/{uuid4()}/")
    assert theirs.status == nothing.status == 404
    assert still(theirs.text()) == still(nothing.text())


def erase(page: Page) -> None:
    """Erase the account one is in."""
    page.goto("/moi/")
    looked_at(page).get_by_role("link", name="Effacer mon compte").click()
    looked_at(page).get_by_label("Pour confirmer").fill("effacer")
    page.get_by_role("button", name="Effacer mon compte").click()
    expect(page.get_by_role("heading", name="C’est fait")).to_be_visible()


@pytest.mark.slow
def test_on_a_telephone_the_poster_in_the_hall_is_the_beginning(window, residents):
    nina = window(viewport=PHONE, has_touch=True, is_mobile=True, color_scheme="dark")
    nina.goto(f"/chez-moi/code/#{hall_code(building(3, 1))}")
    assert nina.url.endswith("/chez-moi/code/"), "no code stays in the address"
    looked_at(nina).get_by_role("link", name="Entrer ou ouvrir un compte").click()
    sign_up(looked_at(nina), "Nina")
    looked_at(nina).get_by_role("button", name="Continuer").click()
    looked_at(nina).get_by_role("button", name="Demander à mes voisins").click()
    ana, bea = residents
    vouch(window(ana, viewport=PHONE, is_mobile=True, color_scheme="dark"), "Nina")
    give_word(giver=bea, newcomer=Membership.objects.get(account__first_name="Nina"))
    say(ana, Level.RESIDENCE, SECRET)
    answer(nina, SECRET)
    looked_at(nina)
    small = nina.eval_on_selector_all(
        "main :is(button, .btn, input:not([type=hidden]), textarea), .masthead a, summary",
        "all => all.filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44)"
        ".map(one => one.outerHTML)",
    )
    assert small == []


@pytest.mark.slow
def test_without_scripts_one_joins_and_answers_all_the_same(window, residents):
    lou = window(java_script_enabled=False)
    lou.goto("/compte/entrer/?next=/chez-moi/trouver/")
    sign_up(lou, "Lou")
    lou.get_by_label("Votre adresse").fill(HOME)
    lou.get_by_role("button", name="Chercher").click()
    lou.get_by_role("button", name="J’habite ici").first.click()
    give_hall_code(lou, hall_code(building(3, 1)))
    for resident in residents:
        give_word(giver=resident, newcomer=Membership.objects.get(account__first_name="Lou"))
    say(residents[0], Level.RESIDENCE, SECRET)
    answer(lou, SECRET)


@pytest.mark.slow
def test_one_click_becomes_each_persona(window, settings):
    homes = zip(("here", "next", "near", "across"), [(3, 1), (2, 1), (7, 2), (14, 14)], strict=True)
    settle_inhabitants({name: building(*block) for name, block in homes})
    visitor = window()
    visitor.goto("/")
    visitor.get_by_role("link", name="Essayer en tant que").click()
    for persona in PERSONAS:
        name = persona.account.first_name
        visitor.goto("/demo/")
        visitor.locator(f"form[action$='/{persona.slug}/'] button").click()
        expect(visitor.locator("details.own summary")).to_contain_text(name)
        assert visitor.url.endswith(persona.start)
        looked_at(visitor)
    visitor.get_by_role("link", name="Courriers").click()
    expect(visitor.get_by_text("1 lettre attend.")).to_be_visible()
    visitor.goto("/demo/")
    looked_at(visitor).locator("form[action$='/marcel/'] button").click()
    visitor.get_by_role("button", name="Cette personne habite ici").click()
    expect(visitor.get_by_text("C’est confirmé")).to_be_visible()
    settings.DEMO = False
    assert visitor.context.request.get("/demo/").status == 404
    visitor.goto("/")
    expect(visitor.get_by_role("link", name="Essayer en tant que")).to_have_count(0)
