"""Adoption: of how many dwellings a town's homes are connected, quarter by quarter, from the reach table alone.

And where nobody offers a service: read off what everyone sees without account, at the cells that it already names.
Nothing here looks at a person: what it says moves once a quarter of the year, or when something public does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from directory.categories import Node, tree
from directory.kinds.service import SERVICE
from directory.models import Kind, Service
from geo.errors import InvalidParameter
from geo.models import Municipality, Neighbourhood
from scopes.models import Level, ReachCount
from scopes.reach import Adoption
from scopes.viewer import ANONYMOUS

#: Quarters of the year that are told: two years.
QUARTERS = 8


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
    """Tell each quarter of a town, and whether anybody there offers a service to everyone, without account.

    Somebody or nobody, never how many. Raises `InvalidParameter` for what neighbours do not offer to everyone.
    """
    if service not in {code for code, _name in services()}:
        raise InvalidParameter("service", _("Ce service n’est pas dans la liste."))
    node = tree()[service]
    offered = (
        Service.objects.live()
        .visible_to(ANONYMOUS)
        .filter(
            direction=Service.Direction.OFFER,
            entry__municipality_id=town.pk,
            entry__category_number__range=(node.number, node.last),
        )
    )
    somebody = set(offered.values_list("entry__neighbourhood_id", flat=True).distinct())
    return [(one, one.pk in somebody) for one in quarters_of(town)]


def services() -> list[tuple[str, str]]:
    """The services that may be offered to everyone, with their names, in the order of the tree."""
    return [(node.code, node.name) for node in _offered() if _opens(node)]


def kept_services() -> list[str]:
    """The names of those that are told among members alone: here, nothing is said of them, and that is."""
    return [node.name for node in _offered() if not _opens(node)]


def _offered() -> list[Node]:
    kinds = [node for node in tree().values() if node.kind == Kind.SERVICE]
    branches = {node.code for node in kinds if node.parent == "service"}
    return [node for node in kinds if node.parent in branches]


def _opens(node: Node) -> bool:
    return SERVICE.opens(category=node.code, level=Level.MUNICIPALITY)


def quarters_of(town: Municipality) -> list[Neighbourhood]:
    """Return the quarters of a town, of the kind that is its circle, by name; none where it has none."""
    if not town.circle_kind:
        return []
    return list(Neighbourhood.objects.open().filter(municipality=town, kind=town.circle_kind).order_by("name", "pk"))
