"""Adoption: of how many dwellings a town's homes are connected, quarter by quarter, from the reach table alone.

And where nobody offers a service: read off what everyone sees without account, at the cells that it already names.
Nothing here looks at a person: what it says moves once a quarter of the year, or when something public does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from directory.categories import Node, tree
from directory.kinds.kind import ExchangeKind
from directory.kinds.loan import LOAN
from directory.kinds.service import SERVICE
from directory.models import Loan, Service
from directory.organisation_audiences import quarters_of
from geo.errors import InvalidParameter
from geo.models import Municipality, Neighbourhood
from scopes.models import Level, ReachCount
from scopes.reach import Adoption
from scopes.viewer import ANONYMOUS

#: Quarters of the year that are told: two years.
QUARTERS = 8
#: What neighbours offer for long, shown at a public cell; what they give or sell is gone the next day.
_KINDS = (SERVICE, LOAN)
_MODELS = {SERVICE.kind: Service, LOAN.kind: Loan}


@dataclass(frozen=True, slots=True)
class AdoptedIn:
    """One part of a town, or the whole of it, in each of some quarters of the year, the newest first."""

    #: Nothing for the whole town, which is no sum of its parts: a reach cell may lie on a limit.
    neighbourhood: Neighbourhood | None
    by_quarter: dict[date, Adoption]

    @property
    def latest(self) -> Adoption:
        """As it was last counted."""
        return next(iter(self.by_quarter.values()))


def adoption_of(town: Municipality) -> list[AdoptedIn]:
    """Tell the adoption of a town, the whole first, then its quarters; nothing before anything was counted."""
    counted = ReachCount.objects.last_quarters(QUARTERS)
    if not counted or not town.boundary:
        return []
    areas = [(None, town.boundary), *((one, one.boundary) for one in quarters_of(town))]
    return [AdoptedIn(one, ReachCount.objects.adoption_in(area, quarters=counted)) for one, area in areas]


def offered_in(town: Municipality, service: str) -> list[tuple[Neighbourhood, bool]]:
    """Tell each quarter of a town, and whether anybody there offers or lends this to everyone, without account.

    Somebody or nobody, never how many. Raises `InvalidParameter` for what neighbours do not offer to everyone.
    """
    if service not in {code for _several, those in services() for code, _name in those}:
        raise InvalidParameter("service", _("Ce service n’est pas dans la liste."))
    node = tree()[service]
    offered = (
        _MODELS[node.kind]
        .objects.live()
        .visible_to(ANONYMOUS)
        .filter(direction="offer", entry__municipality_id=town.pk, entry__category_number=node.number)
    )
    somebody = set(offered.values_list("entry__neighbourhood_id", flat=True).distinct())
    return [(one, one.pk in somebody) for one in quarters_of(town)]


def services() -> list[tuple[str, list[tuple[str, str]]]]:
    """What may be offered or lent to everyone, by kind, with names, in the order of the tree."""
    return [(str(kind.several), [(node.code, node.name) for node in _of(kind, opens=True)]) for kind in _KINDS]


def kept_services() -> list[str]:
    """The names of what is told among members alone: here, nothing is said of it, and that is."""
    return [node.name for kind in _KINDS for node in _of(kind, opens=False)]


def _of(kind: ExchangeKind, *, opens: bool) -> list[Node]:
    """The categories of a kind without others below them, those that may be opened to everyone or the others."""
    leaves = [node for node in tree().values() if node.kind == kind.kind and node.number == node.last]
    return [node for node in leaves if kind.opens(category=node.code, level=Level.MUNICIPALITY) is opens]
