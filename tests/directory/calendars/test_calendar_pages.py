"""What an organisation reads on the pages of its calendars, and what is said there of their events."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from directory import fetching, keeping_in_step, reading_calendars
from directory.keeping_in_step import keep_in_step, stop_keeping
from directory.models import Event, SyncedCalendar
from directory.reading_calendars import read_calendar
from directory.remarking import remark
from geo.errors import InvalidParameter
from scopes.errors import Refused
from tests.directory.happening import calendar as ics
from tests.directory.happening import clock, event, in_days, vevent
from tests.directory.organised import page as kept_page
from tests.directory.synced import ADDRESS, BROKEN, given, kept, reread, work
from tests.neighbours import person, sign_in
from tests.scopes.mandates import SIRETS, organisation

pytestmark = pytest.mark.django_db
#: When an event of `vevent` begins and ends.
IN_PARIS = ("DTSTART;TZID=Europe/Paris", "DTEND;TZID=Europe/Paris")


def test_what_the_worker_noted_is_read_in_the_reader_s_language(account, club, web, client, settings):
    sign_in(client, account, two_factors=True)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    web.answer = ics(vevent(), BROKEN)
    own = given(account, club)
    page = f"/organismes/{club.handle}/agendas/"
    seen = client.get(f"{page}{own.handle}/").text
    assert "Unreadable event" in seen and "illisible" not in seen
    web.answer = InvalidParameter("address", "Cette adresse ne répond pas.")
    keep_in_step(account=account, calendar=own)
    work()
    assert all("This address does not answer." in client.get(one).text for one in (page, f"{page}{own.handle}/"))


@pytest.mark.parametrize(
    ("told", "french", "english"),
    [
        (
            {"DTSTART;TZID=Lune/Mer": "20300101T100000", **dict.fromkeys(IN_PARIS)},
            "Fuseau horaire inconnu : Lune/Mer",
            "Unknown time zone: Lune/Mer",
        ),
        ({"SUMMARY": "a" * 300}, "Titre de plus de 160 caractères", "Title of more than 160 characters"),
        ({"RRULE": "FREQ=DAILY;BYEASTER=1"}, "Répétition illisible : BYEASTER", "Unreadable repetition: BYEASTER"),
    ],
)
def test_a_reason_by_line_that_quotes_is_read_in_the_reader_s_language_too(
    account, club, web, client, settings, told, french, english
):
    web.answer = ics(vevent(), vevent(UID="2", **told))
    own = given(account, club)
    sign_in(client, account, two_factors=True)
    for language, words in (("fr", french), ("en", english)):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = client.get(f"/organismes/{club.handle}/agendas/{own.handle}/").text
        assert words in page, own.report["rejected"]


@pytest.mark.parametrize(
    ("answer", "french", "english"),
    [
        (404, "Cette adresse est introuvable.", "This address is not to be found."),
        (503, "Cette adresse est en panne, erreur 503.", "This address is out of order, error 503."),
        (b"<rss>\n<item></rss>", "votre fil : ce fil est abîmé, ligne 2.", "your feed: this feed is damaged, line 2."),
        (ics(vevent(), vevent(UID="2")), "votre agenda : plus de 1 événements", "your calendar: more than 1 event"),
        (b"[1", "votre agenda : JSON illisible", "your calendar: unreadable JSON ("),
        (ics(vevent()) + b"\n<rss/>", "votre agenda mélange un agenda", "your calendar mixes"),
    ],
)
def test_what_is_filled_in_is_told_in_the_reader_s_language_too(
    account, club, town, web, monkeypatch, answer, french, english
):
    kept_page(town, club, category="sport_association")
    monkeypatch.setattr(reading_calendars, "MOST_EVENTS", 1)
    web.answer = fetching._no_answer(answer) if isinstance(answer, int) else answer
    own = given(account, club)
    for language, words in (("fr", french), ("en", english), ("fr", french)):
        with translation.override(language):
            assert words in own.why
    read_calendar(own.pk)
    own.refresh_from_db()
    assert (own.failures, french in own.why) == (2, True)
    web.answer = ics(vevent())
    reread(own)
    assert (own.why, own.problem, own.problem_values) == ("", "", {})


def test_what_is_filled_in_is_read_so_on_both_pages(account, club, web, client, settings):
    web.answer = fetching._no_answer(503)
    own = given(account, club)
    sign_in(client, account, two_factors=True)
    page = f"/organismes/{club.handle}/agendas/"
    for language, words in (("fr", "en panne, erreur 503."), ("en", "out of order, error 503."), ("fr", "en panne")):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        assert all(words in client.get(one).text for one in (page, f"{page}{own.handle}/"))


def test_the_name_of_a_file_is_nobody_s_words(account, club, client, settings):
    """A file that is called as something we say, or with braces, keeps its name."""
    for name in ("Annulé.", "{path}{status}", "<b>votre agenda"):
        own = given(account, club, file_name=name, content=b"{")
        with translation.override("en"):
            assert own.why.startswith(f"{name}: unreadable JSON (")
    sign_in(client, account, two_factors=True)
    assert "&lt;b&gt;votre agenda" in client.get(f"/organismes/{club.handle}/agendas/{own.handle}/").text


def test_the_pages_lead_from_an_address_to_what_is_kept(account, club, web, client):
    sign_in(client, account, two_factors=True)
    web.answer = ics(vevent(SUMMARY="<b>Bal</b>"), BROKEN)
    page = f"/organismes/{club.handle}/agendas/"
    assert client.post(page, {"address": "ftp://x"}).status_code == 400
    own = client.post(page, {"address": ADDRESS})["Location"]
    assert "Nous le lisons" in client.get(own).text
    work()
    seen = client.get(own).text
    assert "&lt;b&gt;Bal&lt;/b&gt;" in seen
    assert "ligne 12" in seen
    assert "Tenir à jour" in seen
    client.post(own, {"deed": "keep"})
    work()
    assert Event.objects.count() == 1
    assert "moins de dix minutes" in client.post(own, {"deed": "again"}, follow=True).text
    assert client.post(own, {"deed": "x"}).status_code == 404
    assert "1 événement retiré" in client.post(own, {"deed": "withdraw"}, follow=True).text
    assert client.get(own).status_code == 404
    file = SimpleUploadedFile("agenda.csv", b"titre;date debut\nLoto;2030-01-01 10:00\n")
    assert client.post(page, {"file": file}).status_code == 302
    sign_in(client, person("Eve"), two_factors=True)
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("row", ["", "Loto;2020-01-01 10:00\n"])
def test_a_file_without_anything_to_come_says_so_and_offers_nothing(account, club, client, row):
    own = given(account, club, file_name="agenda.csv", content=f"titre;date debut\n{row}".encode())
    sign_in(client, account, two_factors=True)
    seen = client.get(f"/organismes/{club.handle}/agendas/{own.handle}/").text
    assert "Aucun événement à venir dans cet agenda" in seen and "Laisser tomber" in seen
    assert "Montrer ces événements" not in seen and 'value="keep"' not in seen


def test_an_address_without_anything_yet_may_be_followed(account, club, web, client):
    web.answer = ics(vevent(DTSTART="20200101T100000Z"))
    own = given(account, club)
    sign_in(client, account, two_factors=True)
    seen = client.get(f"/organismes/{club.handle}/agendas/{own.handle}/").text
    assert "Aucun événement à venir dans cet agenda" in seen and "Tenir à jour" in seen


def test_what_is_said_of_its_events_reaches_who_keeps_it(account, club, web, client):
    own = kept(account, club)
    remark(listing=Event.objects.get(), what="dates", words="C’est à 19 h")
    sign_in(client, account, two_factors=True)
    page = f"/organismes/{club.handle}/agendas/{own.handle}/"
    assert "C’est à 19 h" in client.get(page).text
    assert "d’ici six heures" in client.get(page).text
    SyncedCalendar.objects.update(paused_at=timezone.now())
    paused = client.get(page).text
    assert "suivi de nouveau" in paused and "six heures" not in paused
    with pytest.raises(Refused):
        keeping_in_step.set_remarks_aside(account=person("Eve"), calendar=own)
    client.post(page, {"deed": "aside"})
    assert "C’est à 19 h" not in client.get(page).text


def test_what_is_said_of_an_event_of_a_file_asks_for_the_file_again(account, club, client):
    own = kept(account, club, file_name="agenda.ics", content=ics(vevent()))
    remark(listing=Event.objects.get(), what="dates")
    sign_in(client, account, two_factors=True)
    seen = client.get(f"/organismes/{club.handle}/agendas/{own.handle}/").text
    assert "donnez-nous de nouveau le fichier" in seen and "six heures" not in seen


def test_an_event_that_it_only_tells_of_too_is_not_its_own_to_read(account, club, web):
    first = kept(account, club)
    rival = organisation(person("Bob"), kind="association", name="Le comité", siret=SIRETS[2])
    bob = rival.actings.get().account
    other = keep_in_step(account=bob, calendar=given(bob, rival, address="https://example.org/comite.ics"))
    work()
    remark(listing=Event.objects.get(), what="dates", words="C’est à 19 h")
    assert keeping_in_step.remarks_of(other) == []
    keeping_in_step.set_remarks_aside(account=bob, calendar=other)
    [(told, _said)] = keeping_in_step.remarks_of(first)
    stop_keeping(account=account, calendar=first, withdraw=True)
    assert [one.pk for one, _said in keeping_in_step.remarks_of(other)] == [told.pk]


@pytest.mark.parametrize("who", ["another", "the same"])
def test_what_was_announced_here_is_read_by_who_announced_it(account, club, town, web, who):
    rival = organisation(person("Bob"), kind="association", name="Le comité", siret=SIRETS[2])
    day = in_days(7)
    ball = event(
        town, starts_at=clock(day, 20), ends_at=clock(day, 23), organisation=club if who == "the same" else rival
    )
    own = kept(account, club)
    assert own.report["merged"] == 1
    remark(listing=ball, what="dates")
    assert [one.pk for one, _said in keeping_in_step.remarks_of(own)] == ([ball.pk] if who == "the same" else [])
    keeping_in_step.set_remarks_aside(account=account, calendar=own)
    assert ball.remarks.exists() == (who == "another")
