"""Nearby search, the heart of the product: what is asked (`SearchRequest`) and what is found (`SearchAnswer`).

A search has a *here* and a circle around it. Filter, order, distance and reason come from *here*; what may be seen
comes from the viewer alone. `search` is the only door: page, API and map all go through it. It takes three steps:

1. `circles.circle_around` resolves the circle: the building, the voisinage, the quarter or the town around *here*.
2. `nearby.nearest` runs one SQL statement that answers the page of results, nearest first, as GeoJSON; words that are
   spelt as typed make up for some hundred metres.
3. `cursor.Mark` seals where the page ended, so that the next one can go on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import accumulate

from django.http import QueryDict
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from directory import query_string
from directory.categories import tree
from directory.circles import Circle, circle_around, outline
from directory.cursor import Mark
from directory.here import Here, home_of, place_called
from directory.nearby import nearest
from directory.on_foot import with_minutes
from directory.within import NEAREST, Within
from geo.errors import InvalidParameter
from geo.parameters import check_names
from scopes.viewer import ANONYMOUS, Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """Everything a search depends on; equal requests have equal answers."""

    here: Here
    within: Within = NEAREST
    #: Kinds and codes of categories, each with its whole branch; none means all.
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    text: str = ""
    #: Only what is open at this moment (aware); unknown hours do not count as open.
    open_at: datetime | None = None
    limit: int = query_string.USUAL_ROWS
    #: Where the page before ended, as that page's answer gave it.
    cursor: str = ""
    #: Of notes and errors.
    language: str = "fr"
    viewer: Viewer = ANONYMOUS

    @classmethod
    def from_query(cls, query: QueryDict, *, viewer: Viewer) -> SearchRequest:
        """Read the parameters of `GET /api/nearby/`; raise `InvalidParameter` naming the first that is not valid."""
        check_names(query, query_string.KNOWN, repeatable=query_string.REPEATABLE)
        here = query_string.read_coordinates(query)
        asked = [name for name in ("address", "place") if name in query]
        if here is None and not asked and viewer.home:
            here = home_of(viewer.home)
        elif (here is not None) + len(asked) != 1:
            raise InvalidParameter(asked[0] if asked else "lat", _("Attendu : lat et lon, ou address, ou place."))
        here = here or place_called(query[asked[0]], parameter=asked[0])
        return cls(
            here=here,
            within=Within.parse(query.get("within", "nearest")),
            kinds=query_string.read_kinds(query),
            categories=query_string.read_categories(query),
            text=query_string.read_text(query),
            open_at=query_string.read_moment(query, here),
            limit=query_string.read_limit(query),
            cursor=query.get("cursor", ""),
            language=query_string.read_language(query, get_language()),
            viewer=viewer,
        )

    @property
    def branches(self) -> list[tuple[int, int]]:
        """First and last numbers of the branches of categories asked for, none inside another; all when empty."""
        nodes = tree()
        asked = [nodes[code] for code in self.categories or self.kinds]
        wanted = sorted((node.number, node.last) for node in asked if not self.kinds or node.kind in self.kinds)
        covered = accumulate((last for _number, last in wanted), max, initial=0)
        return [branch for branch, before in zip(wanted, covered, strict=False) if branch[1] > before]

    @property
    def asks_for_no_category(self) -> bool:
        """Whether none of the categories asked for is of a kind asked for."""
        return bool(self.kinds or self.categories) and not self.branches

    @property
    def fingerprint(self) -> str:
        """What a cursor belongs to: everything asked but the page and the language."""
        who = self.viewer.account_id
        parts = (self.here.ewkt, self.within, self.kinds, self.categories, self.text, self.open_at, who)
        return "|".join(map(str, parts))


@dataclass(frozen=True, slots=True)
class Item:
    """One result, as the list shows it."""

    #: Random, never a position in a table.
    id: str
    kind: str
    category: str
    title: str
    #: Metres from *here* on the ellipsoid; nothing for what is known at its quarter or town only.
    distance: float | None
    #: Why it is shown: `{"rule": …, "metres": …}` (design.md, section 3, law 7).
    why: dict
    url: str
    card: dict
    #: Longitude and latitude of a public place, in degrees; nothing for what is known at a cell, a quarter or a town.
    point: tuple[float, float] | None
    #: The area of a person's public cell, as a GeoJSON geometry; nothing for what has a public place.
    area: dict | None


@dataclass(frozen=True, kw_only=True)
class SearchAnswer:
    """A page of results, and the circle they come from."""

    request: SearchRequest
    circle: Circle
    #: A JSON array of GeoJSON features, nearest first, as PostgreSQL wrote it.
    features: str
    #: The `cursor` of the next page; empty on the last one.
    next: str = ""

    @property
    def here(self) -> Here:
        """Where the search was asked from."""
        return self.request.here

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be answered as asked, in the reader's words."""
        return (self.here.note, *self.circle.notes) if self.here.note else self.circle.notes

    @cached_property
    def items(self) -> list[Item]:
        """The results as objects."""
        return [_item(feature) for feature in json.loads(self.features)]

    @cached_property
    def shape(self) -> dict | None:
        """The circle as a GeoJSON geometry, for drawing; nothing for the nearest, which have no limit."""
        return outline(self.circle, self.here)


def search(request: SearchRequest) -> SearchAnswer:
    """Answer one page of what lies around *here*, nearest first, exactly; raise `InvalidParameter` for a bad cursor."""
    with override(request.language):
        return _answer(request)


def _answer(request: SearchRequest) -> SearchAnswer:
    circle = circle_around(request.here, request.within)
    start = Mark.opened(request.cursor, search=request.fingerprint) if request.cursor else Mark.at_the_start()
    page = nearest(request, circle, start)
    end = start.moved(rows=request.limit, metres=page.metres, tie=page.tie) if page.more else None
    return SearchAnswer(
        request=request,
        circle=circle,
        features=with_minutes(page.features, circle.start) if circle.start else page.features,
        next=end.sealed(search=request.fingerprint) if end else "",
    )


def _item(feature: dict) -> Item:
    geometry = feature["geometry"]
    is_point = bool(geometry) and geometry["type"] == "Point"
    return Item(
        **feature["properties"],
        point=tuple(geometry["coordinates"]) if is_point else None,
        area=None if is_point else geometry,
    )
