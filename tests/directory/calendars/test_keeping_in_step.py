"""A calendar of an organisation is given, looked at, kept in step by a worker, and stopped."""

from datetime import timedelta

import pytest
from django.utils import timezone

from directory import keeping_in_step
from directory.errors import TooMany
from directory.fetching import Fetched
from directory.holding_events import take_event_back
from directory.keeping_in_step import give_calendar, keep_in_step, read_again, stop_keeping
from directory.models import Event, SearchEntry, SyncedCalendar
from directory.reading_calendars import queue_due_calendars, read_calendar
from geo.errors import InvalidParameter, NotFound
from scopes.errors import Refused
from scopes.outgoing_mail import OutgoingMail
from tests.directory.happening import calendar as ics
from tests.directory.happening import clock, event, in_days, vevent
from tests.directory.synced import ADDRESS, BROKEN, given, kept, reread, work
from tests.neighbours import person, sign_in
from tests.scopes.mandates import SIRETS, organisation

pytestmark = pytest.mark.django_db


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
