"""Who asks the matrix every day which routes, and for which rows: all of them thoroughly, every day by shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from directory.kinds import page_of
from tests.privacy_people import EVERYONE
from tests.privacy_route import Route
from tests.privacy_rows import Row

#: Who asks every day: nobody known, who lives next door, who lives here, and who runs the site.
EVERY_DAY = ("anonymous", "next residence", "resident", "staff")


def every_viewer(*daily: str):
    """A test for these viewers every day, or for those of every day; for everyone with `--slow`.

    So do all pairs of a page and a row come then; the rule itself is asked for everyone, always.
    """
    viewers, daily = sorted({*EVERYONE, *daily}), daily or EVERY_DAY
    return pytest.mark.parametrize(
        "viewer", [pytest.param(name, marks=[] if name in daily else [pytest.mark.slow]) for name in viewers]
    )


def asked_every_day(viewer: str, route: Route) -> bool:
    """Whether a viewer of every day asks a route.

    What shows listings, all of them ask. What shows none, a passer-by asks and who lives here: the one may see the
    least, the other the most. Who runs the site asks what is only theirs.
    """
    if route.is_dear:
        return False
    if route.shows_listings or viewer not in ("next residence", "staff"):
        return True
    return viewer == "staff" and route.pattern.startswith(("/exploitation/", "/moderation/"))


def rows_to_ask_for(rows: list[Row], route: Route, viewer: str, *, thoroughly: bool) -> list[Row]:
    """The rows for which a viewer asks a route: any one where it names none, else those that may be told apart.

    Thoroughly, that is every row where a listing is shown, else a public one and one of a residence. Every day it is,
    at its own page, every row that the viewer may see, and one at each level, opened or not, of those they may not. Of
    the rest, and at a page that shows any kind, the viewers of every day ask a share each.
    """
    if not route.names_a_listing:
        return rows[:1]
    if not route.shows_listings:
        inside = next(row for row in rows if row.listing.residence_id)
        return [rows[0], inside] if thoroughly else [inside]
    if thoroughly:
        return rows
    own = [row for row in rows if route.address(row.listing) == page_of(row.listing)]
    asked = {row.canary for row in (_every_day(own, viewer) if own else _anywhere(rows, viewer))}
    asked |= {row.canary for row in _of_each_kind(rows, viewer) if not own or viewer not in row.seen_by}
    return [row for row in rows if row.canary in asked]


def _every_day(own: list[Row], viewer: str) -> Iterator[Row]:
    """Of those whose own page it is: whatever the viewer may see; every other row is refused to one of the four."""
    yield from _at_each_level(own, viewer)
    for number, row in enumerate(own):
        refused = [one for one in EVERY_DAY if one not in row.seen_by]
        if viewer in row.seen_by or viewer == refused[number % len(refused)]:
            yield row


def _anywhere(rows: list[Row], viewer: str) -> Iterator[Row]:
    """Of a page that shows any kind: a share of those at each level, opened or not, and what is shown nowhere else."""
    levels: dict[tuple, dict[str, Row]] = {}
    for who in EVERY_DAY:
        for row in _at_each_level(rows, who):
            levels.setdefault((row.listing.level, row.listing.openness, who in row.seen_by), {})[who] = row
    for number, alike in enumerate(levels.values()):
        if viewer == list(alike)[number % len(alike)]:
            yield alike[viewer]
    yield from (row for row in rows if row.only_at)


def _at_each_level(rows: list[Row], viewer: str) -> Iterator[Row]:
    """One of those at each level, opened or not, that the viewer may see, and one of those they may not."""
    yield from {(row.listing.level, row.listing.openness, viewer in row.seen_by): row for row in rows}.values()


def _of_each_kind(rows: list[Row], viewer: str) -> Iterator[Row]:
    """One of each kind that the viewer may see, and one that they may not; each kind falls to one of the four."""
    for number, kind in enumerate(sorted({row.listing.kind for row in rows})):
        alike = [row for row in rows if row.listing.kind == kind]
        refused = [one for one in EVERY_DAY if any(one not in row.seen_by for row in alike)] or EVERY_DAY
        if viewer == refused[number % len(refused)]:
            yield from {viewer in row.seen_by: row for row in alike}.values()
