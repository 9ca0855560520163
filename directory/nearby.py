"""Runs the statement of nearby search: as wide as the exact order needs, and no wider."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.gis.measure import D
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from directory.circles import Circle
from directory.cursor import Mark
from directory.nearby_sql import MOST_TERMS, RUNGS, statement
from directory.opening import hour_of_week
from directory.words import plain
from geo.errors import InvalidParameter
from geo.prepared import prepared_row
from scopes.querysets import visible_to_sql

if TYPE_CHECKING:
    from directory.search import SearchRequest

#: Words that say nothing of what is looked for, and those by which people say that they look for it: beside
#: other words they are left out.
SMALL_WORDS = frozenset((
    "a", "ai", "au", "aux", "avec", "c", "ce", "chez", "d", "dans", "de", "des", "du", "en", "est", "et", "il", "j",
    "je", "l", "la", "le", "les", "ma", "me", "mes", "moi", "mon", "nous", "on", "ou", "par", "pour", "pres", "qu",
    "que", "quelqu", "qui", "sa", "ses", "son", "sur", "un", "une", "y",
    "besoin", "cherche", "cherchons", "donne", "donner", "emprunter", "faire", "pret", "prets", "prete", "preter",
    "propose", "trouver", "vendre", "vends", "voudrais",
))  # fmt: skip
#: Where what is rare is looked for first: among 5 million listings, a common word takes 70 ms there, 1 s everywhere.
NEAR_BY = (D(km=5), D(km=50))


class Page(NamedTuple):
    """The one row that the statement answers, column by column."""

    #: A JSON array of GeoJSON features.
    features: str
    more: bool
    #: Distance and tie-break of the last feature of a full page; infinite for what has no place.
    metres: float | None
    tie: int | None
    #: Whether nothing that was not looked at can belong before the last row.
    certain: bool


NOTHING = Page(features="[]", more=False, metres=None, tie=None, certain=True)


def nearest(request: SearchRequest, circle: Circle, start: Mark) -> Page:
    """Answer the page that follows `start`, in exact order; raise `InvalidParameter` past the last candidates."""
    if request.asks_for_no_category:
        return NOTHING
    terms = terms_of(request.text)
    visible, parameters = visible_to_sql(request.viewer, alias="entry")
    own = circle.residence_id and request.viewer.home_in(circle.residence_id)
    if own:
        parameters |= {"own_residence": own.residence_id, "reads_since": own.reads_since}
    numbers, lasts = zip(*request.branches, strict=True) if request.branches else ((), ())
    parameters |= circle.parameters | {
        "here": request.here.ewkt,
        "numbers": list(numbers),
        "lasts": list(lasts),
        **{f"term{number}": term for number, term in enumerate(terms)},
        "open_at": request.open_at,
        "open_hour": request.open_at and hour_of_week(request.open_at),
        "seed": _seed(start.day, request.viewer.account_id),
        "after_metres": start.metres,
        "after_tie": start.tie,
        "limit": request.limit,
    }
    shape = {
        "level": circle.level,
        "branches": bool(request.branches),
        "terms": len(terms),
        "open_at": request.open_at is not None,
        "visible": visible,
        "inside": bool(own),
    }
    for reach in _reaches(circle, rare=bool(terms or request.open_at)):
        parameters["reach"] = None if reach is None else reach.m
        page = _certain_page(shape | {"bounded": reach is not None}, parameters, rows=start.shown + request.limit)
        # What lies beyond, spelt as typed, may come before what is less so, and before what has no place.
        if page.more and (reach is None or page.metres <= reach.m):
            break
    return page


def terms_of(text: str) -> list[str]:
    """Return the words to look for, as entries write them: every one has to be met, give or take a typing error.

    >>> terms_of("Cours d’anglais"), terms_of("Je cherche à emprunter une perceuse"), terms_of("prêt")
    (['cours', 'anglais'], ['perceuse'], ['pret'])
    """
    words = plain(text).split()
    return ([word for word in words if word not in SMALL_WORDS] or words)[:MOST_TERMS]


def _reaches(circle: Circle, *, rare: bool) -> Iterator[D | None]:
    """Yield how far to look, none being everywhere: without a limit, what is rare is first looked for near by."""
    if rare and circle.reach is None:
        yield from NEAR_BY
    yield circle.reach


def _certain_page(shape: dict, parameters: dict[str, object], *, rows: int) -> Page:
    """Take more candidates until the order is certain; almost always the first try is."""
    for rung in RUNGS:
        if rung > rows:
            page = Page(*prepared_row(statement(**shape, rung=rung), parameters))
            if page.certain:
                return page
    raise InvalidParameter("cursor", _("Trop de résultats : précisez la recherche."))


@lru_cache(maxsize=64)
def _seed(day: int, account_id: int | None) -> int:
    """Key the tie-break by viewer and day, so that the order of equals tells nothing (privacy.md, 3.3)."""
    digest = salted_hmac("directory.nearby.tie", f"{day}|{account_id}", algorithm="sha256").digest()
    return int.from_bytes(digest[:8], signed=True)
