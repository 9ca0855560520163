"""Runs one import: rows in, listings, records, entries and a report out, all in one transaction or not at all."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.duplicates import WITHIN_METRES, recognise, score
from directory.importing.drafting import Draft
from directory.importing.event_twins import extent, told_before, told_twice
from directory.importing.report import Report
from directory.importing.rows import Ignored, Unreadable
from directory.importing.settling import settle
from directory.importing.statements import (
    COPY_RECORDS,
    COPY_ROWS,
    KNOWN_RECORDS,
    MARK_GONE,
    NEARBY_LISTINGS,
    NEW_LISTING_IDS,
    PLACE_ROWS,
    PLACES_OF_ROWS,
    STAGE_RECORDS,
    STAGE_ROWS,
    WRITE_RECORDS,
)
from directory.models import ListingImport, SourceRecord
from geo.errors import ImportRefused
from geo.locks import Lock

#: Held by the one import at work.
_ONE_IMPORT = Lock("import of listings")


class Placed(NamedTuple):
    """A draft in its commune: what a record of it holds."""

    rank: int
    draft: Draft
    attributes: dict[str, object]
    digest: str
    #: Clock of its commune.
    time_zone: str


def import_drafts(
    drafts: Iterable[Draft | Ignored | Unreadable],
    *,
    source: str,
    dataset: str,
    licence: str = "",
    municipality: str = "",
    dry_run: bool = False,
) -> Report:
    """Import what one dataset of a source tells, and return the report, which is stored with it.

    What the dataset told before and tells no more is gone; a row that could not be read takes nothing away, and a
    dataset without a row is refused. With `municipality`, an INSEE code, only that commune's rows are read, with those
    that tell no place at all, and only its listings can go. A dry run reports the same, and changes nothing.
    """
    report, began = Report(), time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        _ONE_IMPORT.hold()
        placed = _place(_readable(drafts, report), report, municipality)
        placed = [row for row in placed if municipality in ("", row.attributes["insee_code"])]
        _count(placed, report)
        if not report.read:
            raise ImportRefused(_("Aucune ligne n'a été lue ; rien n'a changé."))
        touched = _write_changes(placed, report, source=source, dataset=dataset, licence=licence)
        present = [row.draft.key for row in placed] + sorted(report.refused)
        first, last = extent(row.draft for row in placed)
        gone = {"source": source, "dataset": dataset, "present": present, "municipality": municipality}
        gone |= {"first": first, "last": last}
        cursor.execute(MARK_GONE, gone)
        left = [listing for (listing,) in cursor.fetchall()]
        report.gone = len(left)
        settle(touched | set(left))
        report.seconds = time.perf_counter() - began
        if dry_run:
            transaction.set_rollback(True)
        else:
            ListingImport.objects.create(source=source, dataset=dataset, licence=licence, report=report.as_json())
    return report


@transaction.atomic
def take_back(*, source: str) -> int:
    """Take back all that a source told; return how many listings it told of. What others tell too stays."""
    _ONE_IMPORT.hold()
    records = SourceRecord.objects.filter(source=source, gone_on=None)
    left = set(records.values_list("listing_id", flat=True))
    records.update(gone_on=timezone.localdate())
    settle(left)
    return len(left)


def _readable(drafts: Iterable[Draft | Ignored | Unreadable], report: Report) -> Iterator[Draft]:
    """The drafts, each identity once."""
    numbers: dict[str, str] = {}
    for draft in drafts:
        if isinstance(draft, Unreadable):
            report.reject(draft)
        elif isinstance(draft, Ignored):
            report.ignore(draft)
        elif draft.key in numbers:
            reason = _("identifiant déjà lu plus haut")
            report.reject(Unreadable(draft.number, reason, draft.key))
        else:
            numbers[draft.key] = draft.number
            yield draft


def _place(drafts: Iterable[Draft], report: Report, municipality: str) -> list[Placed]:
    """Find the commune of each draft, and reject those that lie in none; what tells no place is of `municipality`."""
    ranked = dict(enumerate(drafts))
    with connection.cursor() as cursor:
        cursor.execute(STAGE_ROWS)
        with cursor.copy(COPY_ROWS) as copy:
            for rank, draft in ranked.items():
                point = None if draft.longitude is None else f"SRID=4326;POINT({draft.longitude!r} {draft.latitude!r})"
                insee_code = draft.insee_code or ("" if point or draft.postcode else municipality)
                copy.write_row((rank, point, insee_code, draft.postcode))
        cursor.execute("ANALYZE staged_row")
        for statement in PLACE_ROWS:
            cursor.execute(statement)
        cursor.execute(PLACES_OF_ROWS)
        communes = {rank: (code, zone) for rank, code, zone in cursor.fetchall()}
    for rank in ranked.keys() - communes.keys():
        draft = ranked[rank]
        report.reject(Unreadable(draft.number, _("hors des communes connues"), draft.key))
    return [_with_digest(rank, draft, *communes[rank]) for rank, draft in ranked.items() if rank in communes]


def _with_digest(rank: int, draft: Draft, insee_code: str, time_zone: str) -> Placed:
    attributes = draft.attributes(insee_code)
    said = json.dumps(attributes, sort_keys=True)
    return Placed(rank, draft, attributes, hashlib.md5(said.encode(), usedforsecurity=False).hexdigest(), time_zone)


def _count(placed: list[Placed], report: Report) -> None:
    left_out = (*report.rejected.values(), *report.ignored.values())
    report.read = len(placed) + sum(map(len, left_out))
    for row in placed:
        report.commune_only += not row.draft.placed
        for reason in row.draft.dropped:
            report.dropped[reason].append(row.draft.number)


def _write_changes(placed: list[Placed], report: Report, *, source: str, dataset: str, licence: str) -> set[int]:
    """Write the records that are new or differ; return the listings they tell of."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_RECORDS, {"source": source, "keys": [row.draft.key for row in placed]})
        known = {key: (listing, (digest, gone, of)) for key, listing, digest, gone, of in cursor.fetchall()}
    new = [row for row in placed if row.draft.key not in known]
    differing = [
        row for row in placed if row.draft.key in known and known[row.draft.key][1] != (row.digest, False, dataset)
    ]
    drafts, zones = {row.rank: row.draft for row in new}, {row.rank: row.time_zone for row in new}
    twins = _duplicates(new, source=source) | told_before(drafts, zones)
    again = told_twice({rank: draft for rank, draft in drafts.items() if rank not in twins}, zones)
    report.merged = len(twins) + len(again)
    report.added = len(new) - report.merged
    report.changed = len(differing)
    report.unchanged = len(placed) - len(new) - len(differing)
    with connection.cursor() as cursor:
        cursor.execute(NEW_LISTING_IDS, [report.added])
        fresh = iter(cursor.fetchall())
        listings = twins | {rank: next(fresh)[0] for rank in drafts if rank not in twins and rank not in again}
        listings |= {rank: listings[first] for rank, first in again.items()}
        listings |= {row.rank: known[row.draft.key][0] for row in differing}
        cursor.execute(STAGE_RECORDS)
        with cursor.copy(COPY_RECORDS) as copy:
            for row in (*new, *differing):
                copy.write_row((row.draft.key, listings[row.rank], row.digest, json.dumps(row.attributes)))
        cursor.execute(WRITE_RECORDS, {"source": source, "dataset": dataset, "licence": licence})
    return set(listings.values())


def _duplicates(new: list[Placed], *, source: str) -> dict[int, int]:
    """Return the listings, by rank of row, that another source already tells of under a similar name nearby."""
    rows = {row.rank: row.draft for row in new if _is_recognisable(row.draft)}
    with connection.cursor() as cursor:
        cursor.execute(NEARBY_LISTINGS, {"metres": WITHIN_METRES, "ranks": list(rows), "source": source})
        nearby = cursor.fetchall()
    scored = (
        (
            rank,
            listing,
            score(names=(rows[rank].title, title), categories=(rows[rank].category, category), metres=metres),
        )
        for rank, listing, title, category, metres in nearby
    )
    return recognise((rank, listing, sure) for rank, listing, sure in scored if sure is not None)


def _is_recognisable(draft: Draft) -> bool:
    """Whether it can be known again by its name and place; events are known by when they are too (`event_twins`)."""
    return draft.named and draft.placed and not draft.demonstration and not draft.event
