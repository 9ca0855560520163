"""Audiences: who may see a thing, as one word that both the thing and its readers carry.

A row's word is a generated column (`Addressed.audience`); a viewer's words come from the homes (`Viewer.audiences`).
What may be seen is then an equality in SQL, beside any spatial index. A residence's rows have no word: they are found
by the residence alone, and never stand in the table that search reads.
"""

from __future__ import annotations

from django.db.models import CharField, F, Value
from django.db.models.expressions import Case, Expression, When
from django.db.models.functions import Cast, Concat

from scopes.levels import Level

PUBLIC, MEMBERS = "public", "members"
#: Members whose public cell has its point in the row's catchment.
ZONE = "zone"

_VOISINAGE, _QUARTER, _TOWN = "voisinage:", "quarter:", "town:"


def of_voisinage(cell_id: int) -> str:
    """Members whose cell is in one voisinage with this one."""
    return f"{_VOISINAGE}{cell_id}"


def of_neighbourhood(neighbourhood_id: int) -> str:
    """Members whose cell lies in the quarter."""
    return f"{_QUARTER}{neighbourhood_id}"


def of_municipality(municipality_id: int) -> str:
    """Members whose cell lies in the town."""
    return f"{_TOWN}{municipality_id}"


def word_of_a_row() -> Expression:
    """The word of a row with the columns of `Addressed`; none for a residence's, nor where no rule says one."""

    def circle(level: Level, prefix: str, column: str) -> When:
        return When(level=level, then=Concat(Value(prefix), Cast(F(column), CharField())))

    return Case(
        When(level=Level.RESIDENCE, then=None),
        When(openness=PUBLIC, then=Value(PUBLIC)),
        circle(Level.VOISINAGE, _VOISINAGE, "cell"),
        circle(Level.NEIGHBOURHOOD, _QUARTER, "neighbourhood"),
        circle(Level.MUNICIPALITY, _TOWN, "municipality"),
        When(level=Level.CATCHMENT, then=Value(ZONE)),
        default=None,
    )
