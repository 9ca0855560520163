"""Renews when doors are open: each schedule is evaluated once, then written to every entry that follows it."""

from __future__ import annotations

import json
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
#: So many listings are written by a statement that was planned before: planning takes ten times as long as running.
FEW = 10
#: What `_evaluated` tells of a schedule.
_EVALUATED = ("opening_hours", "departments", "time_zone", "longitude", "latitude", "periods")


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


def stage_schedules(listing_ids: Sequence[int] | None, *, until: datetime | None = None) -> None:
    """Evaluate the schedules of these listings, or of all, into the temporary table `staged_schedule`.

    It lives until the end of the transaction; `until` is the last moment to know, else the present horizon.
    """
    until = until or _horizon()
    with connection.cursor() as cursor:
        cursor.execute(*((ALL_SCHEDULES,) if listing_ids is None else (SCHEDULES, {"listings": listing_ids})))
        found = cursor.fetchall()
        cursor.execute(STAGE_SCHEDULES)
        for time_zone, schedules in groupby(found, key=itemgetter(2)):
            # Periods are in local time: the database reads them in the zone of the session.
            cursor.execute("SELECT set_config('TimeZone', %s, true)", [time_zone])
            with cursor.copy(COPY_SCHEDULES) as copy:
                for row in _evaluated(schedules, until=until):
                    copy.write_row(row)
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [connection.timezone_name])
        cursor.execute("ANALYZE staged_schedule")


def few_schedules(listing_ids: Sequence[int]) -> str:
    """Evaluate the schedules of a few listings, for `WRITE_FEW_ENTRIES`: a table for them took 10 ms a listing."""
    found = prepared_rows(SCHEDULES, {"listings": listing_ids})
    rows = [dict(zip(_EVALUATED, row, strict=True)) for row in _evaluated(found, until=_horizon())] if found else []
    return json.dumps(rows, default=float)


def _horizon() -> datetime:
    """The present horizon, of the first renewal if there was none yet."""
    if not OpeningRenewal.objects.exists():
        OpeningRenewal.objects.create(until=next_horizon())
    return horizon()


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
