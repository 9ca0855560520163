"""What one sent and where it hangs, the code on a sheet, and what was attested, clicked through."""

import hashlib
import json
import re
from uuid import uuid4

import pypdfium2
import pytest
import zxingcpp
from django.urls import reverse
from django.utils import timezone

from directory.attesting import attest, digest_of, found_by
from directory.displaying import put_up, take_down
from directory.models import Display, Evidence
from directory.notifying import say_it_is_over, take_back
from directory.pages import evidence as pages
from directory.paper.evidence import facts_of
from geo.errors import NotFound
from scopes import second_lock
from tests.directory.browsing import browser, said
from tests.directory.displayed import caretaker, send_decisions, sheets
from tests.directory.mandated import send, tell, tomorrow
from tests.directory.test_notice_poster import words_of
from tests.directory.test_notifying import SOON
from tests.neighbours import DAY, neighbour, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import in_force, organisation, over_area, town_hall

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


@pytest.fixture
def mailing(agent, mandate, home):
    return send_decisions(agent, mandate, [home])


@pytest.fixture
def desk(agent):
    return browser(agent, two_factors=True)


def page_of(mailing) -> str:
    return reverse("mailing", args=[mailing.handle])


class TestThePageOfASend:
    def test_it_lists_the_entrances_and_takes_a_day(self, desk, agent, mailing):
        first, *others = sheets(mailing)
        page = desk.get(page_of(mailing)).text
        assert all(one.entrance in page for one in (first, *others)) and page.count("à poser") == len(others) + 1
        assert f'href="{page_of(mailing)}"' in desk.get("/avis/").text
        day = timezone.localdate()
        told = desk.post(page_of(mailing), {"sheet": first.handle, "deed": "up", "on": day.isoformat()}, follow=True)
        assert "C’est noté" in told.text and "par Gil Bertin" in told.text and "à laisser jusqu’au" in told.text
        told = desk.post(page_of(mailing), {"all": "up", "on": ""}, follow=True)
        assert "à poser" not in told.text
        told = desk.post(page_of(mailing), {"sheet": first.handle, "deed": "mistake"}, follow=True)
        assert told.text.count("à poser") == 1

    @pytest.mark.parametrize("on", ["hier", "2026-02-30", "1999-01-01", "9999-12-31", "<b>", "0" * 400])
    def test_a_day_that_is_none_is_said_and_nothing_is_written(self, desk, mailing, on):
        for form in ({"sheet": sheets(mailing)[0].handle, "deed": "up", "on": on}, {"all": "up", "on": on}):
            told = desk.post(page_of(mailing), form, follow=True)
            assert "notice-warn" in told.text or "Choisissez un jour" in told.text or "Écrivez le jour" in told.text
        assert all(one.hung_on is None for one in sheets(mailing))

    @pytest.mark.parametrize("form", [{}, {"sheet": "x", "deed": "up"}, {"deed": "up"}, {"sheet": str(uuid4())}])
    def test_a_form_that_says_nothing_known_is_nothing(self, desk, mailing, form):
        assert desk.post(page_of(mailing), form).status_code == 404

    def test_a_sheet_of_another_sender_is_nothing(self, desk, mailing):
        """Where the agent keeps the residence, it may hang what others send; elsewhere it may not."""
        rival, elsewhere = person("Lou"), building(1, 1)
        theirs = in_force(rival, [elsewhere], organisation(rival, siret="73282932000074", name="Bailleur"))
        foreign = sheets(send(rival, theirs, [elsewhere]))[0]
        assert desk.post(page_of(mailing), {"sheet": foreign.handle, "deed": "up"}).status_code == 404
        assert all(one.hung_on is None for one in sheets(foreign.mailing))

    def test_for_others_there_is_none(self, mailing, home):
        for who in (neighbour("Ana", home).account, caretaker(home).account, person("Eve")):
            client = browser(who, two_factors=True)
            for name, method in (("mailing", "get"), ("mailing", "post"), ("make-evidence", "post")):
                answers = [getattr(client, method)(reverse(name, args=[one])) for one in (mailing.handle, uuid4())]
                assert [answer.status_code for answer in answers] == [404, 404]

    def test_what_is_over_and_what_waits_hang_nowhere(self, desk, agent, mandate, home):
        with later(-SOON):
            mailing = send(agent, mandate, [home])
        over = say_it_is_over(account=agent, mailing=mailing)
        assert "Affiches" not in desk.get(page_of(over)).text
        take_back(account=agent, mailing=mailing)
        assert "Tout noter" not in desk.get(page_of(mailing)).text


