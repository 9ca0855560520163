"""Writes what was agreed about a ride as an entry of a calendar (RFC 5545): places and times, and no name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from directory.agreement_models import RideAgreement
from directory.agreement_times import arrives_at, boards_at
from directory.calendar_files import PRODUCT
from directory.calendar_zones import WEEKDAYS, clock_of


def calendar_of(agreement: RideAgreement) -> bytes:
    """Return an agreement as a calendar of one entry: once, or every week but for the days excepted."""
    zone = ZoneInfo(agreement.ride.municipality.time_zone)
    day = agreement.day or next(_days(agreement))
    begin, end = (moment(agreement, day).astimezone(zone) for moment in (boards_at, arrives_at))
    entry = icalendar.Event()
    entry.add("UID", f"{agreement.public_id}@{urlsplit(settings.SITE_URL).hostname}")
    entry.add("DTSTAMP", agreement.confirmed_at.astimezone(UTC))
    told = {"start": agreement.pick_up_name, "end": agreement.drop_off_name}
    entry.add("SUMMARY", _("Covoiturage : %(start)s → %(end)s") % told)
    entry.add("LOCATION", agreement.pick_up_name)
    entry.add("GEO", (agreement.pick_up_point.y, agreement.pick_up_point.x))
    entry.add("URL", settings.SITE_URL.rstrip("/") + reverse("own-rides"))
    entry.add("DTSTART", begin)
    entry.add("DTEND", end)
    if agreement.day is None:
        # Who boards after midnight boards on the day after that of the ride.
        later = begin.date() - day
        rule = {"FREQ": "WEEKLY", "BYDAY": [WEEKDAYS[(number - 1 + later.days) % 7] for number in agreement.weekdays]}
        if agreement.last_day:
            rule["UNTIL"] = datetime.combine(agreement.last_day + later, time(23, 59, 59), zone).astimezone(UTC)
        entry.add("RRULE", rule)
        if agreement.except_days:
            entry.add("EXDATE", [datetime.combine(one + later, begin.timetz()) for one in agreement.except_days])
    calendar = icalendar.Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add_component(clock_of(zone))
    calendar.add_component(entry)
    return calendar.to_ical(sorted=False)


def _days(agreement: RideAgreement) -> Iterator[date]:
    """Its days from the first on, those excepted too: an exception needs the day that it is of."""
    day = agreement.from_day
    while True:
        if day.isoweekday() in agreement.weekdays:
            yield day
        day += timedelta(days=1)
