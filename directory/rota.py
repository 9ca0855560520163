"""The rota of a Help in words: the visits of a week, who takes each, and whether the latest is done."""

from __future__ import annotations

from dataclasses import dataclass

from directory.models import HelpVisit, Trusted
from directory.visiting import latest_day
from scopes.moments import calendar_day, today_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One visit of a week, for someone of the circle."""

    id: str
    #: "mardi", "le matin".
    day: str
    time: str
    #: Who takes it; empty while nobody does.
    taken_by: str
    is_mine: bool
    #: The latest day on which it can be said to be done: "mardi 1 déc."; empty where there is none.
    latest: str
    #: Who said that the latest is done, or that it is.
    done_by: str
    is_done: bool
    is_missed: bool


def rota_of(own: Trusted) -> list[Planned]:
    """The visits of the week as someone of the circle reads them, from Monday on."""
    slots = list(own.help.slots.select_related("taken_by__account", "taken_by__alias__account"))
    days = {slot.pk: latest_day(slot, own) for slot in slots}
    visits = HelpVisit.objects.filter(slot__in=slots).select_related("done_by__account", "done_by__alias__account")
    latest = {visit.slot_id: visit for visit in visits if visit.on == days[visit.slot_id]}
    today = today_at(own.help.municipality.time_zone)
    return [_planned(slot, own, days[slot.pk], latest.get(slot.pk), today) for slot in slots]


def _planned(slot, own: Trusted, on, visit: HelpVisit | None, today) -> Planned:
    is_done = bool(visit and visit.done_at)
    return Planned(
        id=str(slot.public_id),
        day=slot.get_weekday_display(),
        time=slot.get_time_of_day_display(),
        taken_by=str(slot.taken_by) if slot.taken_by_id else "",
        is_mine=slot.taken_by_id == own.pk,
        latest=calendar_day(on, today=today) if on and slot.taken_by_id else "",
        done_by=str(visit.done_by) if is_done and visit.done_by_id else "",
        is_done=is_done,
        is_missed=bool(visit and visit.missed_at and not visit.done_at),
    )
