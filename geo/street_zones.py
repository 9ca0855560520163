"""A street between two numbers, both sides or one: its addresses, the public cells and residences that open on them."""

from __future__ import annotations

from enum import Enum

from django.contrib.gis.geos import MultiPolygon
from django.db.models import F
from django.utils.translation import gettext as _

from geo.catchments import Catchment, around_cells
from geo.errors import InvalidParameter
from geo.models import Address, Municipality, PublicCell, Residence, Toponym
from geo.querysets import PlaceQuerySet, ResidenceQuerySet
from geo.wording import comparable


class Side(Enum):
    """Which numbers of a street."""

    BOTH = "both"
    ODD = "odd"
    EVEN = "even"


def along_street(
    municipality: Municipality, street: str, first: int | None = None, last: int | None = None
) -> Catchment:
    """Return the zone of the whole public cells whose homes open on a street between two numbers, both included.

    Raises `InvalidParameter` for a street, or numbers of it, that the town does not have.
    """
    return cells_on(addresses_along(municipality, street, first, last))


def cells_on(addresses: PlaceQuerySet) -> Catchment:
    """Return the zone of the whole public cells whose homes open on these addresses."""
    opening = PublicCell.objects.sound().filter(buildings__addresses__in=addresses, buildings__dwellings__gt=0)
    zone = around_cells(PublicCell.objects.filter(pk__in=opening.values("pk")))
    note = _("Les foyers voisins au coin de la rue en font partie : on ne s’adresse jamais à moins qu’une maille.")
    return Catchment(area=zone.area, drawing=zone.drawing, notes=(note,))


def addresses_along(
    municipality: Municipality,
    street: str,
    first: int | None = None,
    last: int | None = None,
    side: Side = Side.BOTH,
) -> PlaceQuerySet:
    """Return the addresses of a street between two numbers, in either order; of the whole street without numbers."""
    called = comparable(street)
    known = Toponym.objects.filter(
        municipality=municipality, kind=Toponym.Kind.STREET, normalised__startswith=called
    ).values_list("name", flat=True)
    names = [name for name in known if comparable(name) == called]
    addresses = Address.objects.open().filter(municipality=municipality, street_name__in=names)
    if not called or not addresses.exists():
        told = {"town": municipality.name, "street": street}
        raise InvalidParameter("street", _("%(town)s n’a pas de « %(street)s » avec des numéros.") % told)
    ends = sorted(number for number in (first, last) if number is not None)
    if ends:
        addresses = addresses.filter(number__range=(ends[0], ends[-1]))
    if side is not Side.BOTH:
        addresses = addresses.alias(parity=F("number") % 2).filter(parity=1 if side is Side.ODD else 0)
    if not addresses.exists():
        raise InvalidParameter("first", _("Cette rue n’a pas de tels numéros."))
    return addresses


def residences_along(addresses: PlaceQuerySet) -> ResidenceQuerySet:
    """Return the residences that open on these addresses: for a mandate, which alone may look at homes."""
    return Residence.objects.circles().of_buildings().filter(buildings__addresses__in=addresses).distinct()


def residences_in(area: MultiPolygon) -> ResidenceQuerySet:
    """Return the residences that lie in an area, border included: for a mandate, which alone may look at homes."""
    return Residence.objects.circles().of_buildings().filter(buildings__footprint__intersects=area).distinct()
