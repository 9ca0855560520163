"""T1 (b) with the sender as observer: whether X lives there, votes, writes or presses is on no page of theirs.

Two worlds differ by what X did, built by doing it; the sender reads every page there is for a sender, before and after
the counting. Only what X sends to the organisation on purpose arrives.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from directory.counting_reads import count_reads
from directory.models import Listing, Mailing
from directory.reading import PRESSED_FOR, say_read
from geo.models import Residence
from scopes import second_lock
from scopes.models import Level
from tests.directory.browsing import browser, said
from tests.directory.mandated import send
from tests.directory.requesting import asks
from tests.directory.speaking import looking, say
from tests.directory.voting import ask, ask_under, end_asked, poll_in, readable, votes
from tests.neighbours import neighbour, person
from tests.privacy.alike import taken_back, the_clock_stands
from tests.scopes.mandates import in_force
from tests.scopes.village import make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


class Stage:
    """A residence whose agent told it something that it may answer, and the agent's browser."""

    def __init__(self):
        village = make_village()
        Residence.objects.update(dwellings=100)
        self.home = village.residences["A"]
        self.agent = person("Gil")
        self.mandate = in_force(self.agent, [self.home])
        self.mailing = send(self.agent, self.mandate, [self.home])
        self.sent_at = timezone.now() - timedelta(hours=1)
        Mailing.objects.filter(pk=self.mailing.pk).update(sent_at=self.sent_at, answers_invited=True)
        with second_lock.opened([self.home.pk]):
            Listing.objects.filter(notice__mailing=self.mailing).update(opens_at=self.sent_at)
            self.notice = Listing.objects.get(notice__mailing=self.mailing)
        self.poll = ask(neighbour("Voisine", self.home), Level.RESIDENCE)
        self.asked = readable(ask_under(self.agent, self.mandate))
        self.own_poll = poll_in(self.asked, self.home)
        self.browser = browser(self.agent, two_factors=True)

    def read_by_the_sender(self) -> list[bytes]:
        """Every page of theirs, but for what is drawn anew for each."""
        mailing, own = self.mailing.handle, self.mandate.organisation.handle
        addresses = (
            *("/avis/", "/avis/demandes/", f"/avis/{self.notice.public_id}/", f"/sondage/{self.poll.public_id}/"),
            *(f"/avis/envoi/{mailing}/", "/organismes/", f"/organismes/{own}/", "/demandes/"),
            *(f"/avis/sondages/{self.asked.handle}/", f"/sondage/{self.own_poll.public_id}/"),
            *(f"/avis/ecrire/{self.mandate.handle}/water_cut/", "/immeuble/", "/quartier/", "/ville/"),
        )
        return [said(self.browser.get(address)) for address in addresses]


def x_does(stage: Stage, *deeds: str) -> None:
    """X moves in and does what these are named."""
    x = neighbour("Xénia", stage.home)
    for deed in deeds:
        {
            "votes": lambda: votes(x, stage.poll, 1),
            "answers the agent": lambda: votes(x, stage.own_poll, 1),
            "polls": lambda: ask(x, Level.RESIDENCE, "Canari ?"),
            "writes": lambda: say(x, Level.RESIDENCE, "Canari"),
            "presses": lambda: _presses(x, stage),
            "asks": lambda: asks(x, stage.mandate, title="Canari au syndic"),
        }[deed]()


def _presses(x, stage: Stage) -> None:
    with looking(x) as viewer:
        say_read(viewer=viewer, public_id=stage.notice.public_id)


def read_in_two_worlds(stage: Stage, happens: Callable[[], object], afterwards: Callable[[], object]) -> list:
    """What the sender reads where X did it, and where there is no X."""
    told = []
    for world in (happens, lambda: None):
        with taken_back():
            world()
            afterwards()
            told.append(stage.read_by_the_sender())
    return told


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    """The stage, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Stage()
        transaction.set_rollback(True)


@pytest.fixture
def stage(kept, db) -> Stage:
    return kept


ALL_AT_ONCE = ("presses", "votes", "answers the agent", "polls", "writes")
SOME = [(), ("votes", "polls", "writes"), ("presses", "answers the agent"), ("presses", "votes", "writes")]
#: What hides each deed hides all at once.
DEEDS = [ALL_AT_ONCE, *(pytest.param(deeds, marks=pytest.mark.slow) for deeds in SOME)]


@pytest.mark.parametrize("deeds", DEEDS, ids=" ".join)
def test_nothing_of_it_reaches_the_sender(stage, deeds):
    with the_clock_stands():
        there, absent = read_in_two_worlds(stage, lambda: x_does(stage, *deeds), lambda: None)
    assert there == absent


@pytest.mark.parametrize("deeds", DEEDS, ids=" ".join)
def test_nor_when_it_was_counted(stage, deeds):
    """One press is among the fewer than 20 of which nothing is said."""

    def a_week_passes() -> None:
        Mailing.objects.filter(pk=stage.mailing.pk).update(sent_at=stage.sent_at - PRESSED_FOR)
        assert count_reads() == 1
        assert end_asked(stage.asked).totals == []

    with the_clock_stands():
        there, absent = read_in_two_worlds(stage, lambda: x_does(stage, *deeds), a_week_passes)
    assert there == absent
    assert "moins de 20 : rien n’est dit".encode() in there[0]


def test_what_is_sent_on_purpose_arrives(stage):
    """Or a sender who sees nothing would prove nothing."""
    with the_clock_stands():
        there, absent = read_in_two_worlds(stage, lambda: x_does(stage, "asks"), lambda: None)
    assert b"Canari au syndic" in there[1] and b"Canari" not in absent[1]
    assert [page for number, page in enumerate(there) if number != 1] == [
        page for number, page in enumerate(absent) if number != 1
    ]
