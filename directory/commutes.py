"""Where the neighbours of a quarter drive every week: told where so many homes do that none of them stands out.

Of the rides that a viewer may see anyway, and as places alone: no number is told, nobody is named, and the order is
that of names. A ride of a residence's own space counts nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from directory.models import Carpool
from geo.errors import InvalidParameter
from geo.models import Municipality, Neighbourhood, PublicCell
from scopes.viewer import Home, Viewer

#: From so many homes of so many public cells on, a destination is told (INSEE's threshold for squares is 11 homes).
LEAST_HOMES, LEAST_CELLS = 11, 3
#: The last day of the week on which most go to work (ISO 8601).
FRIDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A quarter or a town that rides go to."""

    #: "44143", or "44109/quartier/3".
    key: str
    name: str

    @classmethod
    def of(cls, place: Municipality | Neighbourhood) -> Destination:
        """Name a place; of a quarter, its town must be read too."""
        if isinstance(place, Municipality):
            return cls(key=place.insee_code, name=place.name)
        return cls(key=f"{place.municipality.insee_code}/{place.kind}/{place.code}", name=place.name)


def destinations(viewer: Viewer) -> list[Destination]:
    """Return where people of the chosen home's quarter drive on working days: quarters of its town, and other towns.

    Whom the viewer no longer reads counts as well: who could choose whose homes are counted would find, by muting all
    but eleven people at a time, which of them live together.
    """
    home = viewer.home
    if home is None:
        return []
    quarters = _covering(Neighbourhood).filter(municipality=home.municipality_id, kind=F("municipality__circle_kind"))
    told = (
        _every_week(replace(viewer, muted_ids=()))
        .filter(_from_around(home))
        .annotate(town=Subquery(_covering(Municipality).order_by("insee_code").values("pk")[:1]))
        .annotate(quarter=Subquery(quarters.order_by("code").values("pk")[:1]))
        .filter(_elsewhere(home))
        .values("town", "quarter")
        .annotate(homes=Count("author__membership__household", distinct=True))
        .annotate(cells=Count(Coalesce("cell__merged_into", "cell"), distinct=True))
        .filter(homes__gte=LEAST_HOMES, cells__gte=LEAST_CELLS)
        .order_by()
        .values_list("town", "quarter")
    )
    pairs = list(told)
    towns = Municipality.objects.filter(pk__in=[town for town, quarter in pairs if quarter is None])
    near = Neighbourhood.objects.filter(pk__in=[quarter for _town, quarter in pairs if quarter is not None])
    places = chain(near.select_related("municipality").defer(*_HEAVY), towns.defer("boundary"))
    return sorted(map(Destination.of, places), key=lambda one: (one.name, one.key))


def destination(key: str) -> Destination:
    """Find a quarter or a town by its key; raise `InvalidParameter` where there is none."""
    code, _slash, quarter = key.partition("/")
    kind, _slash, number = quarter.partition("/")
    if quarter:
        known = Neighbourhood.objects.open().select_related("municipality").defer(*_HEAVY)
        found = known.filter(municipality__insee_code=code, kind=kind, code=number).first()
    else:
        found = Municipality.objects.open().defer("boundary").filter(insee_code=code).first()
    if found is None:
        raise InvalidParameter("towards", _("Nous ne connaissons pas cet endroit."))
    return Destination.of(found)


def rides_towards(viewer: Viewer, there: Destination) -> QuerySet[Carpool]:
    """Return the rides of the viewer's towns, that the viewer may see, to a place on working days, the earliest first.

    Whoever offers them, of whatever quarter.
    """
    code, _slash, quarter = there.key.partition("/")
    if quarter:
        kind, _slash, number = quarter.partition("/")
        covering = _covering(Neighbourhood).filter(municipality__insee_code=code, kind=kind, code=number)
    else:
        covering = _covering(Municipality).filter(insee_code=code)
    going = _every_week(viewer).annotate(there=Subquery(covering.values("pk")[:1])).filter(there__isnull=False)
    return going.order_by("departure", "public_id")


#: Columns that weigh a hundred times as much as the name.
_HEAVY = ("boundary", "municipality__boundary")


def _every_week(viewer: Viewer) -> QuerySet[Carpool]:
    """Offers on working days of people of the viewer's towns, that the viewer may see; none inside a residence."""
    of_town = Carpool.objects.live().visible_to(viewer).filter(municipality__in=viewer.municipality_ids)
    offers = of_town.filter(direction=Carpool.Direction.OFFER, residence=None)
    # Days are kept in their order: the first says whether there is one. (`intarray` takes `&&` of short numbers away.)
    return offers.filter(weekdays__0__lte=FRIDAY)


def _from_around(home: Home) -> Q:
    """Authors whose public cell has its point in the quarter of the home; in its voisinage, where there are none.

    By the ids of these cells: a quarter has some hundreds, and its rides are found by them among a million.
    """
    if home.neighbourhood_id is None:
        return Q(cell__in=home.voisinage)
    standing = PublicCell.objects.filter(containments__neighbourhood=home.neighbourhood_id)
    cells = list(standing.values_list("pk", flat=True))
    united = PublicCell.objects.filter(merged_into__in=cells).values_list("pk", flat=True)
    return Q(cell__in=[*cells, *united])


def _elsewhere(home: Home) -> Q:
    """Another quarter of the town, or another town: what is around the corner is nowhere that one drives to."""
    own_town = Q(quarter__isnull=True, town=home.municipality_id)
    return ~own_town & ~Q(quarter__isnull=False, quarter=home.neighbourhood_id)


def _covering(model: type[Municipality] | type[Neighbourhood]) -> QuerySet:
    """Places of today around the end of a ride, border included."""
    return model.objects.open().filter(parts__division__covers=OuterRef("end_point"))
