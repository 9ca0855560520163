"""Writes what events add to their listings: set-based, in the transaction of `directory.importing.settling`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from directory.dating import lay_dates
from directory.recurring import in_utc

_STAGED = """
    SELECT staged.id, staged.event, staged.address, staged.website, municipality.time_zone
    FROM staged_listing staged
    JOIN directory_category category ON category.code = staged.category AND category.kind = 'event'
    JOIN geo_municipality municipality ON municipality.insee_code = staged.insee_code
"""
_COLUMNS = (
    "listing_ptr_id", "starts_at", "ends_at", "all_day", "time_zone", "recurrence", "place_name", "address",
    "organiser", "price", "website", "accessibility", "cancelled",
)  # fmt: skip
_STAGE = """
    DROP TABLE IF EXISTS staged_event;
    CREATE TEMPORARY TABLE staged_event (
        listing_ptr_id bigint, starts_at timestamptz, ends_at timestamptz, all_day boolean, time_zone text,
        recurrence text, place_name text, address text, organiser text, price text, website text, accessibility text,
        cancelled boolean
    ) ON COMMIT DROP
"""
_COPY = f"COPY staged_event ({', '.join(_COLUMNS)}) FROM STDIN"
#: A changed event goes one sequence on: only what differs from its records is settled.
_WRITE = f"""
    INSERT INTO directory_event ({", ".join(_COLUMNS[:-1])}, sequence, revised_at, cancelled_at)
    SELECT {", ".join(_COLUMNS[:-1])}, 0, now(), CASE WHEN cancelled THEN now() END FROM staged_event
    ON CONFLICT (listing_ptr_id) DO UPDATE SET
        {", ".join(f"{column} = EXCLUDED.{column}" for column in _COLUMNS[1:-1])},
        sequence = directory_event.sequence + 1, revised_at = EXCLUDED.revised_at,
        cancelled_at = CASE WHEN EXCLUDED.cancelled_at IS NULL THEN NULL
                            ELSE COALESCE(directory_event.cancelled_at, EXCLUDED.cancelled_at) END
"""  # noqa: S608 - composed of constants


def write_events() -> None:
    """Write the columns and the dates of the events among the staged listings."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGED)
        staged = cursor.fetchall()
        if not staged:
            return
        cursor.execute(_STAGE)
        with cursor.copy(_COPY) as copy:
            for number, event, address, website, time_zone in staged:
                said = json.loads(event) if isinstance(event, str) else event
                copy.write_row((number, *_row(said, address, website, time_zone)))
        cursor.execute(_WRITE)
    lay_dates([number for number, *_told in staged])


def moment_of(event: Mapping[str, object], name: str, *, time_zone: str) -> datetime | None:
    """When an event of a draft `starts` or `ends`, in UTC; `time_zone` is that of its town."""
    if name not in event:
        return None
    return in_utc(datetime.fromisoformat(str(event[name])), ZoneInfo(str(event.get("zone") or time_zone)))


def _row(event: Mapping[str, object], address: str, website: str, time_zone: str) -> tuple:
    """The columns in their order, after the listing's number."""
    words = [str(event.get(name, "")) for name in ("organiser", "price")]
    return (
        moment_of(event, "starts", time_zone=time_zone),
        moment_of(event, "ends", time_zone=time_zone),
        bool(event.get("all_day")),
        event.get("zone") or time_zone,
        event.get("recurrence", ""),
        event.get("place", ""),
        address,
        *words,
        website,
        event.get("accessibility", ""),
        bool(event.get("cancelled")),
    )
