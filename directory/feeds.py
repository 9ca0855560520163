"""What is addressed to a home, newest first, a page at a time: a pile of letters that has an end.

What spreads by itself is in no pile: its place there would tell when it was said, and so how far it has come. It stands
above, in an order drawn for each viewer and day.

A page takes three prepared statements: what is newest (`directory.feeds_sql`), what has come as far as here, and all
that a row in words says of both.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django.db.models import F, prefetch_related_objects
from django.utils import timezone
from django.utils.crypto import salted_hmac

from directory import feeds_sql
from directory.kinds import KINDS
from directory.models import Kind, Listing
from directory.querysets import ListingQuerySet
from geo.prepared import Among, prepared_queries, prepared_rows
from scopes.models import Level
from scopes.querysets import ZONE, each_columns, visible_to_each_sql
from scopes.viewer import Home, Viewer

PAGE = 20
#: Of what spreads by itself, so much is shown; on another day, others.
MOST_AROUND = 50
#: Nobody turns more pages than these: what is older is found by search.
MOST_PAGES = 50
#: What is read at first is a page; then so many times as much: the limit is in the text of the statement.
WIDER = 4
#: What a row in words reads besides the listing, and besides its kind's own columns: planning to join the tables of
#: every kind took longer than reading what is there.
_OF_EVERY_KIND = ("author__account", "category", "municipality", "organisation")
#: A boundary is thousands of points, which no row says.
_UNREAD = ("municipality__boundary",)
_OF_A_KIND = {Kind.NEWS: "news__place", Kind.PROMOTION: "promotion__place"} | {kind: kind for kind in KINDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of what was said, each with its `why`, and the numbers of the pages beside this one, 0 where none is."""

    said: list[Listing]
    #: Requests that spread by themselves and have come as far as here, on the first page alone.
    around: list[Listing]
    newer: int = 0
    older: int = 0


def feed(viewer: Viewer, home: Home, *, level: Level, kind: str = "", page: int = 1) -> Page:
    """Read what is addressed to one of the viewer's homes at a level, narrower levels included; of one kind, or all."""
    number = min(max(page, 1), MOST_PAGES)
    start, end = PAGE * (number - 1), PAGE * number + 1
    asked = _asked(viewer, home, kind)
    newest = _newest(asked, level, most=end)[start:]
    around = _around(viewer, asked, level) if number == 1 else []
    listings = _by_id([pk for pk, _why in (*newest[:PAGE], *around)])
    return Page(
        said=_with_why(newest[:PAGE], listings),
        around=_with_why(around, listings),
        newer=number - 1,
        older=number + 1 if len(newest) > PAGE and number < MOST_PAGES else 0,
    )


def completed(found: ListingQuerySet) -> list[Listing]:
    """Read these with all that a row in words says; of the kinds, the tables of those that are there."""
    return _with_own_columns(list(_in_words(found)))


def _in_words(found: ListingQuerySet) -> ListingQuerySet:
    return found.select_related(*_OF_EVERY_KIND).defer(*_UNREAD)


def _with_own_columns(said: list[Listing]) -> list[Listing]:
    for kind in {listing.kind for listing in said}:
        if own := _OF_A_KIND.get(kind):
            prefetch_related_objects([listing for listing in said if listing.kind == kind], own)
    return said


def _by_id(ids: Collection[int]) -> dict[int, Listing]:
    """Read these listings as `completed` does."""
    if not ids:
        return {}
    with prepared_queries():
        said = list(_in_words(Listing.objects.filter(Among(F("pk"), ids))))
    return {listing.pk: listing for listing in _with_own_columns(said)}


def _with_why(found: Iterable[tuple[int, str]], listings: Mapping[int, Listing]) -> list[Listing]:
    """These in their order, each with its `why`."""
    said = []
    for pk, why in found:
        if listing := listings.get(pk):  # erased since
            listing.why = why
            said.append(listing)
    return said


def _asked(viewer: Viewer, home: Home, kind: str) -> dict[str, object]:
    """The parameters of `directory.feeds_sql`."""
    return {"asked": json.dumps(each_columns(viewer, home)), "now": timezone.now(), **ZONE} | (
        {"kind": kind} if kind else {}
    )


def _asking(asked: dict[str, object]) -> dict[str, object]:
    """What both statements of `directory.feeds_sql` are composed of."""
    return {"of_a_kind": "kind" in asked, "visible": visible_to_each_sql(alias="listing", viewer="asked")}


def _newest(asked: dict[str, object], level: Level, *, most: int) -> list[tuple[int, str]]:
    """Find the newest of what is addressed to the home and its viewer may see, and why; at most so many.

    Where a mute took some of them away, more are asked for.
    """
    reading = PAGE + 1
    while True:
        if reading >= most:
            addressed = prepared_rows(feeds_sql.newest(level=level, most=reading, **_asking(asked)), asked)
            seen = [(pk, why) for pk, why, visible in addressed if visible]
            if len(seen) >= most or len(addressed) < reading:
                return seen[:most]
        reading *= WIDER


def _around(viewer: Viewer, asked: dict[str, object], level: Level) -> list[tuple[int, str]]:
    """Requests that spread by themselves and reach the home, and why, in an order of the viewer's and the day's."""
    if level not in (Level.NEIGHBOURHOOD, Level.MUNICIPALITY):
        return []
    reached = prepared_rows(feeds_sql.around(**_asking(asked)), asked)
    reached.sort(key=partial(_drawn, viewer.account_id, timezone.localdate()))
    return [(pk, Level.CATCHMENT.value) for _public_id, pk in reached[:MOST_AROUND]]


def _drawn(account_id: int | None, today: date, one: tuple[UUID, int]) -> bytes:
    """The place of one of them, by a keyed hash that knows neither when it was said nor where (privacy.md, 3.3)."""
    return salted_hmac("directory.feeds.around", f"{today}|{account_id}|{one[0]}", algorithm="sha256").digest()
