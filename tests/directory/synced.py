"""Calendars of an organisation, given, read and kept."""

from procrastinate.contrib.django.models import ProcrastinateJob

from directory.keeping_in_step import give_calendar, keep_in_step
from directory.models import SyncedCalendar
from directory.reading_calendars import read_calendar
from tests import jobs
from tests.directory.happening import vevent

ADDRESS = "https://example.org/bal.ics"
BROKEN = vevent(UID="2", SUMMARY="Cassé", **{"DTSTART;TZID=Europe/Paris": "demain"})


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
