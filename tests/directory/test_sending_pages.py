"""Pages of those who write under a mandate, clicked through as an agent would."""

from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.models import Mailing
from geo.models import Municipality
from scopes.models import Acting
from tests.directory.browsing import browser
from tests.directory.mandated import send, tomorrow, water_cut
from tests.directory.test_notifying import SOON, read_by
from tests.neighbours import neighbour, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import asked, in_force, organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def agent(home):
    return person("Gil")


@pytest.fixture
def mandate(agent, home):
    return in_force(agent, [home, building(2, 2)])


@pytest.fixture
def desk(agent):
    return browser(agent, two_factors=True)


def said(answer) -> str:
    return answer.content.decode()


def test_an_agent_chooses_fills_in_looks_and_sends(desk, mandate, home):
    ana = neighbour("Ana", home)
    assert reverse("write-notice", args=[mandate.handle, "water_cut"]) in said(desk.get("/avis/"))
    address = reverse("write-notice", args=[mandate.handle, "water_cut"])
    assert "2 immeubles" not in said(desk.get(address)) and "Voir l’avis" in said(desk.get(address))
    form = {**water_cut(), "residences": [home.key]}
    looked_at = said(desk.post(address, form | {"see": ""}))
    assert "Ce que les habitants liront" in looked_at and "1 immeuble" in looked_at
    assert not Mailing.objects.exists()
    assert "part dans deux minutes" in said(desk.post(address, form | {"send": ""}, follow=True))
    assert len(read_by(ana)) == 1
    assert Mailing.objects.get().homes == home.dwellings


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"start": "", "end": ""}, "Il manque « "),
        ({"residences": []}, "immeubles de ce mandat"),
        ({"residences": ["residence:nowhere"]}, "immeubles de ce mandat"),
        ({"residences": ["bdtopo:BATIMENT-03-01", "residence:nowhere"]}, "immeubles de ce mandat"),
        ({"urgent": "on"}, "écrivez URGENT"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(desk, mandate, home, wrong, why):
    form = {**water_cut(detail="Remplissez des bouteilles."), "residences": [home.key], "send": ""} | wrong
    answer = desk.post(reverse("write-notice", args=[mandate.handle, "water_cut"]), form)
    assert answer.status_code == 400 and why in said(answer) and "Remplissez des bouteilles." in said(answer)
    assert not Mailing.objects.exists()


def test_it_is_taken_back_said_to_be_over_and_printed(desk, agent, mandate, home):
    ana, mailing = neighbour("Ana", home), send(agent, mandate, [home])
    poster = desk.get(reverse("notice-posters", args=[mailing.handle]))
    assert poster.content.startswith(b"%PDF")
    with later(SOON):
        assert "C’est rétabli" in said(desk.get("/avis/"))
        assert "rétabli" in said(desk.post(reverse("notice-is-over", args=[mailing.handle]), follow=True))
    assert "rétabli" in read_by(ana)[0]
    other = send(agent, mandate, [home])
    assert "repris" in said(desk.post(reverse("take-notice-back", args=[other.handle]), follow=True))
    assert desk.get(reverse("notice-posters", args=[other.handle])).status_code == 404


def test_a_second_person_reads_an_urgent_notice_first(desk, agent, mandate, home):
    lou = person("Lou")
    Acting.objects.create(account=lou, organisation=mandate.organisation, role=Acting.Role.WRITER)
    form = {**water_cut(), "residences": [home.key], "urgent": "on", "send": ""}
    answer = desk.post(reverse("write-notice", args=[mandate.handle, "water_cut"]), form, follow=True)
    assert "doit le relire" in said(answer) and "J’ai relu" not in said(answer)
    theirs = browser(lou, two_factors=True)
    assert "J’ai relu" in said(theirs.get("/avis/"))
    mailing = Mailing.objects.get()
    poster = reverse("notice-posters", args=[mailing.handle])
    assert poster not in said(theirs.get("/avis/")) and theirs.get(poster).status_code == 404
    assert "deux minutes" in said(theirs.post(reverse("approve-notice", args=[mailing.handle]), follow=True))


def test_moments_are_those_of_the_town(desk, mandate, home):
    Municipality.objects.update(time_zone="Indian/Reunion")
    address = reverse("write-notice", args=[mandate.handle, "lift"])
    there = timezone.now().astimezone(ZoneInfo("Indian/Reunion"))
    assert f'value="{there:%Y-%m-%dT%H:}' in said(desk.get(address))
    begun = f"{there - timedelta(minutes=10):%Y-%m-%dT%H:%M}"
    desk.post(address, {"start": begun, "residences": [home.key], "send": ""})
    assert Mailing.objects.get().fields["start"] == f"{begun}:00+04:00", "in Paris that is hours ahead, and refused"


def test_an_urgent_notice_of_one_alone(desk, mandate, home):
    form = {**water_cut(), "residences": [home.key], "urgent": "on", "confirmation": "URGENT", "send": ""}
    desk.post(reverse("write-notice", args=[mandate.handle, "water_cut"]), form)
    assert Mailing.objects.get().urgent


def test_markup_is_text_on_screen_and_on_paper(agent, home):
    own = organisation(agent, name="<b>Syndic</b>", contact="<img src=x onerror=alert(1)>")
    mandate, ana = in_force(agent, [home], own), neighbour("Ana", home)
    day = tomorrow(9)[:10]
    data = {"what": "<b>x</b> %(a)s {0} {{ 7 }}", "detail": "<img src=x>", "start": day, "end": day}
    mailing = send(agent, mandate, [home], template="works", data=data)
    theirs, ours = browser(ana), browser(agent, two_factors=True)
    with later(SOON):
        pages = [theirs.get("/immeuble/"), theirs.get(reverse("home-mandates", args=[ana.handle])), ours.get("/avis/")]
    assert not any("<b>x" in said(page) or "<b>Syn" in said(page) or "<img src=x" in said(page) for page in pages)
    assert "&lt;b&gt;x&lt;/b&gt; %(a)s {0} {{ 7 }}" in said(pages[0])
    assert ours.get(reverse("notice-posters", args=[mailing.handle])).content.startswith(b"%PDF")


@pytest.mark.privacy
class TestOthers:
    def test_a_stranger_finds_nothing(self, agent, mandate, home):
        mailing = send(agent, mandate, [home])
        for who in (person("Eve"), neighbour("Ana", home).account):
            client = browser(who, two_factors=True)
            assert "Syndic des Bleuets" not in said(client.get("/avis/"))
            for name, method in (("notice-posters", "get"), ("take-notice-back", "post"), ("notice-is-over", "post")):
                answers = [getattr(client, method)(reverse(name, args=[one])) for one in (mailing.handle, uuid4())]
                assert [answer.status_code for answer in answers] == [404, 404]
            addresses = [reverse("write-notice", args=[one, "water_cut"]) for one in (mandate.handle, uuid4())]
            assert [client.post(address, water_cut()).status_code for address in addresses] == [404, 404]
        mailing.refresh_from_db()
        assert mailing.withdrawn_at is None

    def test_a_mandate_that_is_not_in_force_writes_nothing(self, desk, agent, home):
        waiting = asked(agent, [home])
        assert desk.get(reverse("write-notice", args=[waiting.handle, "water_cut"])).status_code == 404
        assert "Aucun mandat" in said(desk.get("/avis/"))

    def test_the_desk_is_the_same_whoever_lives_there(self, desk, agent, mandate, home):
        send(agent, mandate, [home])
        with later(SOON):
            before = said(desk.get("/avis/"))
            for name in ("Ana", "Béa"):
                browser(neighbour(name, home)).get("/immeuble/")
            after = said(desk.get("/avis/"))
        assert [line for line in before.splitlines() if "csrf" not in line and "nonce" not in line] == [
            line for line in after.splitlines() if "csrf" not in line and "nonce" not in line
        ]

    def test_an_unknown_template_is_nothing(self, desk, mandate):
        assert desk.get(reverse("write-notice", args=[mandate.handle, "party"])).status_code == 404
