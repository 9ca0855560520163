"""What is addressed to a home, newest first, a page at a time: a pile of letters that has an end.

What spreads by itself is in no pile: its place there would tell when it was said, and so how far it has come. It stands
above, in an order drawn for each viewer and day.

Each rule has an index that ends in the day of publishing, and is walked by itself: together, as one condition, they
read everything said in the town (264 ms on 300,000 posts).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db.models import Case, Q, Value, When, prefetch_related_objects
from django.utils import timezone
from django.utils.crypto import salted_hmac

from directory.kinds import KINDS
from directory.models import Kind, Listing
from directory.querysets import ListingQuerySet
from geo.models import WGS84
from scopes.models import Level
from scopes.querysets import rules_of
from scopes.viewer import Home, Viewer

PAGE = 20
#: Of what spreads by itself, so much is shown; on another day, others.
MOST_AROUND = 50
#: Nobody turns more pages than these: what is older is found by search.
MOST_PAGES = 50
_NEWEST_FIRST = ("-published_at", "-pk")
#: What a row in words reads besides the listing, and besides its kind's own columns: planning to join the tables of
#: every kind took longer than reading what is there.
_OF_EVERY_KIND = ("author__account", "category", "municipality", "organisation")
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
    ids = _newest(viewer, home, level, kind=kind, most=end)[start:]
    found = Listing.objects.filter(pk__in=ids[:PAGE]).addressed_to(home, level=level).order_by(*_NEWEST_FIRST)
    around = completed(_around(viewer, home, level, kind=kind)) if number == 1 else []
    return Page(
        said=completed(found),
        around=around,
        newer=number - 1,
        older=number + 1 if len(ids) > PAGE and number < MOST_PAGES else 0,
    )


def completed(found: ListingQuerySet) -> list[Listing]:
    """Read these with all that a row in words says; of the kinds, the tables of those that are there."""
    said = list(found.select_related(*_OF_EVERY_KIND))
    for kind in {listing.kind for listing in said}:
        if own := _OF_A_KIND.get(kind):
            prefetch_related_objects([listing for listing in said if listing.kind == kind], own)
    return said


def _newest(viewer: Viewer, home: Home, level: Level, *, kind: str, most: int) -> list[int]:
    """Find the newest of what is addressed to the home and its viewer may see; at most so many.

    All that is addressed to a home from outside may be seen there but what its viewer mutes, which PostgreSQL cannot
    know: asked of both at once, it believes that next to nothing is found, and reads all that a quarter ever said (5 to
    30 ms instead of one). So visibility is asked of the newest alone, and of more where a mute took some away.
    """
    reading = most
    while True:
        first, *others = _rule_by_rule(viewer, home, level, kind=kind, most=reading)
        newest = first.union(*others, all=True).order_by(*_NEWEST_FIRST)[:reading] if others else first
        addressed = [pk for pk, _published_at in newest]
        seen = set(Listing.objects.filter(pk__in=addressed).visible_to(viewer).values_list("pk", flat=True))
        if len(seen) >= most or len(addressed) < reading:
            return [pk for pk in addressed if pk in seen][:most]
        reading *= 4


def _rule_by_rule(viewer: Viewer, home: Home, level: Level, *, most: int, kind: str = "") -> Iterator[ListingQuerySet]:
    """The newest of what each rule addresses to the home, muted or not; nothing is addressed by two."""
    asked = _said(kind).filter(spreads=False)
    for name, rule in rules_of(home, level).items():
        addressed = asked.filter(rule)
        if name == "residence":
            # Who does not live there, or came later, takes no longer for what is not theirs to read.
            addressed = addressed.visible_to(viewer)
        if name == "catchment":
            addressed = addressed.filter(_covers(home))
        yield addressed.order_by(*_NEWEST_FIRST).values_list("pk", "published_at")[:most]


def _around(viewer: Viewer, home: Home, level: Level, *, kind: str) -> ListingQuerySet:
    """Requests that spread by themselves and reach the home, in an order of the viewer's and the day's."""
    if level not in (Level.NEIGHBOURHOOD, Level.MUNICIPALITY):
        return Listing.objects.none()
    reached = _said(kind).visible_to(viewer).filter(spreads=True).filter(_covers(home))
    drawn = sorted(reached.values_list("public_id", "pk"), key=partial(_drawn, viewer.account_id, timezone.localdate()))
    shown = [pk for _public_id, pk in drawn[:MOST_AROUND]]
    place = Case(*(When(pk=pk, then=Value(number)) for number, pk in enumerate(shown)), default=Value(0))
    return Listing.objects.filter(pk__in=shown).addressed_to(home, level=level).order_by(place)


def _drawn(account_id: int | None, today: date, one: tuple[UUID, int]) -> bytes:
    """The place of one of them, by a keyed hash that knows neither when it was said nor where (privacy.md, 3.3)."""
    return salted_hmac("directory.feeds.around", f"{today}|{account_id}|{one[0]}", algorithm="sha256").digest()


def _said(kind: str) -> ListingQuerySet:
    """What was said and lasts, of one kind, or all."""
    said = Listing.objects.live().said()
    return said.filter(kind=kind) if kind else said


def _covers(home: Home) -> Q:
    """Whether a zone covers the home's cell: under row-level security the entry of search alone has an index for it."""
    return Q(entry__catchment__intersects=Point(*home.point, srid=WGS84))
