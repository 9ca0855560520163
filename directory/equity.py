"""Is a service as near in priority neighbourhoods (QPV) as in the rest of the town? Read off what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from directory.coverage import Covered
from directory.findings import Findings
from directory.people_told import People, Share
from geo.models import Neighbourhood


@dataclass(frozen=True, slots=True)
class Side:
    """Homes, and people where the census knows all of them, on one side of the limits."""

    homes: Share
    people: People | None


@dataclass(frozen=True, slots=True)
class Equity:
    """What is served in priority neighbourhoods, and in the rest of the town; both are all of it."""

    inside: Side
    outside: Side

    @property
    def points(self) -> float:
        """By how many points of percent more of the homes are served inside; fewer where it is below 0."""
        return (self.inside.homes.percent or 0) - (self.outside.homes.percent or 0)


def equity_of(findings: Findings) -> Equity | None:
    """Compare both sides, as the rows of the table of QPV tell them; None where one side has no row of its own.

    A QPV of fewer than eleven homes may be told of with the rest: it counts there.
    """
    rows = findings.by.get(Neighbourhood.Kind.QPV, [])
    inside, outside = ([row for row in rows if bool(row.areas) is is_inside] for is_inside in (True, False))
    return Equity(_side(inside), _side(outside)) if inside and outside else None


def _side(rows: list[Covered]) -> Side:
    people = [row.people for row in rows]
    return Side(_sum(row.homes for row in rows), None if None in people else _people(people))


def _people(told: list[People]) -> People:
    """The people of all; those served where each row tells them."""
    served = [people.served for people in told]
    return People(None if None in served else sum(served), sum(people.total for people in told))


def _sum(shares: Iterable[Share]) -> Share:
    told = list(shares)
    return Share(sum(share.served for share in told), sum(share.total for share in told))
