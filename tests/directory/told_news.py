"""Feeds of an organisation, given, read and kept."""

from directory.keeping_in_step import give_calendar, keep_in_step
from directory.models import SyncedCalendar
from directory.reading_calendars import read_calendar
from tests.directory.synced import work

ADDRESS = "https://ville.example/feed/"

GRANGE = "<georss:featurename>{place}</georss:featurename><georss:point>{point}</georss:point>"


def given(ada, own, **columns) -> SyncedCalendar:
    made = give_calendar(account=ada, organisation=own, **(columns or {"address": ADDRESS}))
    work()
    return SyncedCalendar.objects.get(pk=made.pk)


def kept(ada, own, to="everyone", **columns) -> SyncedCalendar:
    keep_in_step(account=ada, calendar=given(ada, own, **columns), to=to)
    work()
    return SyncedCalendar.objects.get(organisation=own)


def reread(own: SyncedCalendar) -> dict:
    read_calendar(own.pk)
    own.refresh_from_db()
    return {name: own.report[name] for name in ("added", "changed", "unchanged", "merged") if own.report.get(name)}


def reasons(own: SyncedCalendar, name: str) -> dict[str, int]:
    return {reason: one["count"] for reason, one in own.report[name].items()}