class TestTheCodeOnASheet:
    def test_it_leads_to_the_page_of_the_sheet(self, desk, mailing):
        poster = desk.get(reverse("notice-posters", args=[mailing.handle])).content
        pages = list(pypdfium2.PdfDocument(poster))
        assert len(pages) == len(sheets(mailing))
        (code,) = zxingcpp.read_barcodes(pages[0].render(scale=3).to_pil())
        assert code.text.endswith(reverse("sheet", args=[sheets(mailing)[0].handle]))
        assert sheets(mailing)[0].entrance in words_of(pages[0])

    def test_what_was_sent_without_sheets_has_posters_all_the_same(self, desk, home, mailing):
        doors = [one.entrance for one in sheets(mailing)]
        with second_lock.opened([home.pk]):
            Display.objects.filter(mailing=mailing).delete()
        posters = desk.get(reverse("notice-posters", args=[mailing.handle]))
        pages = [words_of(one) for one in pypdfium2.PdfDocument(posters.content)]
        assert len(pages) == len(doors) and all(any(door in page for page in pages) for door in doors)

    def test_whoever_hangs_it_says_so_in_one_action(self, desk, home, mailing):
        first, second, *_rest = sheets(mailing)
        address = reverse("sheet", args=[first.handle])
        assert "Je viens de la poser" in desk.get(address).text
        assert "depuis le" in desk.post(address, {"deed": "up"}, follow=True).text
        keeper = browser(caretaker(home).account)
        address = reverse("sheet", args=[second.handle])
        assert "Je viens de la poser" in keeper.get(address).text
        told = keeper.post(address, {"deed": "up"}, follow=True)
        assert "par le gardien" in told.text and "Karim" not in desk.get(page_of(mailing)).text
        assert "retirée le" in keeper.post(address, {"deed": "down"}, follow=True).text

    def test_an_agent_needs_the_second_factor(self, agent, mailing):
        address = reverse("sheet", args=[sheets(mailing)[0].handle])
        answer = browser(agent).post(address, {"deed": "up"})
        assert answer.status_code == 302 and "second-facteur" in answer["Location"]
        assert sheets(mailing)[0].hung_on is None

    def test_whoever_lives_there_reads_the_notice(self, home, mailing):
        ana, address = browser(neighbour("Ana", home)), reverse("sheet", args=[sheets(mailing)[0].handle])
        assert ana.get(address)["Location"] == "/immeuble/"  # nobody reads it within two minutes
        with later(SOON):
            assert ana.get(address)["Location"].startswith("/avis/")
            assert ana.post(address, {"deed": "up"}).status_code == 404

    @pytest.mark.privacy
    def test_to_everyone_else_every_sheet_is_like_none(self, home, mailing):
        handle = sheets(mailing)[0].handle
        for who in (None, neighbour("Zoé", building(2, 2)), person("Eve"), caretaker(building(2, 2)).account):
            client = browser(who)
            real, none = (client.get(reverse("sheet", args=[one])) for one in (handle, NOBODY))
            assert said(real).replace(str(handle).encode(), str(NOBODY).encode()) == said(none)
            assert real.status_code == 200 and "affiche de hall" in real.text
            assert [client.post(reverse("sheet", args=[one])).status_code for one in (handle, NOBODY)] == [404, 404]

    def test_keepers_have_them_on_one_page(self, home, mailing):
        keeper = browser(caretaker(home).account)
        with later(SOON):
            page = keeper.get("/gerer/affiches/").text
            assert sheets(mailing)[0].entrance in page and "Décisions" in page
            address = reverse("sheet", args=[sheets(mailing)[0].handle])
            told = keeper.post(address, {"deed": "up", "next": "/gerer/affiches/"}, follow=True)
        assert told.redirect_chain[-1][0] == "/gerer/affiches/"
        elsewhere = keeper.post(address, {"deed": "down", "next": "//ailleurs.example/"})
        assert elsewhere["Location"] == address
        assert browser(neighbour("Ana", home)).get("/gerer/affiches/").status_code == 404


NOBODY = uuid4()


