"""Settles what listings say: the words of their sources, the earliest first, overlaid with their owner's edits."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery

from directory.importing.event_rows import write_events
from directory.importing.statements import (
    COPY_LISTINGS,
    EDITS_OF_LISTINGS,
    RECORDS_OF_LISTINGS,
    STAGE_LISTINGS,
    WRITE_LISTINGS,
)
from directory.models import Event, SourceRecord
from directory.publishing import CHECKED, WITHDRAWN, refresh_pages

#: Columns of `staged_listing` after the id and whether it is withdrawn, with what stands for "not said".
_COLUMNS: Mapping[str, object] = {
    "longitude": None, "latitude": None, "insee_code": None, "category": None, "neighbourhood_id": None, "title": None,
    "description": "", "demonstration": False, "address": "", "phone": "", "email": "", "website": "",
    "opening_hours": "", "opening_hours_text": "", "wheelchair": "", "siret": "", "brand": "", "direction": "",
    "rna": "", "event": None,
}  # fmt: skip


@transaction.atomic
def settle(listing_ids: Collection[int]) -> None:
    """Write the columns of these listings from their records and edits, new listings too, then their search entries.

    A listing that no source tells of any more is withdrawn, unless its owner has edited it: the owner's word holds, and
    that someone checked it once is no such word.
    An event that an organisation announced here stays as announced, whoever tells of it besides.
    """
    announced = Event.objects.filter(pk__in=listing_ids, organisation__isnull=False)
    listing_ids = set(listing_ids) - set(announced.values_list("pk", flat=True))
    if not listing_ids:
        return
    listings = {"listings": list(listing_ids)}
    records: dict[int, list[tuple[dict, bool]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(RECORDS_OF_LISTINGS, listings)
        for listing, attributes, gone in cursor.fetchall():
            records[listing].append((_parsed(attributes), gone))
        cursor.execute(EDITS_OF_LISTINGS, listings)
        edits = {listing: _parsed(edited) for listing, edited in cursor.fetchall()}
        cursor.execute(STAGE_LISTINGS)
        with cursor.copy(COPY_LISTINGS) as copy:
            for listing, told in records.items():
                copy.write_row((listing, *map(_stored, settled(told, edits.get(listing, {})))))
        cursor.execute("ANALYZE staged_listing")
        for statement in WRITE_LISTINGS:
            cursor.execute(statement)
    write_events()
    refresh_pages(listing_ids)


def believed_source() -> Subquery:
    """The name of the source that is believed of a listing, in a query of listings: of those still there, the first."""
    live = SourceRecord.objects.filter(listing=OuterRef("pk"), gone_on=None)
    return Subquery(live.order_by("pk").values("source")[:1])


def told_by_sources(listing_id: int) -> dict[str, object] | None:
    """Return the columns of a listing as its sources tell them, without its owner's edits; None where it has none."""
    return all_told_by_sources([listing_id]).get(listing_id)


def all_told_by_sources(listing_ids: Collection[int]) -> dict[int, dict[str, object]]:
    """Return the columns of these listings as their sources tell them, by number, for those that have any."""
    told: dict[int, list[tuple[Mapping, bool]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(RECORDS_OF_LISTINGS, {"listings": list(listing_ids)})
        for listing_id, attributes, gone in cursor.fetchall():
            told.setdefault(listing_id, []).append((_parsed(attributes), gone))
    return {number: dict(zip(_COLUMNS, settled(said, {})[1:], strict=True)) for number, said in told.items()}


def settled(told: Sequence[tuple[Mapping, bool]], edits: Mapping) -> tuple:
    """Return whether the listing is withdrawn, and its columns.

    `told` are the attributes of each record and whether it is gone, the earliest first: the first that is still there
    is believed, later ones fill what it leaves out.
    """
    live = [attributes for attributes, gone in told if not gone]
    withdrawn = bool(edits.get(WITHDRAWN)) or (not live and not edits.keys() - {CHECKED})
    said: dict[str, object] = {}
    for attributes in live or [told[-1][0]]:
        said = {**_without_stray_point(attributes, said), **said}
    said |= edits
    return (withdrawn, *(said.get(column) or blank for column, blank in _COLUMNS.items()))


def _without_stray_point(attributes: Mapping, said: Mapping) -> dict:
    """A point belongs to the commune and the premises rule of its own record: another record's never completes it."""
    kept = dict(attributes)
    if said:
        for column in ("longitude", "latitude", "insee_code", "category", "title"):
            kept.pop(column, None)
    return kept


def _stored(value: object) -> object:
    """A value as `COPY` takes it."""
    return json.dumps(value) if isinstance(value, dict) else value


def _parsed(value: object) -> dict:
    """A JSON column as Django's raw cursors give it: text."""
    return json.loads(value) if isinstance(value, str) else value
