"""A calendar of an organisation is given, looked at, kept in step by a worker, and stopped."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

from directory import fetching, keeping_in_step, reading_calendars
from directory.errors import TooMany
from directory.fetching import Fetched
from directory.holding_events import take_event_back
from directory.keeping_in_step import give_calendar, keep_in_step, read_again, stop_keeping
from directory.models import Event, SearchEntry, SyncedCalendar
from directory.reading_calendars import queue_due_calendars, read_calendar
from directory.remarking import remark
from geo.errors import InvalidParameter, NotFound
from scopes.errors import Refused
from scopes.outgoing_mail import OutgoingMail
from tests import jobs
from tests.directory.happening import calendar as ics
from tests.directory.happening import clock, event, in_days, vevent
from tests.directory.organised import page as kept_page
from tests.neighbours import person, sign_in
from tests.scopes.mandates import SIRETS, organisation

pytestmark = pytest.mark.django_db
ADDRESS = "https://example.org/bal.ics"
BROKEN = vevent(UID="2", SUMMARY="Cassé", **{"DTSTART;TZID=Europe/Paris": "demain"})


@pytest.fixture(autouse=True)
def town(make_town):
    return make_town(quarters=2)


@pytest.fixture
def account(db):
    return person("Ada")


@pytest.fixture
def club(account):
    return organisation(account, kind="association", name="Les Amis du bal")


@pytest.fixture
def web(monkeypatch):
    """What the address answers to the worker: bytes, or an error; and what it was told each time."""

    class Web:
        answer, told = ics(vevent()), []

    def fetched(address, **marks):
        Web.told.append((address, marks))
        if isinstance(Web.answer, Exception):
            raise Web.answer
        return Web.answer if isinstance(Web.answer, Fetched) else Fetched(content=Web.answer, etag='"1"')

    Web.told = []
    monkeypatch.setattr(reading_calendars.read_calendar, "__kwdefaults__", {"fetched": fetched})
    return Web


def work() -> list[str]:
    """Do what waits, once."""
    done = jobs.run_jobs()
    ProcrastinateJob.objects.all().delete()
    return done


def given(account, club, **columns) -> SyncedCalendar:
    made = give_calendar(account=account, organisation=club, **(columns or {"address": ADDRESS}))
    work()
    return SyncedCalendar.objects.get(pk=made.pk)


def kept(account, club, **columns) -> SyncedCalendar:
    keep_in_step(account=account, calendar=given(account, club, **columns))
    work()
    return SyncedCalendar.objects.get(organisation=club)


def reread(own: SyncedCalendar) -> dict:
    read_calendar(own.pk)
    own.refresh_from_db()
    told = ("added", "changed", "unchanged", "merged", "gone")
    return {name: own.report[name] for name in told if own.report[name]}


def test_what_is_found_is_looked_at_before_anything_is_shown(account, club, web):
    web.answer = ics(vevent(), BROKEN)
    own = given(account, club)
    assert not Event.objects.exists()
    assert own.due_at is None
    [first] = own.report["first"]
    assert (first["title"], first["place"]) == ("Bal de la Grange", "Salle de la Grange")
    assert ", " in first["around"], "quarter and town"
    assert list(own.report["rejected"].values()) == [{"count": 1, "rows": ["12"]}]


def test_once_kept_it_is_shown_and_kept_in_step(account, club, web):
    own = kept(account, club)
    one = Event.objects.get()
    assert (one.title, one.organiser, one.openness) == ("Bal de la Grange", club.name, "public")
    assert SearchEntry.objects.filter(listing=one).exists()
    assert reread(own) == {"unchanged": 1}
    assert web.told[-1] == (ADDRESS, {"etag": '"1"', "last_modified": ""})
    web.answer = Fetched(unchanged=True)
    assert reread(own) == {"unchanged": 1}
    web.answer = ics(vevent(SUMMARY="Grand bal"), vevent(UID="2", SUMMARY="Loto"))
    assert reread(own) == {"added": 1, "changed": 1}
    web.answer = ics(vevent(SUMMARY="Grand bal"))
    assert reread(own) == {"unchanged": 1, "gone": 1}
    assert [e.title for e in Event.objects.filter(withdrawn_at=None)] == ["Grand bal"]
    web.answer = ics()
    assert reread(own) == {}, "a season that is over is no error"
    assert (own.problem, Event.objects.filter(withdrawn_at=None).count()) == ("", 1)


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
def test_what_is_filled_in_is_read_in_the_reader_s_language_too(
    account, club, town, web, client, settings, monkeypatch, answer, french, english
):
    kept_page(town, club, category="sport_association")
    monkeypatch.setattr(reading_calendars, "MOST_EVENTS", 1)
    web.answer = fetching._no_answer(answer) if isinstance(answer, int) else answer
    own = given(account, club)
    sign_in(client, account, two_factors=True)
    page = f"/organismes/{club.handle}/agendas/"
    for language, words in (("fr", french), ("en", english), ("fr", french)):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        for one in (page, f"{page}{own.handle}/"):
            assert words in client.get(one).text
    read_calendar(own.pk)
    own.refresh_from_db()
    assert (own.failures, french in own.why) == (2, True)
    web.answer = ics(vevent())
    reread(own)
    assert (own.why, own.problem, own.problem_values) == ("", "", {})


def test_the_name_of_a_file_is_nobody_s_words(account, club, client, settings):
    """A file that is called as something we say, or with braces, keeps its name."""
    for name in ("Annulé.", "{path}{status}", "<b>votre agenda"):
        own = given(account, club, file_name=name, content=b"{")
        with translation.override("en"):
            assert own.why.startswith(f"{name}: unreadable JSON (")
    sign_in(client, account, two_factors=True)
    assert "&lt;b&gt;votre agenda" in client.get(f"/organismes/{club.handle}/agendas/{own.handle}/").text


def test_a_problem_that_was_noted_filled_in_is_shown_as_it_is():
    assert SyncedCalendar(problem="votre fil : {abîmé}, ligne 2.").why == "votre fil : {abîmé}, ligne 2."


def test_nothing_is_kept_before_it_is_known_what_it_tells(account, club, web, client):
    sign_in(client, account, two_factors=True)
    own = give_calendar(account=account, organisation=club, address=ADDRESS)
    page = f"/organismes/{club.handle}/agendas/{own.handle}/"
    assert "pas encore lu" in client.post(page, {"deed": "keep"}, follow=True).text
    web.answer = InvalidParameter("address", "Cette adresse ne répond pas.")
    work()
    with pytest.raises(Refused):
        keep_in_step(account=account, calendar=own)
    own.refresh_from_db()
    assert (own.kept_at, own.problem) == (None, "Cette adresse ne répond pas."), "a failed reading tells nothing of it"
    web.answer = ics(vevent())
    read_calendar(own.pk)
    assert keep_in_step(account=account, calendar=own).kept_at is not None


def test_two_calendars_that_tell_the_same_event_tell_it_once(account, club, web):
    kept(account, club)
    other = organisation(person("Bob"), kind="association", name="Le comité", siret=SIRETS[2])
    bob = other.actings.get().account
    assert kept(bob, other, address="https://example.org/comite.ics").report["merged"] == 1
    assert Event.objects.count() == 1


def test_what_an_organisation_announced_here_stays_as_announced(account, club, town, web):
    mine = event(town, organisation=club, description="Mes mots", starts_at=clock(in_days(7), 20))
    web.answer = ics(vevent(DESCRIPTION="Les mots du fil"))
    own = kept(account, club)
    assert own.report["merged"] == 1
    mine.refresh_from_db()
    assert (mine.description, mine.organisation, Event.objects.count()) == ("Mes mots", club, 1)
    take_event_back(account=account, event=mine)
    web.answer = ics(vevent(DESCRIPTION="Autrement"))
    reread(own)
    mine.refresh_from_db()
    assert mine.withdrawn_at is not None


def test_an_event_among_members_is_not_told_by_a_report(account, club, town, web):
    event(town, organisation=club, openness="members", starts_at=clock(in_days(7), 20))
    assert kept(account, club).report["merged"] == 0


@pytest.mark.parametrize("withdraw", [True, False])
def test_when_it_is_stopped_its_events_stay_or_go(account, club, web, withdraw):
    own = kept(account, club)
    assert stop_keeping(account=account, calendar=own, withdraw=withdraw) == int(withdraw)
    assert Event.objects.filter(withdrawn_at=None).exists() is not withdraw
    read_calendar(own.pk)
    assert not SyncedCalendar.objects.exists()


def test_it_is_read_four_times_a_day_at_a_minute_of_its_own(account, club, web):
    own = kept(account, club)
    now = timezone.now()
    assert now < own.due_at <= now + timedelta(hours=6)
    assert own.next_due(own.due_at) == own.due_at + timedelta(hours=6)
    others = {SyncedCalendar(pk=n, address="a", kept_at=now).next_due(now) for n in range(1, 61)}
    assert len(others) > 50
    assert queue_due_calendars() == 0
    SyncedCalendar.objects.update(due_at=now)
    assert (queue_due_calendars(), queue_due_calendars()) == (1, 0)
    before = len(web.told)
    assert work() == ["read_calendar"]
    assert len(web.told) == before + 1
    club.ended_at = now
    club.save()
    SyncedCalendar.objects.update(due_at=now)
    assert queue_due_calendars() == 0


def test_it_is_read_again_once_in_ten_minutes(account, club, web):
    own = kept(account, club)
    with pytest.raises(TooMany):
        read_again(account=account, calendar=own)
    SyncedCalendar.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    assert read_again(account=account, calendar=own).is_being_read


def test_after_a_week_of_failures_it_is_paused_and_its_people_are_written_to(account, club, web):
    own = kept(account, club)
    web.answer = InvalidParameter("address", "Cette adresse ne répond pas.")
    assert reread(own) == {"added": 1}, "what is shown stays"
    assert (own.problem, own.failures, own.paused_at) == ("Cette adresse ne répond pas.", 1, None)
    SyncedCalendar.objects.update(failing_since=timezone.now() - timedelta(days=7))
    reread(own)
    reread(own)
    assert (own.paused_at is not None, own.due_at) == (True, None)
    assert OutgoingMail.objects.filter(template="calendar_paused").count() == 1
    web.answer = ics(vevent())
    keep_in_step(account=account, calendar=own)
    work()
    own.refresh_from_db()
    assert (own.paused_at, own.problem, own.failures) == (None, "", 0)


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><rss>&b;</rss>",
        b"<html><body>Agenda</body></html>", b"%PDF-1.7", b"{", b"nom;prix\nPain;1\n", b"", b"\x1f\x8bno gzip",
    ],
)  # fmt: skip
def test_what_is_no_calendar_is_said_and_takes_nothing_away(account, club, web, content):
    own = kept(account, club)
    web.answer = content
    reread(own)
    assert own.problem
    assert Event.objects.filter(withdrawn_at=None).count() == 1


def test_broken_zones_and_endless_repetitions_are_refused_by_line(account, club, web):
    zone = vevent(UID="z", **{"DTSTART;TZID=Europe/Paris": None, "DTSTART;TZID=Mars/Base": "20301201T200000"})
    endless = vevent(UID="e", RRULE="FREQ=SECONDLY")
    web.answer = ics(vevent(), zone, endless)
    own = kept(account, club)
    assert (own.report["added"], sum(one["count"] for one in own.report["rejected"].values())) == (1, 2)


def test_a_file_is_read_shown_and_forgotten_and_given_again_it_is_the_same(account, club):
    own = kept(account, club, file_name="agenda.ics", content=ics(vevent()))
    assert (own.report["added"], own.content, own.due_at) == (1, None, None)
    again = given(account, club, file_name="agenda.ics", content=ics(vevent(SUMMARY="Grand bal")))
    assert (again.pk, again.report["changed"]) == (own.pk, 1)


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({}, "address"),
        ({"address": ADDRESS, "file_name": "a.ics", "content": b"x"}, "address"),
        ({"address": "file:///etc/passwd"}, "address"),
        ({"address": "https://ada:secret@example.org/"}, "address"),
        ({"file_name": "a.ics"}, "file"),
        ({"file_name": "a.ics", "content": b"x" * 5_000_001}, "file"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(account, club, columns, field):
    with pytest.raises(InvalidParameter) as refused:
        give_calendar(account=account, organisation=club, **columns)
    assert refused.value.parameter == field
    assert not SyncedCalendar.objects.exists()


def test_the_same_address_twice_is_one_and_there_is_a_most(account, club, web, monkeypatch):
    monkeypatch.setattr(keeping_in_step, "MOST_CALENDARS", 1)
    assert given(account, club).pk == given(account, club).pk
    assert len(web.told) == 1, "pressed twice, it is read once"
    with pytest.raises(TooMany):
        given(account, club, address="https://example.org/other.ics")


def test_who_may_not_is_refused(account, club, web):
    own, eve = kept(account, club), person("Eve")
    with pytest.raises(Refused):
        give_calendar(account=eve, organisation=club, address=ADDRESS)
    for deed in (keep_in_step, read_again):
        with pytest.raises(Refused):
            deed(account=eve, calendar=own)
    with pytest.raises(Refused):
        stop_keeping(account=eve, calendar=own, withdraw=True)
    with pytest.raises(NotFound):
        keeping_in_step.own_calendars(eve, club)


def test_what_nobody_keeps_is_forgotten_the_next_day(account, club, web):
    given(account, club)
    assert keeping_in_step.forget_what_was_looked_at() == 0
    SyncedCalendar.objects.update(proposed_at=timezone.now() - timedelta(days=2))
    assert keeping_in_step.forget_what_was_looked_at() == 1


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