class TestEvidence:
    def test_it_says_what_was_sent_and_hung_and_that_it_is_no_legal_notification(self, desk, agent, home, mailing):
        first = sheets(mailing)[0]
        with later(2 * DAY):
            put_up(account=caretaker(home).account, handle=first.handle, on=timezone.localdate() - DAY)
            answer = desk.post(reverse("make-evidence", args=[mailing.handle]), follow=True)
        pages = list(pypdfium2.PdfDocument(answer.content))
        words = " ".join(words_of(page) for page in pages)
        assert "ce n’est pas une notification légale" in words and "Syndic des Bleuets" in words
        assert first.entrance in words and "par le gardien" in words and "noté le" in words and "pas encore" in words
        assert "Karim" not in words and "Bertin" not in words
        (evidence,) = Evidence.objects.all()
        assert evidence.digest in words.replace(" ", "")
        (code,) = zxingcpp.read_barcodes(pages[0].render(scale=3).to_pil())
        assert code.text.endswith(reverse("evidence", args=[evidence.digest]))

    def test_of_a_place_it_says_which_and_nothing_of_sheets(self, toy_town):
        mayor, town = person("Rose"), toy_town.municipality
        mandate = over_area(mayor, town_hall(mayor, town), municipality=town)
        mailing = tell(mayor, mandate, "all")
        office = browser(mayor, two_factors=True)
        page = office.get(page_of(mailing)).text
        assert town.name in page and "0 immeuble" not in page
        words = dict(facts_of(json.loads(attest(account=mayor, mailing=mailing).content)))
        assert words["À"].startswith(f"{town.name}, ")
        answer = office.post(reverse("make-evidence", args=[mailing.handle]), follow=True)
        assert "entrée par entrée" not in " ".join(words_of(one) for one in pypdfium2.PdfDocument(answer.content))

    def test_anyone_who_holds_it_checks_it(self, client, agent, mailing):
        evidence = attest(account=agent, mailing=mailing)
        spaced = " ".join(re.findall(".{8}", evidence.digest.upper()))
        page = client.get("/preuve/", {"empreinte": spaced}, follow=True)
        assert "bien la nôtre" in page.text and sheets(mailing)[0].entrance in page.text
        assert page["X-Robots-Tag"] == "noindex"
        content = client.get(reverse("evidence-content", args=[evidence.digest])).content
        assert hashlib.sha256(content).hexdigest() == evidence.digest and json.loads(content)["homes"]
        assert client.get(reverse("evidence-sheet", args=[evidence.digest])).content.startswith(b"%PDF")
        english = client.get(reverse("evidence", args=[evidence.digest]), headers={"accept-language": "en"})
        assert "Decisions" not in english.text.split("<article")[1]

    def test_its_sheet_never_changes_and_is_drawn_once(self, client, agent, mailing, monkeypatch):
        address = reverse("evidence-sheet", args=[attest(account=agent, mailing=mailing).digest])
        first = client.get(address)
        assert first["Cache-Control"] == "public, max-age=86400, immutable" and first["X-Robots-Tag"] == "noindex"
        monkeypatch.setattr(pages, "evidence_pdf", pytest.fail)
        assert client.get(address).content == first.content
        assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
        nobodys = reverse("evidence-sheet", args=["0" * 64])
        assert [client.get(nobodys, headers={"if-none-match": one}).status_code for one in ('"x"', "*")] == [404, 404]

    @pytest.mark.parametrize("asked", ["0" * 64, "abc", "<script>", "é" * 300, "\x00"])
    def test_an_unknown_one_is_said_so(self, client, asked):
        answer = client.get("/preuve/", {"empreinte": asked})
        assert answer.status_code in (400, 404) and "<script>" not in answer.text.split("<main")[-1]
        assert client.get(f"/preuve/{'0' * 64}/").status_code == 404

    def test_what_was_altered_is_no_evidence(self, agent, mailing):
        evidence = attest(account=agent, mailing=mailing)
        Evidence.objects.filter(pk=evidence.pk).update(content=evidence.content.replace("2026", "2025"))
        with pytest.raises(NotFound):
            found_by(evidence.digest)

    def test_it_stands_as_it_was_made(self, agent, mailing):
        before = attest(account=agent, mailing=mailing)
        sheet = sheets(mailing)[0]
        with later(DAY):
            put_up(account=agent, handle=sheet.handle)
            take_down(account=agent, handle=sheet.handle)
            take_back(account=agent, mailing=mailing)
            after = attest(account=agent, mailing=type(mailing).objects.get(pk=mailing.pk))
        assert after.digest != before.digest == digest_of(found_by(before.digest).content)
        assert json.loads(after.content)["withdrawn_at"] and not json.loads(before.content)["withdrawn_at"]

    def test_many_entrances_go_on_over_sheets_and_markup_is_text(self, agent, home):
        own = organisation(agent, name="<b>Syndic</b> & Cie")
        mandate = in_force(agent, [home, building(2, 2), building(1, 1), building(1, 2)], own)
        day = tomorrow(9)[:10]
        data = {"what": "<i>ravalement</i>", "detail": "Long. " * 45, "start": day, "end": day}
        mailing = send(agent, mandate, mandate.residences.all(), template="works", data=data)
        evidence = attest(account=agent, mailing=mailing)
        page = browser(None).get(reverse("evidence", args=[evidence.digest])).text
        assert "&lt;b&gt;Syndic" in page and "<i>ravalement" not in page
        sheet = browser(None).get(reverse("evidence-sheet", args=[evidence.digest]))
        words = " ".join(words_of(one) for one in pypdfium2.PdfDocument(sheet.content))
        assert "<b>Syndic</b> & Cie" in words and all(one.entrance in words for one in sheets(mailing))

    @pytest.mark.privacy
    def test_who_lives_there_and_reads_changes_nothing(self, desk, agent, home, mailing):
        def told() -> bytes:
            with later(SOON) as now, pytest.MonkeyPatch.context() as patch:
                patch.setattr("directory.attesting.timezone.now", lambda: now.replace(second=0, microsecond=0))
                return attest(account=agent, mailing=mailing).content

        before = json.loads(told())
        ana = browser(neighbour("Ana", home))
        with later(SOON):
            ana.get("/immeuble/")
        after = json.loads(told())
        assert before | {"made_at": ""} == after | {"made_at": ""}
