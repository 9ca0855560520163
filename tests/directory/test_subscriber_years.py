"""What a lapse stops and what goes all the same; the yearly page, by public data and one's own sends alone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.displaying import put_up
from directory.models import Mailing
from directory.notifying import approve, say_it_is_over, take_back
from directory.pages.subscriber_year import in_words
from directory.subscriber_years import year_of
from scopes.errors import Refused
from scopes.models import Acting
from scopes.organisation_models import Mandate
from scopes.subscriptions.requiring import TRIAL
from tests.directory.browsing import browser, said
from tests.directory.displayed import sheets
from tests.directory.mandated import send
from tests.directory.test_notifying import SOON, read_by
from tests.neighbours import DAY, neighbour, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import in_force, organisation
from tests.scopes.subscribed import priced, subscribed

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def agent(home):
    return person("Gil", "Bertin")


@pytest.fixture
def mandate(agent, home):
    return in_force(agent, [home, building(2, 2)])


def flood(**more: object) -> dict[str, object]:
    begun = f"{timezone.localtime() - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    return {"template": "safety", "data": {"hazard": "flood", "todo": "Montez.", "start": begun}, **more}


class TestALapse:
    @pytest.fixture
    def lapsed(self, mandate):
        """A month after its free time, without a subscription."""
        priced()
        with later(TRIAL + 30 * DAY):
            yield mandate

    def test_stops_sending(self, agent, home, lapsed):
        with pytest.raises(Refused, match="abonnement"):
            send(agent, lapsed, [home])
        with pytest.raises(Refused):
            send(agent, lapsed, [home], **flood())
        assert not Mailing.objects.exists()

    def test_is_said_on_the_page_and_the_words_stay(self, agent, home, lapsed):
        day = timezone.localdate() + DAY
        form = {
            "what": "Ravalement",
            "start": day.isoformat(),
            "end": day.isoformat(),
            "residences": [home.key],
            "send": "",
        }
        answer = browser(agent, two_factors=True).post(reverse("write-notice", args=[lapsed.handle, "works"]), form)
        assert answer.status_code == 400 and "abonnement" in answer.text and "Ravalement" in answer.text

    def test_an_urgent_danger_goes(self, agent, home, lapsed):
        ana = neighbour("Ana", home)
        assert send(agent, lapsed, [home], **flood(urgent=True, confirmation="URGENT")).sent_at
        assert Mailing.objects.get().urgent and ana.pk

    def test_what_was_sent_before_is_said_to_be_over_approved_and_read(self, agent, home, mandate):
        lou = person("Lou")
        with later(-SOON):
            before = send(agent, mandate, [home])
        Acting.objects.create(account=lou, organisation=mandate.organisation, role=Acting.Role.WRITER)
        waits = send(agent, mandate, [home], urgent=True)
        ana = neighbour("Ana", home)
        priced()
        Mandate.objects.update(organisation=mandate.organisation)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("scopes.subscriptions.requiring.may_send", lambda organisation: False)
            assert say_it_is_over(account=agent, mailing=before).sent_at
            assert approve(account=lou, mailing=waits).sent_at
            assert len(read_by(ana)) == 2
            with pytest.raises(Refused):
                send(agent, mandate, [home])

    def test_a_year_in_force_sends(self, agent, home, mandate):
        priced()
        subscribed(mandate.organisation)
        with later(TRIAL + 30 * DAY):
            day = (timezone.localdate() + DAY).isoformat()
            data = {"what": "Ravalement", "start": day, "end": day}
            assert send(agent, mandate, [home], template="works", data=data).sent_at


class TestTheYear:
    def test_it_counts_what_was_sent_and_hung(self, agent, mandate, home):
        other = building(2, 2)
        first = send(agent, mandate, [home, other])
        second = send(agent, mandate, [home], **flood())
        taken = send(agent, mandate, [other])
        take_back(account=agent, mailing=taken)
        put_up(account=agent, handle=sheets(first)[0].handle)
        with later(SOON):
            say_it_is_over(account=agent, mailing=second)
        found = year_of(mandate.organisation, timezone.localdate().year)
        assert (found.notices, found.over, found.taken_back) == (2, 1, 1)
        assert found.by_template == {"Coupure d’eau": 1, "Sécurité": 1}
        assert (found.buildings, found.homes) == (2, home.dwellings + other.dwellings)
        assert found.letters == 2 * home.dwellings + other.dwellings
        assert (found.entrances, found.sheets) == (len(sheets(first)) + len(sheets(second)), 1)
        assert in_words(found.median_time) == "2 minutes"

    def test_nothing_is_a_year_too(self, mandate):
        found = year_of(mandate.organisation, 2026)
        assert (found.notices, found.letters, found.median_time, found.by_template) == (0, 0, None, {})

    @pytest.mark.parametrize(
        ("span", "words"),
        [
            (None, ""),
            (timedelta(seconds=1), "1 minute"),
            (timedelta(minutes=89), "89 minutes"),
            (timedelta(minutes=150), "2 heures"),
            (timedelta(days=3), "3 jours"),
        ],
    )
    def test_a_time_in_words(self, span, words):
        assert in_words(span) == words

    def test_the_page_prints(self, agent, mandate, home):
        send(agent, mandate, [home])
        client, year = browser(agent, two_factors=True), timezone.localdate().year
        page = client.get(reverse("subscriber-year", args=[mandate.organisation.handle, year])).text
        assert "lettres évitées" in page and "une lettre par logement concerné" in page and "2 minutes" in page
        assert client.get(reverse("subscriber-year", args=[mandate.organisation.handle, 1990])).status_code == 404
        assert client.get(reverse("subscriber-year", args=[mandate.organisation.handle, year + 1])).status_code == 404

    @pytest.mark.privacy
    def test_it_is_the_same_whoever_lives_there_and_nothing_to_others(self, agent, mandate, home):
        send(agent, mandate, [home])
        address = reverse("subscriber-year", args=[mandate.organisation.handle, timezone.localdate().year])
        before = said(browser(agent, two_factors=True).get(address))
        with later(SOON):
            browser(neighbour("Ana", home)).get("/immeuble/")
        assert said(browser(agent, two_factors=True).get(address)) == before
        rival = person("Lou")
        organisation(rival, siret="73282932000074", name="Autre")
        for who in (rival, neighbour("Zoé", home).account):
            assert browser(who, two_factors=True).get(address).status_code == 404
