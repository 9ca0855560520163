"""The button "J'ai lu" and what the sender's desk says of it, as people see them."""

import pytest
from django.utils import timezone

from directory.asking import answer_notice
from directory.models import Mailing, ReadFigure, ReadMark
from directory.notifying import say_it_is_over, take_back
from directory.operators.told import told_mailing
from directory.reading import PRESSED_FOR
from geo.models import Residence
from scopes import second_lock
from tests.directory.speaking import looking
from tests.directory.test_reading import a_week_later, notice_of, press, sent
from tests.neighbours import neighbour, person, sign_in
from tests.scopes.mandates import in_force
from tests.scopes.village import make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def home():
    make_village()
    Residence.objects.update(dwellings=100)
    return Residence.objects.get(key="residence:A")


@pytest.fixture
def agent():
    return person("Gil")


@pytest.fixture
def mailing(agent, home) -> Mailing:
    return sent(agent, in_force(agent, [home]), [home])


@pytest.fixture
def address(mailing, home) -> str:
    return f"/avis/{notice_of(mailing, home).public_id}/"


@pytest.fixture
def as_(client):
    """A browser in which someone has signed in, with a second factor if so wished."""

    def signed_in(someone, *, two_factors: bool = False):
        client.logout()
        sign_in(client, getattr(someone, "account", someone), two_factors=two_factors)
        return client

    return signed_in


def body(answer) -> str:
    return answer.content.decode()


def test_one_button_says_it_and_one_takes_it_back(home, address, as_):
    alice = as_(neighbour("Alice", home))
    assert "J’ai lu" in body(alice.get(address))
    said = body(alice.post(f"{address}lu/", follow=True))
    assert "C’est noté" in said and "Je ne l’ai pas lu" in said
    taken = body(alice.post(f"{address}lu/", {"back": ""}, follow=True))
    assert "C’est retiré" in taken and "Je ne l’ai pas lu" not in taken
    with second_lock.opened([home.pk]):
        assert not ReadMark.objects.exists()


def test_for_anyone_else_there_is_no_such_notice(home, mailing, address, as_):
    bruno = neighbour("Bruno", Residence.objects.get(key="residence:B"))
    answers = [as_(bruno).post(path) for path in (f"{address}lu/", f"/avis/{NOBODY}/lu/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert as_(person("Zoé")).post(f"{address}lu/").status_code == 404


def test_a_week_later_the_button_is_gone(home, mailing, address, as_):
    Mailing.objects.update(sent_at=timezone.now() - PRESSED_FOR)
    alice = as_(neighbour("Alice", home))
    page = alice.get(address)
    assert page.status_code == 404 or "J’ai lu" not in body(page)
    assert alice.post(f"{address}lu/").status_code == 404


def test_the_desk_says_when_and_then_one_share(home, agent, mailing, as_):
    day = (mailing.sent_at + PRESSED_FOR).day
    desk = body(as_(agent, two_factors=True).get("/avis/"))
    assert "J’ai lu" in desk and f"le {day} " in desk
    press(mailing, 95)
    before = body(as_(agent, two_factors=True).get("/avis/"))
    assert "%" not in before[before.index("Envoyés") : before.index("Demandes d’habitants")]
    a_week_later(mailing)
    assert "80 % des logements ou plus" in body(as_(agent, two_factors=True).get("/avis/"))


def test_what_is_pressed_changes_nothing_on_the_desk_before_its_day(home, agent, mailing, as_):
    """T6: nothing is visible between."""
    pages = set()
    for number in (0, 30):
        press(mailing, number)
        page = body(as_(agent, two_factors=True).get("/avis/"))
        pages.add(page[page.index("Envoyés") : page.index("Demandes d’habitants")].partition("csrf")[0])
    assert len(pages) == 1


def test_too_few_says_so(home, agent, mailing, as_):
    press(mailing, 12)
    a_week_later(mailing)
    desk = body(as_(agent, two_factors=True).get("/avis/"))
    assert "moins de 20 : rien n’est dit" in desk and "12" not in desk[desk.index("J’ai lu") :][:80]


def test_an_overlap_is_said_whatever_was_pressed(home, agent, mailing, as_):
    again = sent(agent, mailing.mandate, [home])
    press(again, 90)
    a_week_later(mailing)
    a_week_later(again)
    assert "recouvre un envoi" in body(as_(agent, two_factors=True).get("/avis/"))


class TestThePageOfASend:
    """What comes back: homes, posters, answers, and the one figure or why there is none."""

    @pytest.fixture
    def page(self, agent, mailing, as_):
        return lambda own=None: body(as_(agent, two_factors=True).get(f"/avis/envoi/{(own or mailing).handle}/"))

    def test_it_says_the_day_then_the_share_and_what_it_is_a_share_of(self, mailing, page):
        day = (mailing.sent_at + PRESSED_FOR).day
        assert f"dit une fois, le {day} " in page() and "par paliers de 20 %" in page()
        press(mailing, 95)
        assert "80 %" not in page()
        a_week_later(mailing)
        assert "80 % des logements ou plus" in page() and "inscrits ou non" in page()

    def test_that_nothing_is_ever_told_is_said_at_once_where_public_data_decide(self, home, agent, mailing, page):
        Mailing.objects.filter(pk=mailing.pk).update(homes=19)
        assert "rien n’est dit" in page() and "moins de 20 logements" in page()
        Mailing.objects.filter(pk=mailing.pk).update(homes=100)
        again = sent(agent, mailing.mandate, [home])
        assert "Sauf si un envoi d’avant" in page(again) and "Sauf si" not in page()
        a_week_later(mailing)
        assert "rien n’est dit" in page(again) and "moins de trois mois avant" in page(again)
        assert "il en faut 20" in page(), "the first one was counted: too few"

    def test_what_says_that_it_is_over_or_was_taken_back_is_not_counted(self, agent, mailing, page):
        over = say_it_is_over(account=agent, mailing=mailing)
        assert "ne se compte pas" in page(over)
        take_back(account=agent, mailing=mailing)
        assert "ne se compte pas" in page()

    def test_answers_are_counted_where_they_were_invited(self, home, mailing, page):
        assert "non invitées" in page()
        Mailing.objects.update(answers_invited=True)
        with looking(neighbour("Alice", home)) as viewer:
            answer_notice(viewer=viewer, public_id=notice_of(mailing, home).public_id, text="Toute la matinée ?")
        told = page()
        assert "réponse d’habitant</a></dt><dd>1</dd>" in told and "Alice" not in told


@pytest.mark.parametrize(
    ("said", "share", "silent"),
    [("20", {"from": 20, "to": 40}, None), ("80", {"from": 80, "to": 100}, None), ("overlap", None, "overlap")],
)
def test_programs_are_told_the_same_once_it_is_counted(mailing, said, share, silent):
    assert told_mailing(mailing)["said_read"] is None
    figure = ReadFigure.objects.create(mailing=mailing, said=said)
    told = {"counted_on": figure.counted_on.isoformat(), "share": share, "silent": silent}
    assert told_mailing(mailing)["said_read"] == told
