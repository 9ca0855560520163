"""The pages on which a person chooses what reaches them, and where mails and notifications lead."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from config.installing import ICONS, MASKABLE
from directory.models import Mailing, Notice, NoticeChoice, SenderMute
from directory.notices import notices_of
from directory.notifying import take_back
from scopes import second_lock
from scopes.models import PushSubscription
from scopes.organisations.mandating import end
from scopes.rights.erasing import erase
from scopes.rights.exporting import told
from scopes.viewing import viewer_of
from tests.directory.browsing import browser, said
from tests.directory.mandated import send
from tests.neighbours import neighbour, person
from tests.push_service import Browser
from tests.scopes.entering import building, later
from tests.scopes.mandates import in_force

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=3)
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/canari"


@pytest.fixture
def home(toy_town, settings, tmp_path):
    settings.VAPID_FILE = tmp_path / "vapid.pem"
    return building(3, 1)


@pytest.fixture
def agent(home):
    return person("Gil")


@pytest.fixture
def mandate(agent, home):
    return in_force(agent, [home])


@pytest.fixture
def ana(home):
    return neighbour("Ana", home)


@pytest.fixture
def hers(ana) -> Client:
    return browser(ana)


def notice_in(mailing: Mailing, home) -> Notice:
    with second_lock.opened([home.pk]):
        return Notice.objects.get(mailing=mailing)


def words(answer) -> str:
    return re.sub(r"(<[^>]+>|\s)+", " ", answer.content.decode())


class TestChoosing:
    def test_each_kind_is_chosen_and_kept(self, hers, ana):
        assert 'name="cut" value="push" aria-describedby="when-cut" checked' in hers.get("/moi/avis/").content.decode()
        answer = hers.post("/moi/avis/", {"cut": "page", "works": "mail"}, follow=True)
        assert "C’est noté." in words(answer)
        assert 'name="cut" value="page" aria-describedby="when-cut" checked' in answer.content.decode()
        assert dict(NoticeChoice.objects.values_list("kind", "means")) == {"cut": "page", "works": "mail"}
        hers.post("/moi/avis/", {"cut": "push"})
        assert NoticeChoice.objects.get(kind="cut").means == "push"

    @pytest.mark.parametrize("given", [{"urgent": "page"}, {"cut": "fax"}, {"cut": ""}, {"works": "mail", "cut": "x"}])
    def test_what_is_not_offered_changes_nothing(self, hers, given):
        answer = hers.post("/moi/avis/", given)
        assert answer.status_code == 400 and "Choisissez dans la liste." in words(answer)
        assert not NoticeChoice.objects.exists()

    @pytest.mark.privacy
    def test_a_passer_by_is_asked_to_sign_in(self, home):
        for path in ("/moi/avis/", f"/moi/avis/de/{uuid4()}/", f"/avis/recu/{uuid4()}/"):
            assert Client().get(path)["Location"].startswith("/compte/entrer/")
        for path in ("/moi/avis/appareil/", f"/avis/{uuid4()}/taire/", f"/moi/avis/entendre/{uuid4()}/lift/"):
            assert Client().post(path)["Location"].startswith("/compte/entrer/")

    def test_who_has_no_address_is_told_so(self, hers, ana):
        ana.account.email = None
        ana.account.save()
        assert "Votre compte n’a pas d’adresse" in words(hers.get("/moi/avis/"))


class TestBrowsers:
    def test_a_browser_is_added_named_and_removed(self, hers, ana):
        answer = hers.post("/moi/avis/appareil/", Browser(ENDPOINT).subscription, follow=True)
        assert "Cet appareil depuis le" in words(answer)
        own = PushSubscription.objects.get()
        assert "Appareil n° 1" in words(browser(ana).get("/moi/avis/")), "another browser of hers"
        browser(person("Eve")).post(f"/moi/avis/appareil/{own.handle}/retirer/")
        assert PushSubscription.objects.exists()
        hers.post(f"/moi/avis/appareil/{own.handle}/retirer/")
        assert not PushSubscription.objects.exists()

    def test_an_endpoint_of_ours_is_refused(self, hers, settings):
        settings.PUSH_TO_LOOPBACK = False
        given = Browser("http://127.0.0.1:8000/x").subscription
        answer = hers.post("/moi/avis/appareil/", given)
        assert answer.status_code == 400 and not PushSubscription.objects.exists()

    def test_signing_out_here_or_everywhere_ends_it(self, hers, ana):
        hers.post("/moi/avis/appareil/", Browser(ENDPOINT).subscription)
        hers.post("/compte/sortir/")
        assert not PushSubscription.objects.exists()
        again = browser(ana)
        again.post("/moi/avis/appareil/", Browser(ENDPOINT).subscription)
        browser(ana).post("/compte/sortir-partout/")
        assert not PushSubscription.objects.exists()


class TestSilencing:
    def test_from_the_notice_it_folds_away_and_can_still_be_read(self, hers, ana, agent, mandate, home):
        mailing = send(agent, mandate, [home])
        notice = notice_in(mailing, home)
        with later(SOON):
            assert "Ne plus recevoir : Coupure d’eau, de Syndic des Bleuets" in words(
                hers.get(f"/avis/{notice.public_id}/")
            )
            answer = hers.post(f"/avis/{notice.public_id}/taire/", follow=True)
            assert "Coupure d’eau, de Syndic des Bleuets" in words(answer)
            viewer = viewer_of(ana.account_id)
            with second_lock.opened(viewer.residence_ids):
                (shown,) = notices_of(viewer, viewer.home)
            assert shown.folded
            space = hers.get("/immeuble/").content.decode()
            assert '<details class="folded">' in space and shown.url in space
            read = hers.get(shown.url)
            assert read.status_code == 200 and "Ne plus recevoir" not in words(read)
            hers.post(f"/moi/avis/entendre/{mandate.organisation.handle}/water_cut/")
            assert '<details class="folded">' not in hers.get("/immeuble/").content.decode()

    def test_what_is_urgent_never_folds(self, hers, ana, agent, mandate, home):
        SenderMute.objects.create(account=ana.account, organisation=mandate.organisation, template="water_cut")
        send(agent, mandate, [home], urgent=True, confirmation="URGENT")
        with later(SOON):
            assert '<details class="folded">' not in hers.get("/immeuble/").content.decode()

    def test_safety_cannot_be_silenced(self, hers, agent, mandate, home):
        data = {"hazard": "flood", "todo": "Montez.", "start": timezone.localtime().isoformat()[:16]}
        notice = notice_in(send(agent, mandate, [home], template="safety", data=data), home)
        with later(SOON):
            assert "Ne plus recevoir" not in words(hers.get(f"/avis/{notice.public_id}/"))
            hers.post(f"/avis/{notice.public_id}/taire/")
        assert not SenderMute.objects.exists()

    @pytest.mark.privacy
    def test_of_a_notice_that_is_not_seen_the_same_words_and_nothing_done(self, agent, mandate, home):
        notice = notice_in(send(agent, mandate, [home]), home)
        eve = browser(neighbour("Eve", building(2, 2)))
        with later(SOON):
            answers = [eve.post(f"/avis/{one}/taire/") for one in (notice.public_id, uuid4())]
        assert said(answers[0]) == said(answers[1])
        assert not SenderMute.objects.exists()

    def test_who_may_write_is_one_link_away_at_the_home_that_it_came_to(self, hers, ana, agent):
        other = neighbour("Ana", building(2, 2), account=ana.account)
        mailing = send(agent, in_force(agent, [other.residence]), [other.residence])
        with later(SOON):
            notice = hers.get(f"/avis/{notice_in(mailing, other.residence).public_id}/").content.decode()
            building_page = hers.get("/immeuble/").content.decode()
        own, others = (f'href="/chez-moi/{one.handle}/qui-ecrit/"' for one in (ana, other))
        assert others in notice and own not in notice
        assert own in building_page and others not in building_page

    def test_by_sender_from_who_may_write_to_me(self, hers, ana, mandate):
        assert f"/moi/avis/de/{mandate.handle}/" in hers.get(f"/chez-moi/{ana.handle}/qui-ecrit/").content.decode()
        path = f"/moi/avis/de/{mandate.handle}/"
        page = hers.get(path)
        assert "Sécurité et urgences" in words(page)
        assert f'href="/chez-moi/{ana.handle}/qui-ecrit/"' in page.content.decode()
        hers.post(path, {"heard": ["water_cut", "meeting", "rubbish"]})
        silent = {"outage", "lift", "works", "collection", "decisions", "poll"}
        assert set(SenderMute.objects.values_list("template", flat=True)) == silent
        hers.post(path, {"heard": ["water_cut", "meeting", *silent]})
        assert not SenderMute.objects.exists()

    @pytest.mark.privacy
    def test_a_sender_of_another_building_is_none(self, ana, mandate, agent, home):
        eve = browser(neighbour("Eve", building(2, 2)))
        answers = [eve.get(f"/moi/avis/de/{one}/") for one in (mandate.handle, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
        end(by=agent, mandate=mandate)
        assert browser(ana).get(f"/moi/avis/de/{mandate.handle}/").status_code == 404

    @pytest.mark.privacy
    def test_the_sender_s_pages_are_the_same(self, hers, ana, agent, mandate, home):
        """Silenced or not, told by push or not at all: nothing of it is in what the organisation sees."""
        mailing = send(agent, mandate, [home])
        desk = browser(agent, two_factors=True)
        with later(SOON):
            before = said(desk.get("/avis/"))
            hers.post("/moi/avis/", {"cut": "page"})
            hers.post(f"/avis/{notice_in(mailing, home).public_id}/taire/")
            assert said(desk.get("/avis/")) == before


class TestLeading:
    def test_a_mail_leads_each_to_their_own_notice(self, hers, agent, mandate, home):
        mailing = send(agent, mandate, [home])
        path = f"/avis/recu/{mailing.handle}/"
        assert hers.get(path).status_code == 404, "not before it can be read"
        with later(SOON):
            assert hers.get(path)["Location"] == f"/avis/{notice_in(mailing, home).public_id}/"
            for stranger in (agent, neighbour("Eve", building(2, 2))):
                other = browser(stranger)
                assert [other.get(f"/avis/recu/{one}/").status_code for one in (mailing.handle, uuid4())] == [404, 404]

    def test_once_it_is_over_its_readers_are_told_so_and_nobody_else(self, hers, agent, mandate, home):
        mailing, gone = send(agent, mandate, [home]), send(agent, mandate, [home])
        path, stranger = f"/avis/recu/{mailing.handle}/", browser(neighbour("Eve", building(2, 2)))
        take_back(account=agent, mailing=gone)
        with later(timedelta(days=4)):
            answer = hers.get(path)
            said_over = answer.content.decode()
            assert answer.status_code == 200 and "C’est terminé" in said_over and "Syndic des Bleuets" in said_over
            for other in (stranger, browser(agent)):
                answers = [other.get(f"/avis/recu/{one}/") for one in (mailing.handle, uuid4())]
                assert [one.status_code for one in answers] == [404, 404]
            assert hers.get(f"/avis/recu/{gone.handle}/").status_code == 404, "what was taken back never was"


class TestRights:
    def test_choices_are_told_and_erased(self, hers, ana, agent, mandate, home):
        hers.post("/moi/avis/", {"cut": "page"})
        hers.post("/moi/avis/appareil/", Browser(ENDPOINT).subscription)
        SenderMute.objects.create(account=ana.account, organisation=mandate.organisation, template="works")
        copy = str(told(ana.account))
        assert "works" in copy and "Syndic des Bleuets" in copy and ENDPOINT in copy
        erase(account=ana.account)
        for model in (NoticeChoice, SenderMute, PushSubscription):
            assert not model.objects.exists()


class TestInstalling:
    def test_the_site_can_be_installed(self, client, db):
        answer = client.get("/manifest.webmanifest")
        said = answer.json()
        assert answer["Content-Type"] == "application/manifest+json"
        assert (said["start_url"], said["scope"], said["display"], said["lang"]) == ("/", "/", "standalone", "fr")
        assert {icon["sizes"] for icon in said["icons"]} == {"192x192", "512x512"}
        assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
        english = client.get("/manifest.webmanifest", headers={"accept-language": "en"}).json()
        assert english["name"] != said["name"] and english["lang"] == "en"
        assert 'rel="manifest" href="/manifest.webmanifest"' in client.get("/compte/entrer/").content.decode()

    def test_icons_are_as_large_as_they_say(self):
        for name, sizes, _purpose in (*ICONS, MASKABLE):
            header = Path(finders.find(f"config/{name}")).read_bytes()[:24]
            assert header[:8] == b"\x89PNG\r\n\x1a\n"
            assert f"{int.from_bytes(header[16:20], 'big')}x{int.from_bytes(header[20:24], 'big')}" == sizes

    @pytest.mark.privacy
    def test_the_service_worker_keeps_no_page_but_the_offline_one(self, client, db):
        script = client.get("/service-worker.js")
        assert script["Content-Type"].startswith("text/javascript") and script["Cache-Control"] == "no-cache"
        text = script.content.decode()
        kept = re.search(r"const KEPT = \[(.*?)\]", text)[1]
        assert re.sub(r'"/?static/[^"]+"', "", kept.replace("OFFLINE", "")).strip(", ") == ""
        assert text.count("cache.put(") == 1 and 'credentials: "omit"' in text

    @pytest.mark.privacy
    def test_the_offline_page_is_the_same_for_everyone(self, hers, db):
        assert said(hers.get("/hors-ligne/")) == said(Client().get("/hors-ligne/"))
