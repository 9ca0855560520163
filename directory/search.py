"""Nearby search, the heart of the product: what is asked (`SearchRequest`) and what is found (`SearchAnswer`).

A search has a *here* and a circle around it. Filter, order, distance and reason come from *here*; what may be seen comes
from the viewer alone. `search` is the only door: page, API and map all go through it. It takes three steps:

1. `circles.circle_around` resolves the circle: the building, the voisinage, the quarter or the town around *here*.
2. `nearby_sql.statement` is one SQL statement that answers the page of results, nearest first, as GeoJSON.
3. `cursor.Mark` seals where the page ended, so that the next one can go on.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

import psycopg
from django.db import connection
from django.http import QueryDict
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory import nearby_sql, query_string
from directory.categories import tree
from directory.circles import Circle, circle_around, outline
from directory.cursor import Mark
from directory.here import Here, place_called
from directory.within import NEAREST, Within
from directory.words import plain
from geo.errors import InvalidParameter
from scopes.querysets import visible_to_sql
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
    language: str = "fr"
    viewer: Viewer = ANONYMOUS

    @classmethod
    def from_query(cls, query: QueryDict, *, viewer: Viewer) -> SearchRequest:
        """Read the parameters of `GET /api/nearby/`; raise `InvalidParameter` naming the first that is not valid."""
        query_string.check_names(query)
        here = query_string.read_coordinates(query)
        asked = [name for name in ("address", "place") if name in query]
        if (here is not None) + len(asked) != 1:
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
        return [branch for before, branch in zip([(0, 0), *wanted], wanted, strict=False) if branch[1] > before[1]]

    @property
    def fingerprint(self) -> str:
        """What a cursor belongs to: everything asked but the page and the language."""
        parts = (self.here.ewkt, self.within, self.kinds, self.categories, self.text, self.open_at, self.viewer)
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
    #: Longitude and latitude, in degrees.
    point: tuple[float, float] | None


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
        return self.circle.notes

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
    circle = circle_around(request.here, request.within)
    today = datetime.now(UTC).date().toordinal()
    mark = FIRST_PAGE if not request.cursor else Mark.opened(request.cursor, search=request.fingerprint)
    day = mark.day or today
    page = _page(request, circle, mark, seed=_seed(day, request.viewer))
    following = ""
    if page.more:
        end = Mark(shown=mark.shown + request.limit, day=day, metres=page.metres, tie=page.tie)
        following = end.sealed(search=request.fingerprint)
    return SearchAnswer(request=request, circle=circle, features=page.features, next=following)


FIRST_PAGE = Mark(shown=0, day=0, metres=-math.inf, tie=0)


class Page(NamedTuple):
    """The one row that the statement answers, column by column."""

    features: str
    more: bool
    metres: float
    tie: int
    certain: bool


def _page(request: SearchRequest, circle: Circle, mark: Mark, *, seed: int) -> Page:
    """Widen the search until the order is certain; almost always the first try is."""
    branches = request.branches
    if (request.kinds or request.categories) and not branches:
        return Page("[]", False, 0, 0, True)
    terms = plain(request.text).split()[: nearby_sql.MOST_TERMS]
    visible, parameters = visible_to_sql(request.viewer, alias="entry")
    parameters |= circle.parameters | {
        "here": request.here.ewkt,
        "numbers": [number for number, _last in branches],
        "lasts": [last for _number, last in branches],
        **{f"term{number}": term for number, term in enumerate(terms)},
        "open_at": request.open_at,
        "seed": seed,
        "after_metres": mark.metres,
        "after_tie": mark.tie,
        "limit": request.limit,
    }
    for rung in nearby_sql.RUNGS:
        if rung > mark.shown + request.limit:
            sql = nearby_sql.statement(
                level=circle.level,
                rung=rung,
                branches=bool(branches),
                terms=len(terms),
                open_at=request.open_at is not None,
                visible=visible,
            )
            page = Page(*_row(sql, parameters))
            if page.certain:
                return page
    raise InvalidParameter("cursor", _("Trop de résultats : précisez la recherche."))


def _row(sql: str, parameters: dict[str, object]) -> tuple:
    """Run a statement as a prepared one, planned once a connection; Django's own cursors plan at every call (1 ms)."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(sql, parameters, prepare=True).fetchone()


@lru_cache(maxsize=64)
def _seed(day: int, viewer: Viewer) -> int:
    """Key the tie-break by viewer and day, so that the order of equals tells nothing (privacy.md, 3.3)."""
    digest = salted_hmac("directory.search.tie", f"{day}|{viewer}", algorithm="sha256").digest()
    return int.from_bytes(digest[:8], signed=True)


def _item(feature: dict) -> Item:
    geometry = feature["geometry"]
    return Item(**feature["properties"], point=tuple(geometry["coordinates"]) if geometry else None)
