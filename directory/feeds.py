"""What is addressed to a home, newest first, a page at a time: a pile of letters that has an end.

What spreads by itself is in no pile: its place there would tell when it was said, and so how far it has come. It stands
above, in an order drawn for each viewer and day.

Each rule has an index that ends in the day of publishing, and is walked by itself: together, as one condition, they
read everything said in the town (264 ms on 300,000 posts; rule by rule 2 to 10 ms, on a busy machine).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.crypto import salted_hmac

from directory.kinds import KINDS
from directory.models import Listing
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
#: What a row in words reads besides the listing: the columns of its kind, whichever it is.
RELATED = ("author__account", "category", "municipality", "organisation", "news__place", "promotion__place", *KINDS)


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
    first, *others = _rule_by_rule(viewer, home, level, kind=kind, most=end)
    newest = first.union(*others, all=True).order_by(*_NEWEST_FIRST)[:end] if others else first
    ids = [pk for pk, _published_at in newest][start:]
    found = Listing.objects.filter(pk__in=ids[:PAGE]).addressed_to(home, level=level).order_by(*_NEWEST_FIRST)
    said = list(found.select_related(*RELATED))
    around = list(_around(viewer, home, level, kind=kind)) if number == 1 else []
    return Page(
        said=said, around=around, newer=number - 1, older=number + 1 if len(ids) > PAGE and number < MOST_PAGES else 0
    )


def _rule_by_rule(viewer: Viewer, home: Home, level: Level, *, most: int, kind: str = "") -> Iterator[ListingQuerySet]:
    """The newest of what each rule addresses to the home; nothing is addressed by two."""
    asked = _asked(viewer, kind).filter(spreads=False)
    for name, rule in rules_of(home, level).items():
        addressed = asked.filter(rule)
        if name == "catchment":
            addressed = addressed.filter(_covers(home))
        yield addressed.order_by(*_NEWEST_FIRST).values_list("pk", "published_at")[:most]


def _around(viewer: Viewer, home: Home, level: Level, *, kind: str) -> ListingQuerySet:
    """Requests that spread by themselves and reach the home, in an order of the viewer's and the day's."""
    if level not in (Level.NEIGHBOURHOOD, Level.MUNICIPALITY):
        return Listing.objects.none()
    reached = _asked(viewer, kind).filter(spreads=True).filter(_covers(home))
    drawn = sorted(reached.values_list("public_id", "pk"), key=partial(_drawn, viewer.account_id, timezone.localdate()))
    shown = [pk for _public_id, pk in drawn[:MOST_AROUND]]
    place = Case(*(When(pk=pk, then=Value(number)) for number, pk in enumerate(shown)), default=Value(0))
    found = Listing.objects.filter(pk__in=shown).addressed_to(home, level=level)
    return found.select_related(*RELATED).order_by(place)


def _drawn(account_id: int | None, today: date, one: tuple[UUID, int]) -> bytes:
    """The place of one of them, by a keyed hash that knows neither when it was said nor where (privacy.md, 3.3)."""
    return salted_hmac("directory.feeds.around", f"{today}|{account_id}|{one[0]}", algorithm="sha256").digest()


def _asked(viewer: Viewer, kind: str) -> ListingQuerySet:
    """What was said that the viewer may see, of one kind, or all."""
    asked = Listing.objects.live().visible_to(viewer).said()
    return asked.filter(kind=kind) if kind else asked


def _covers(home: Home) -> Q:
    """Whether a zone covers the home's cell: under row-level security the entry of search alone has an index for it."""
    return Q(entry__catchment__intersects=Point(*home.point, srid=WGS84))
