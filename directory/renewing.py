"""Renews when doors are open: each schedule is evaluated once, then written to every entry that follows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from django.db import connection, transaction
from django.utils import timezone

from directory.entries_sql import ALL_SCHEDULES, COPY_SCHEDULES, RENEW_PERIODS, SCHEDULES, STAGE_SCHEDULES
from directory.models import OpeningRenewal
from directory.opening import DAY, as_multirange, holidays_besides, horizon, next_horizon, open_periods
from geo.calendars import calendar_country
from geo.prepared import prepared_rows

STALE_AFTER = DAY
#: So many listings are looked up one by one, whatever their number: a plan made once is good for them.
FEW = 10


def renew_openings() -> int:
    """Write the openings of the coming 60 days to every entry; return how many entries changed."""
    with transaction.atomic():
        until = next_horizon()
        stage_schedules(None, until=until)
        with connection.cursor() as cursor:
            cursor.execute(RENEW_PERIODS)
            changed = cursor.rowcount
        OpeningRenewal.objects.create(until=until)
    return changed


def openings_are_stale() -> bool:
    """Whether the last renewal was more than a day ago."""
    return not OpeningRenewal.objects.filter(renewed_at__gte=timezone.now() - STALE_AFTER).exists()


def stage_schedules(listing_ids: Sequence[int] | None, *, until: datetime | None = None) -> bool:
    """Evaluate the schedules of these listings, or of all, into the temporary table `staged_schedule`.

    It lives until the end of the transaction; `until` is the last moment to know, else the present horizon. Return
    whether it was made: not where none of these listings has hours.
    """
    if until is None:
        if not OpeningRenewal.objects.exists():
            OpeningRenewal.objects.create(until=next_horizon())
        until = horizon()
    found = _schedules_of(listing_ids)
    if listing_ids is not None and not found:
        return False
    with connection.cursor() as cursor:
        cursor.execute(STAGE_SCHEDULES)
        for time_zone, schedules in groupby(found, key=itemgetter(2)):
            # Periods are in local time: the database reads them in the zone of the session.
            cursor.execute("SELECT set_config('TimeZone', %s, true)", [time_zone])
            with cursor.copy(COPY_SCHEDULES) as copy:
                for row in _evaluated(schedules, until=until):
                    copy.write_row(row)
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [connection.timezone_name])
        cursor.execute("ANALYZE staged_schedule")
    return True


def _schedules_of(listing_ids: Sequence[int] | None) -> list[tuple]:
    """Hours, department, time zone and, where the sun matters, place of these listings or of all; by time zone."""
    if listing_ids is not None and len(listing_ids) <= FEW:
        return prepared_rows(SCHEDULES, {"listings": listing_ids})
    with connection.cursor() as cursor:
        if listing_ids is None:
            cursor.execute(ALL_SCHEDULES)
        else:
            cursor.execute(SCHEDULES, {"listings": listing_ids})
        return cursor.fetchall()


def _evaluated(schedules: Iterable[tuple], *, until: datetime) -> Iterator[tuple]:
    """Add its open periods to each schedule; departments with the same holidays share them."""
    # A day of margin on both sides: midnight is not the same moment overseas.
    first, last = timezone.now().date() - DAY, until.date() + DAY
    sharing: dict[tuple, list[str]] = defaultdict(list)
    for hours, department, time_zone, longitude, latitude in schedules:
        calendar = (calendar_country(department), holidays_besides(first, last, code=department))
        sharing[hours, time_zone, longitude, latitude, calendar].append(department)
    for (hours, time_zone, longitude, latitude, _calendar), departments in sharing.items():
        periods = open_periods(
            hours,
            code=departments[0],
            time_zone=time_zone,
            first=first,
            last=last,
            coordinates=(float(longitude), float(latitude)),
        )
        yield hours, departments, time_zone, longitude, latitude, as_multirange(periods)
