"""The pages on which an organisation asks homes, and on which they answer, without JavaScript."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from directory.models import Mailing, Poll, SenderMute, Vote
from geo.models import Residence
from scopes.organisations.mandating import end as end_mandate
from tests.directory.browsing import browser
from tests.directory.voting import ask_under, end_asked, everywhere, fill, poll_in, readable
from tests.neighbours import neighbour, person
from tests.scopes.mandates import SIRETS, in_force, organisation, over_area, town_hall
from tests.scopes.village import make_village
from tests.still import still_page as body

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        village = make_village()
        Residence.objects.exclude(key="residence:house").update(dwellings=100)
        yield village
        transaction.set_rollback(True)


@pytest.fixture
def village(kept, db):
    return kept


@pytest.fixture
def agent():
    return person("Gil")


@pytest.fixture
def mandate(village, agent):
    return in_force(agent, [village.residences[name] for name in "AB"])


@pytest.fixture
def desk(agent, mandate):
    return browser(agent, two_factors=True)


def address(mandate) -> str:
    return reverse("ask-homes", args=[mandate.handle])


def filled(**more) -> dict:
    ends_on = (timezone.localdate() + timedelta(days=7)).isoformat()
    return {"question": "Un local à vélos ?", "choices": ["Oui", "Non", ""], "ends_on": ends_on, "to": "all", **more}


class TestAsking:
    def test_from_the_desk_seen_then_asked_and_told_of(self, desk, village, mandate):
        assert address(mandate) in body(desk.get("/avis/"))
        seen = body(desk.post(address(mandate), {**filled(), "see": ""}))
        assert "2 immeubles, 200 logements" in seen and "Un local à vélos ?" in seen and "Poser la question" in seen
        assert not Mailing.objects.exists()
        page = desk.post(address(mandate), {**filled(), "send": ""}, follow=True)
        mailing = Mailing.objects.get()
        assert page.redirect_chain[-1][0] == f"/avis/sondages/{mailing.handle}/"
        assert "deux minutes" in body(page) and "rien n’est dit avant" in body(page) and ">200<" in body(page)
        listed = body(desk.get("/avis/"))
        assert f"/avis/sondages/{mailing.handle}/" in listed and "sondage jusqu’à" in listed and "J’ai lu" not in listed

    def test_of_few_homes_it_says_at_once_that_nothing_will_be_told(self, desk, mandate):
        Residence.objects.update(dwellings=5)
        assert "aucun résultat ne vous sera dit" in body(desk.post(address(mandate), {**filled(), "see": ""}))
        ask_under(mandate.organisation.actings.get().account, mandate)
        assert "aucun résultat ne vous sera dit" in body(desk.get(f"/avis/sondages/{Mailing.objects.get().handle}/"))

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"question": ""}, "Écrivez votre question"),
            ({"choices": ["Oui", ""]}, "de deux à six"),
            ({"choices": ["Oui", "oui"]}, "la même chose"),
            ({"ends_on": "2020-01-01"}, "Choisissez un jour"),
            ({"ends_on": "demain"}, "field-error"),
            ({"text": "x" * 601}, "field-error"),
            ({"to": "residences", "residences": ["nowhere"]}, "immeubles de ce mandat"),
            ({"to": "entrances", "addresses": "1 rue Haute"}, "immeubles de ce mandat"),
        ],
    )
    @pytest.mark.parametrize("button", ["see", "send"])
    def test_what_is_wrong_is_said_where_it_is_and_nothing_is_asked(self, desk, mandate, wrong, said, button):
        answer = desk.post(address(mandate), filled(**{button: ""}, **wrong))
        assert answer.status_code == 400 and said in body(answer)
        assert 'value="Oui"' in body(answer) and not Mailing.objects.exists()

    @pytest.mark.parametrize("button", ["see", "send"])
    def test_asked_again_too_soon_it_says_from_when(self, desk, agent, mandate, button):
        ask_under(agent, mandate)
        answer = desk.post(address(mandate), {**filled(), button: ""})
        assert answer.status_code == 400 and "au plus tôt" in body(answer) and Mailing.objects.count() == 1

    def test_a_town_asks_a_quarter_before_everyone(self, village):
        mayor = person("Rose")
        mandate = over_area(mayor, town_hall(mayor, village.town), municipality=village.town)
        office = browser(mayor, two_factors=True)
        form = filled(to="quarters", quarters=[village.west.key], send="")
        assert "Ouest" in body(office.post(address(mandate), form, follow=True))
        poll = poll_in(readable(Mailing.objects.get()))
        page = body(browser(None).get(f"/sondage/{poll.public_id}/"))
        assert "Mairie d’Enfilade" in page and "Pour : Ouest" in page and "ballot" not in page
        around = browser(None).get("/", {"lat": 47.2173, "lon": -1.5536, "within": "municipality"})
        assert "Un local à vélos ?" in body(around) and "Mairie d’Enfilade" in body(around)

    def test_who_may_not_ask_finds_no_page(self, village, desk, agent, mandate):
        odile = person("Odile")
        network = organisation(odile, kind="operator", siret=SIRETS[1], name="Réseau")
        theirs = in_force(odile, [village.residences["A"]], network)
        water = browser(odile, two_factors=True)
        assert water.get(address(theirs)).status_code == 404 and "/avis/sondage/" not in body(water.get("/avis/"))
        assert water.get(address(mandate)).status_code == 404
        mailing = ask_under(agent, mandate)
        for path in ("", "reprendre/"):
            pages = (f"/avis/sondages/{mailing.handle}/{path}", f"/avis/sondages/{mandate.handle}/{path}")
            assert [water.post(one).status_code for one in pages] in ([404, 404], [405, 405])
        assert water.get(f"/avis/sondages/{mailing.handle}/").status_code == 404

    def test_it_is_no_notice(self, desk, agent, mandate):
        """Neither posters nor proof nor "C’est rétabli" of a question."""
        handle = ask_under(agent, mandate).handle
        assert desk.get(f"/avis/envoi/{handle}/").status_code == 404
        for deed in ("relu", "reprendre", "retabli", "preuve"):
            assert desk.post(f"/avis/envoi/{handle}/{deed}/").status_code == 404
        assert desk.get(f"/avis/envoi/{handle}/affiches/").status_code == 404


class TestAnswering:
    @pytest.fixture
    def mailing(self, agent, mandate):
        return readable(ask_under(agent, mandate))

    @pytest.fixture
    def poll(self, mailing, village):
        return poll_in(mailing, village.residences["A"])

    @pytest.fixture
    def alice(self, village):
        return browser(neighbour("Alice", village.residences["A"]))

    def test_it_says_who_asks_and_takes_the_vote(self, alice, poll):
        space = body(alice.get("/immeuble/"))
        assert "Des vélos ?" in space and "Syndic des Bleuets" in space
        page = body(alice.get(f"/sondage/{poll.public_id}/"))
        assert "Syndic des Bleuets" in page and "jamais un immeuble, jamais qui" in page and "02 40 00 00 00" in page
        voted = alice.post(f"/sondage/{poll.public_id}/", {"choice": "1"}, follow=True)
        assert "Votre foyer a voté" in body(voted)
        with everywhere():
            assert Vote.objects.get().choice == 1

    def test_what_is_answered_changes_no_page_of_who_asked(self, desk, mailing, poll):
        pages = set()
        for number in (0, 60):
            fill(poll, number, 0)
            pages.add(body(desk.get(f"/avis/sondages/{mailing.handle}/")) + body(desk.get("/avis/")))
        assert len(pages) == 1

    def test_at_the_end_each_reads_what_is_theirs(self, desk, alice, mailing, poll):
        fill(poll, 41, 2)
        end_asked(mailing)
        inside = body(alice.get(f"/sondage/{poll.public_id}/"))
        assert "41 foyers" in inside and "2 foyers" in inside and "Dans votre immeuble" in inside
        assert "Partout où la question est posée" in inside
        told = body(desk.get(f"/avis/sondages/{mailing.handle}/"))
        assert "41 foyers" not in told and "environ" in told  # "41" alone may be the minute
        assert "moins de 20 foyers" in told and "Reprendre" not in told

    def test_its_sender_is_silenced_and_heard_again(self, alice, agent, mandate, poll):
        told = body(alice.post(f"/avis/{poll.public_id}/taire/", follow=True))
        assert "n’en saura rien" in told and "Sondage" in told
        assert SenderMute.objects.get().template == "poll"
        space = body(alice.get("/immeuble/"))
        assert "<details" in space.partition("Des vélos ?")[0].rpartition('id="polls"')[2], "folded away"
        alice.post(f"/moi/avis/entendre/{mandate.organisation.handle}/poll/")
        assert not SenderMute.objects.exists()

    def test_a_mail_leads_to_ones_own(self, alice, mailing, poll):
        answer = alice.get(f"/avis/recu/{mailing.handle}/")
        assert answer["Location"] == f"/sondage/{poll.public_id}/"

    def test_taken_back_there_is_none(self, desk, alice, mailing, poll):
        told = desk.post(f"/avis/sondages/{mailing.handle}/reprendre/", follow=True)
        assert "ses votes sont effacés" in body(told)
        assert alice.get(f"/sondage/{poll.public_id}/").status_code == 404
        with everywhere():
            assert not Poll.objects.live().exists()

    def test_under_a_mandate_that_is_over_it_goes_on_and_says_so(self, alice, agent, mandate, poll):
        assert "n’a plus de mandat" not in body(alice.get(f"/sondage/{poll.public_id}/"))
        end_mandate(by=agent, mandate=mandate)
        assert "n’a plus de mandat" in body(alice.get("/immeuble/"))
        voted = alice.post(f"/sondage/{poll.public_id}/", {"choice": "0"}, follow=True)
        assert "Votre foyer a voté" in body(voted) and "va à son terme" in body(voted)

    def test_markup_is_text(self, village, agent, mandate, desk):
        mailing = readable(ask_under(agent, mandate, question="<b>Oui</b> ?", choices=["<script>1</script>", "Non"]))
        poll = poll_in(mailing, village.residences["A"])
        alice = browser(neighbour("Alice", village.residences["A"]))
        for page in (alice.get(f"/sondage/{poll.public_id}/"), desk.get(f"/avis/sondages/{mailing.handle}/")):
            assert "<b>Oui" not in body(page) and "<script>1" not in body(page) and "&lt;b&gt;Oui" in body(page)
