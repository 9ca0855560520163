"""What is addressed to a home, newest first, a page at a time: a pile of letters that has an end.

Each rule has an index that ends in the day of publishing, and is walked by itself: together, as one condition, they
read everything said in the town (264 ms on 300,000 posts; rule by rule 2 to 10 ms, on a busy machine).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.gis.geos import Point

from directory.kinds import KINDS
from directory.models import Listing
from directory.querysets import ListingQuerySet
from geo.models import WGS84
from scopes.models import Level
from scopes.querysets import rules_of
from scopes.viewer import Home, Viewer

PAGE = 20
#: Nobody turns more pages than these: what is older is found by search.
MOST_PAGES = 50
_NEWEST_FIRST = ("-published_at", "-pk")
#: What a row in words reads besides the listing: the columns of its kind, whichever it is.
RELATED = ("author__account", "category", "municipality", "organisation", "news__place", "promotion__place", *KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of what was said, each with its `why`, and the numbers of the pages beside this one, 0 where none is."""

    said: list[Listing]
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
    return Page(said=said, newer=number - 1, older=number + 1 if len(ids) > PAGE and number < MOST_PAGES else 0)


def _rule_by_rule(viewer: Viewer, home: Home, level: Level, *, most: int, kind: str = "") -> Iterator[ListingQuerySet]:
    """The newest of what each rule addresses to the home; nothing is addressed by two."""
    asked = Listing.objects.live().visible_to(viewer).said()
    asked = asked.filter(kind=kind) if kind else asked
    for name, rule in rules_of(home, level).items():
        addressed = asked.filter(rule)
        if name == "catchment":
            # Under row-level security no index answers a spatial question: the entry of search does.
            addressed = addressed.filter(entry__catchment__intersects=Point(*home.point, srid=WGS84))
        yield addressed.order_by(*_NEWEST_FIRST).values_list("pk", "published_at")[:most]
