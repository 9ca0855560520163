"""T7 of privacy.md for organisations: neither a key, a notice nor a code of a place tells what is another's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from directory.models import Claim, Listing
from directory.publishing import publish
from scopes.organisations.keys import revoke_key
from tests.directory.browsing import browser
from tests.directory.claims import claims, keeps, merchant, posted
from tests.directory.keyed import NOTICES, Program, operator, program
from tests.directory.mandated import send
from tests.neighbours import person
from tests.privacy.answers import NOBODY, difference, everything_of, without
from tests.privacy.inhabitants import analyze
from tests.privacy.timing import same_time
from tests.scopes.mandates import SIRETS, in_force
from tests.scopes.village import Village, make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture(scope="module")
def village(whole_module) -> Village:
    return make_village()


@dataclass
class Programs:
    """Programs of two water companies; the mailings are the second one's."""

    asking: Program
    #: Texts of keys that open nothing, by why; and of one that nobody made.
    closed: dict[str, str]
    unknown: str
    of_another: UUID


@pytest.fixture(scope="module")
def programs(village) -> Programs:
    home = village.residences["A"]
    (odile, water), (octave, gas) = operator("Odile"), operator("Octave", name="Gaz de Villegrille", siret=SIRETS[1])
    in_force(odile, [home], water)
    asking, over = program(odile, water), program(odile, water)
    revoke_key(account=odile, key=over.key)
    of_another = send(octave, in_force(octave, [home], gas), [home])
    analyze()
    return Programs(
        asking=asking,
        closed={"revoked": over.text, "malformed": "ale_", "long": "ale_" + "z" * 4_000, "none": ""},
        unknown=over.text[:-1] + ("0" if over.text[-1] != "0" else "1"),
        of_another=of_another.handle,
    )


#: What a program asks of one notice.
OF_ONE: dict[str, Callable[[Program, UUID], HttpResponse]] = {
    "status": lambda asking, handle: asking.get(f"{NOTICES}{handle}/"),
    "take back": lambda asking, handle: asking.post(f"{NOTICES}{handle}/take-back/"),
    "all-clear": lambda asking, handle: asking.post(f"{NOTICES}{handle}/all-clear/"),
}


@pytest.mark.parametrize("asked", OF_ONE)
def test_a_notice_of_another_organisation_has_the_size_of_an_unknown_one(programs, asked):
    unknown, other = (OF_ONE[asked](programs.asking, handle) for handle in (NOBODY, programs.of_another))
    assert unknown.status_code == 404
    told = difference(without(unknown, NOBODY), without(other, programs.of_another))
    assert not told, told


@pytest.mark.parametrize("why", ["revoked", "malformed", "long", "none"])
def test_a_key_that_opens_nothing_has_the_size_of_an_unknown_one(programs, why):
    unknown, closed = (Program(text).get() for text in (programs.unknown, programs.closed[why]))
    assert unknown.status_code == 401
    assert not (told := difference(everything_of(unknown), everything_of(closed))), told


@dataclass
class Shops:
    """What a baker claims: places that are alike but for what others did there."""

    baker: Client
    #: The baker's claims, by what someone else has there: nothing, a claim whose letter is on its way, the page itself.
    claims: dict[str, Claim]
    #: The code of the letter of someone else's claim.
    of_another: str

    def enter(self, which: str, code: str = "0000000000") -> HttpResponse:
        """Enter a code for one of the claims, as a browser that keeps no message."""
        self.baker.cookies.pop("messages", None)
        return self.answer(self.claims[which].handle, code)

    def answer(self, handle: UUID, code: str) -> HttpResponse:
        return self.baker.post(reverse("answer-claim", args=[handle]), {"deed": "prove", "code": code})


@pytest.fixture(scope="module")
def shops(village) -> Shops:
    basile, agathe = person("Basile"), person("Agathe")
    mine, hers = merchant(basile), merchant(agathe, "Autre SARL", siret=SIRETS[0])
    names = {"free": "Le Fournil", "wanted": "La Miche", "kept": "Le Levain"}
    places = {which: bakery(village, name) for which, name in names.items()}
    keeps(agathe, places["kept"], hers)
    of_another = posted(claims(agathe, places["wanted"], hers))
    own = {which: claims(basile, listing, mine) for which, listing in places.items()}
    for one in own.values():
        posted(one)
    analyze()
    return Shops(baker=browser(basile, two_factors=True), claims=own, of_another=of_another)


def bakery(village: Village, title: str) -> Listing:
    door = {"location": village.cells[1].location, "address": "3 rue Dorée"}
    return publish(category="bakery", title=title, municipality=village.town, **door)


@pytest.fixture
def tries_without_end(monkeypatch) -> None:
    """Attackers are patient, and have keys enough."""
    for module in ("scopes.proofs.attempting", "directory.claiming"):
        monkeypatch.setattr(f"{module}.MOST_FAILURES", 10**6)
    monkeypatch.setattr("directory.operators.authentication.count", lambda key: 0)


def with_what_was_said(answer: HttpResponse) -> tuple[int, tuple, bytes]:
    """An answer with the message that the next page will show, which a sealed cookie carries."""
    status, headers, body = everything_of(answer)
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said
    return status, (*headers, *said), body


@pytest.mark.parametrize("which", ["wanted", "kept"])
def test_a_wrong_code_tells_nothing_of_what_others_have_there(shops, which):
    free, other = (with_what_was_said(shops.enter(one)) for one in ("free", which))
    assert free[0] == 302
    assert not (told := difference(free, other)), told


def test_the_code_of_anothers_letter_opens_nothing_and_says_nothing(shops):
    unknown, known = (with_what_was_said(shops.enter("wanted", code)) for code in ("0000000000", shops.of_another))
    assert not (told := difference(unknown, known)), told
    assert Claim.objects.get(pk=shops.claims["wanted"].pk).proved_at is None


def test_a_claim_of_another_answers_like_none(shops):
    theirs = Claim.objects.exclude(organisation=shops.claims["free"].organisation).standing().first()
    unknown, known = (shops.answer(handle, "0000000000") for handle in (NOBODY, theirs.handle))
    assert unknown.status_code == 404
    assert not (told := difference(without(unknown, NOBODY), without(known, theirs.handle))), told


PAIRS = {"pairs": 1_000}


@pytest.mark.slow
class TestTime:
    """A thousand pairs each."""

    @pytest.mark.parametrize("why", ["revoked", "malformed", "none"])
    def test_a_key_that_opens_nothing_takes_as_long_as_an_unknown_one(self, programs, why):
        unknown, closed = Program(programs.unknown), Program(programs.closed[why])
        assert same_time(unknown.get, closed.get, **PAIRS)

    @pytest.mark.parametrize("asked", OF_ONE)
    def test_a_notice_of_another_takes_as_long_as_an_unknown_one(self, programs, asked, tries_without_end):
        def ask(handle: UUID) -> Callable[[], object]:
            return lambda: OF_ONE[asked](programs.asking, handle)

        assert same_time(ask(programs.of_another), ask(NOBODY), **PAIRS)

    @pytest.mark.parametrize("which", ["wanted", "kept"])
    def test_a_wrong_code_takes_as_long_whatever_others_have_there(self, shops, which, tries_without_end):
        assert same_time(lambda: shops.enter(which), lambda: shops.enter("free"), **PAIRS)

    def test_the_code_of_anothers_letter_takes_as_long_as_an_unknown_one(self, shops, tries_without_end):
        known, unknown = (lambda: shops.enter("wanted", shops.of_another)), (lambda: shops.enter("wanted"))
        assert same_time(known, unknown, **PAIRS)
