"""A page asked for in English says nothing in French: every route of the matrix, whoever looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from config.messages import english
from scopes.models import Level
from tests.neighbours import asker, neighbour, person, sign_in
from tests.privacy_matrix import ROUTES
from tests.privacy_route import Route
from tests.scopes.village import make_village

pytestmark = pytest.mark.django_db

#: Words that every sentence of French has one of and none of English, and marks set as only French sets them.
FRENCH = re.compile(
    r"\b(?:le|la|les|des|du|un|une|vous|votre|vos|pas|est|dans|pour|avec|sur|ne|qui|que|et|ou|aux?|chez|mon|ma|mes|ce"
    r"|cette|il|elle|nous|par)\b|\b[cdjlnst]’(?=[a-zà-ÿ]{2})|[«»]|\s[;:?!]",
    re.IGNORECASE,
)
#: Attributes that are read out or shown.
SPOKEN = ("alt", "aria-label", "content", "placeholder", "title")
#: Names that have no English.
NAMES = re.compile(
    r"Commission nationale de l’informatique et des libertés|Défenseur des droits|Libre réponse \d+|\d+ place de \w+"
    r"|^Est$|Place (?:Ouest|du Milieu|Est)\b"
)
#: Asking for these ends the session, or changes the language.
NOT_ASKED = {"account_logout", "account-leave-everywhere", "language"}


class Words(HTMLParser):
    """Collects what a page shows and what a screen reader says of it."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("script", "style")
        told = dict(attrs)
        names = [*SPOKEN, *(name for name in told if name.startswith("data-"))]
        self.said += [told[name] for name in names if told.get(name) and not told[name].startswith(("{", "["))]

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.silent and data.strip():
            self.said.append(" ".join(data.split()))


def words_of(page: str) -> list[str]:
    words = Words()
    words.feed(page)
    return words.said


@pytest.fixture(scope="module")
def french_only() -> set[str]:
    """Messages that are told otherwise in English."""
    catalog = english()

    def texts(of: str) -> set[str]:
        told = (getattr(message, of) for message in catalog)
        return {text.casefold() for one in told for text in (one if isinstance(one, tuple) else (one,))}

    return texts("id") - texts("string")


def leftovers(page: str, french_only: set[str]) -> list[str]:
    """What a page still says in French."""
    said = words_of(page)
    return [text for text in said if text.casefold() in french_only or FRENCH.search(NAMES.sub("", text))]


@pytest.fixture
def people():
    """Who may look: nobody known, a moderator who has written, a newcomer, who asks to join, who runs the site."""
    village = make_village()
    alice = neighbour("Alice", village.residences["A"], moderates=True)
    for level in (Level.RESIDENCE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY):
        village.post(alice, level=level)
    newcomer = neighbour("Nora", village.residences["A"], settled=False)
    asking = asker("Ugo", village.residences["B"])
    memberships = {"moderator": alice, "newcomer": newcomer, "unproven": asking}
    return {name: (one.account, one.handle) for name, one in memberships.items()} | {
        "anonymous": (None, None),
        "staff": (person("Sam", is_staff=True), None),
    }


OTHERS = [pytest.param(name, marks=pytest.mark.slow) for name in ("moderator", "newcomer", "staff", "unproven")]


def ways_to_ask(*, thoroughly: bool) -> Iterator[tuple[str, Route]]:
    """Every page; or once each, but for those of the staff, which the people of every day do not open."""
    for name, ways in ROUTES.items():
        if name not in NOT_ASKED:
            few = [] if ways[0].pattern.startswith(("/exploitation/", "/api/")) else ways[:1]
            yield from ((name, way) for way in (ways if thoroughly else few))


@pytest.mark.parametrize("viewer", ["anonymous", *OTHERS])
def test_no_page_in_english_speaks_french(client, people, french_only, viewer, settings, tmp_path, request):
    settings.EMAIL_FILE_PATH = tmp_path  # mails that a demonstration left on this machine are in its people's languages
    account, home = people[viewer]
    if account:
        sign_in(client, account)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    seen, found = 0, {}
    for name, route in ways_to_ask(thoroughly=request.config.getoption("--slow")):
        answer = route.ask(client, home or "00000000-0000-4000-8000-000000000000")
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            seen += answer.status_code == 200
            said = leftovers(answer.content.decode(), french_only)
            found |= {name: said} if said else {}
    assert seen > 10
    assert found == {}


def test_leftovers_are_found(french_only):
    assert leftovers("<p>Réponses</p>", french_only) == ["Réponses"]
    assert leftovers('<a title="Voir votre mot">x</a>', french_only) == ["Voir votre mot"]
    assert leftovers("<p>Answers: 2</p><script>« le »</script>", french_only) == []
