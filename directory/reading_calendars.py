"""A worker reads calendars and feeds of organisations: what is found is looked at first, and once kept it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.fetching import Fetched, fetch
from directory.importing.drafting import Draft
from directory.importing.event_files import read_events
from directory.importing.news_feeds import is_mixed, is_xml, read_news
from directory.importing.report import Report
from directory.importing.rows import Ignored, Unreadable
from directory.importing.running import import_drafts
from directory.models import Event, SyncedCalendar
from directory.reading_news import SHOWN, NewsDraft, drafts_of, speaker_of, write_news
from geo.errors import AlentourError, ImportRefused, InvalidParameter
from geo.models import WGS84, Municipality, Neighbourhood
from scopes.models import Account, Organisation
from scopes.sending import write_to

#: Events of one calendar of an organisation, and seconds that it is read for: others wait for the same worker.
MOST_EVENTS, LONGEST = 5_000, 60
#: After so long of failures a calendar is paused.
GIVEN_UP_AFTER = timedelta(days=7)
#: Events of a preview.
MOST_SHOWN = 10
_LONGEST_NAME = Event._meta.get_field("organiser").max_length
_LONGEST_PROBLEM = SyncedCalendar._meta.get_field("problem").max_length


@dataclass(frozen=True, slots=True)
class Found:
    """What was read in a file: of what it tells, and what became of each row."""

    tells: str
    rows: list


def queue_due_calendars() -> int:
    """Have the calendars read that are due; return how many."""
    from directory.tasks import read_calendar

    now = timezone.now()
    due = SyncedCalendar.objects.filter(due_at__lte=now, organisation__ended_at=None).defer("content")
    with transaction.atomic():
        calendars = list(due.select_for_update(skip_locked=True, of=["self"]))
        for calendar in calendars:
            calendar.asked_at, calendar.due_at = now, calendar.next_due(now)
            calendar.save(update_fields=["asked_at", "due_at"])
            read_calendar.defer(calendar_id=calendar.pk)
    return len(calendars)


def read_calendar(calendar_id: int, *, fetched: Callable[..., Fetched] = fetch) -> None:
    """Read one calendar; done twice, the second changes nothing. What goes wrong is told to its owner."""
    calendar = SyncedCalendar.objects.select_related("organisation__municipality").filter(pk=calendar_id).first()
    if calendar is None or calendar.organisation.ended_at is not None:
        return
    try:
        answer = _answer(calendar, fetched)
        found = None if answer.unchanged else _found(calendar, answer.content)
        _write(calendar, answer, found)
    except (InvalidParameter, ImportRefused) as error:
        _failed(calendar_id, error)


def _answer(calendar: SyncedCalendar, fetched: Callable[..., Fetched]) -> Fetched:
    if calendar.address:
        return fetched(calendar.address, etag=calendar.etag, last_modified=calendar.last_modified)
    return Fetched(unchanged=True) if calendar.content is None else Fetched(content=bytes(calendar.content))


def _found(calendar: SyncedCalendar, content: bytes) -> Found:
    """What a file holds, known by how it begins; raise `ImportRefused` for what told something else before."""
    name = calendar.file_name or (_("votre fil") if is_xml(content) else _("votre agenda"))
    if is_mixed(content):
        raise ImportRefused(_("{path} mélange un agenda et des nouvelles : donnez-les séparément."), path=name)
    tells = SyncedCalendar.Tells.NEWS if is_xml(content) else SyncedCalendar.Tells.EVENTS
    if calendar.kept_at and tells != calendar.tells:
        words = _("Cette adresse donnait autre chose : arrêtez de la suivre, puis donnez-la de nouveau.")
        raise ImportRefused(words)
    if tells == SyncedCalendar.Tells.EVENTS:
        return Found(tells, _drafts(calendar, content, name))
    speaker = speaker_of(calendar.organisation)
    return Found(tells, drafts_of(read_news(content, name=name, address=calendar.address), speaker))


def _drafts(calendar: SyncedCalendar, content: bytes, name: str) -> list[Draft | Unreadable]:
    organisation = calendar.organisation
    town = organisation.municipality.insee_code if organisation.municipality else ""
    read = read_events(content, name=name, town=town, most=MOST_EVENTS, longest=LONGEST)
    return [_of(organisation, one) for one in read]


def _of(organisation: Organisation, draft: Draft | Unreadable) -> Draft | Unreadable:
    """A draft that says who holds it: the organisation, where its calendar names nobody."""
    if isinstance(draft, Unreadable) or draft.event.get("organiser"):
        return draft
    return replace(draft, event={**draft.event, "organiser": organisation.name[:_LONGEST_NAME]})


@transaction.atomic
def _write(calendar: SyncedCalendar, answer: Fetched, found: Found | None) -> None:
    """Write what was read, unless the calendar was stopped meanwhile."""
    if found and found.tells == SyncedCalendar.Tells.NEWS:
        # Before the row of the feed, as where one is given: news by hand and by feed are counted one after the other.
        Organisation.objects.select_for_update(of=["self"]).get(pk=calendar.organisation_id)
    held = SyncedCalendar.objects.select_for_update(of=["self"]).filter(pk=calendar.pk).first()
    # Asked for again meanwhile: that reading has what is new.
    if held is None or held.asked_at != calendar.asked_at:
        return
    if found is not None:
        is_kept = held.kept_at is not None
        held.tells = found.tells
        if found.tells == SyncedCalendar.Tells.NEWS:
            held.report = _news_written(held, found.rows)
        else:
            held.report = _events_written(held, found.rows, licence=calendar.organisation.name[:64])
        # Not told again before it is kept, or the reading after that would find nothing new.
        held.etag, held.last_modified = (answer.etag, answer.last_modified) if is_kept else ("", "")
        held.content = None if is_kept else held.content
    held.read_at, held.problem, held.problem_values = timezone.now(), "", {}
    held.failures, held.failing_since = 0, None
    held.save()


def _events_written(held: SyncedCalendar, rows: list[Draft | Unreadable], *, licence: str) -> dict[str, object]:
    report = Report()
    # A season that is over leaves a calendar empty, which is no error.
    if rows:
        names = {"source": held.source, "dataset": "agenda", "licence": licence}
        report = import_drafts(rows, dry_run=held.kept_at is None, **names)
    return report.as_json() | _seen([one for one in rows if isinstance(one, Draft)])


def _news_written(held: SyncedCalendar, rows: list[NewsDraft | Unreadable | Ignored]) -> dict[str, object]:
    """The same of news: before it is kept, all is written and taken back, so that what is told is what will be."""
    with transaction.atomic():
        report = write_news(held, rows, speaker_of(held.organisation))
        if held.kept_at is None:
            transaction.set_rollback(True)
    drafts = [one for one in rows if isinstance(one, NewsDraft)]
    first = [{"title": one.title, "published": one.published.isoformat(), "website": one.website} for one in drafts]
    told = {"first": first[:MOST_SHOWN], "news": len(drafts), SHOWN: held.kept_at is not None}
    return report.as_json() | told


def _seen(drafts: list[Draft]) -> dict[str, object]:
    """What is looked at before a calendar is kept: the first events, and around which place each will be read."""
    coming = sorted((one for one in drafts if not _is_over(one)), key=lambda one: str(one.event["starts"]))
    first = [
        {
            "title": one.title,
            "starts": one.event["starts"],
            "all_day": bool(one.event.get("all_day")),
            "place": one.event.get("place", ""),
            "around": _around(one),
        }
        for one in coming[:MOST_SHOWN]
    ]
    return {"first": first, "placed": sum(one.placed for one in coming), "events": len(coming)}


def _is_over(draft: Draft) -> bool:
    """Whether the day of an event that does not come again is past: it is taken, and nobody will read it."""
    ended = str(draft.event.get("ends") or draft.event["starts"])[:10]
    return not draft.event.get("recurrence") and ended < timezone.localdate().isoformat()


def _around(draft: Draft) -> str:
    """Name of the quarter or the town that an event is read in."""
    if draft.longitude is None:
        town = Municipality.objects.filter(insee_code=draft.insee_code, closed_on=None).first()
        return town.name if town else ""
    point = Point(draft.longitude, draft.latitude, srid=WGS84)
    town = Municipality.objects.covering(point).first()
    if town is None:
        return ""
    quarter = Neighbourhood.objects.covering(point).filter(kind=town.circle_kind).first() if draft.placed else None
    return f"{quarter.name}, {town.name}" if quarter else town.name


@transaction.atomic
def _failed(calendar_id: int, problem: AlentourError) -> None:
    """Note why a reading failed; after a week of it, pause and write to who acts for the organisation."""
    calendar = SyncedCalendar.objects.select_for_update(of=["self"]).filter(pk=calendar_id).first()
    if calendar is None:
        return
    now = timezone.now()
    calendar.read_at, calendar.problem = now, problem.words[:_LONGEST_PROBLEM]
    values = problem.values.items()
    calendar.problem_values = {name: value if isinstance(value, int) else str(value) for name, value in values}
    calendar.failures += 1
    calendar.failing_since = calendar.failing_since or now
    if calendar.kept_at and calendar.paused_at is None and now - calendar.failing_since >= GIVEN_UP_AFTER:
        calendar.paused_at, calendar.due_at = now, None
        _tell(calendar)
    calendar.save()


def _tell(calendar: SyncedCalendar) -> None:
    those = Account.objects.filter(
        actings__organisation=calendar.organisation_id, actings__ended_at=None, is_active=True
    )
    for account in those:
        write_to(account=account, template="calendar_paused", organisation=str(calendar.organisation.handle))
