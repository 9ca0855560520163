"""How far what an organisation says goes: everyone, a town, a quarter, a circle around its public place, or a shape.

A circle is of those who live in it, and is read by nobody else. A shape is of an offer that everyone reads on the map:
whoever lives in it finds it besides among what is said around them, and in the letters they asked for.

Never around a seat that is someone's home: such a page has no point (`directory.premises`), and no circle is offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.gis.measure import D
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from directory.models import Listing
from geo.catchments import Catchment, radius_around
from geo.errors import InvalidParameter
from geo.models import Municipality, Neighbourhood
from scopes.models import Level, Openness
from scopes.preview import preview_of_zone

EVERYONE, TOWN, QUARTER, SHAPE = "everyone", "town", "quarter", "shape"
#: Of what is changed: as it stands.
KEPT = "kept"
RADII = {"200m": D(m=200), "500m": D(m=500), "1km": D(km=1), "2km": D(km=2), "3km": D(km=3)}


def quarters_of(town: Municipality) -> QuerySet[Neighbourhood]:
    """The quarters that are circles in a town, by name."""
    open_ones = Neighbourhood.objects.filter(municipality=town, kind=town.circle_kind, closed_on=None)
    return open_ones.order_by("name", "pk")


def addressed(
    *,
    to: str,
    quarter: Neighbourhood | None,
    place: Listing | None,
    town: Municipality,
    shape: Catchment | None = None,
) -> dict[str, Any]:
    """Return the columns that say who may see it; raise `InvalidParameter` naming the field."""
    blank = {"level": Level.MUNICIPALITY, "neighbourhood": None, "catchment": None, "openness": Openness.MEMBERS}
    if to == EVERYONE:
        return blank | {"openness": Openness.PUBLIC}
    if to == TOWN:
        return blank
    if to == QUARTER:
        if quarter is None or not quarters_of(town).filter(pk=quarter.pk).exists():
            raise InvalidParameter("quarter", _("Choisissez le quartier."))
        return blank | {"level": Level.NEIGHBOURHOOD, "neighbourhood": quarter}
    if to == SHAPE and shape is not None:
        return blank | {"level": Level.CATCHMENT, "catchment": shape.area, "openness": Openness.PUBLIC}
    return blank | {"level": Level.CATCHMENT, "catchment": circle(to, place).area}


def circle(to: str, place: Listing | None) -> Catchment:
    """Return the circle that is meant around a public place."""
    if to not in RADII:
        raise InvalidParameter("to", _("Choisissez jusqu’où."))
    if place is None or place.location is None:
        raise InvalidParameter("to", _("Pas de lieu public connu ici : choisissez la ville ou un quartier."))
    return radius_around(place.location, RADII[to])


def homes_within(to: str, place: Listing | None, town: Municipality) -> int | None:
    """How many homes stand in the circle, by public data and whoever lives there; nothing for what is no circle."""
    if to not in RADII:
        return None
    return preview_of_zone(circle(to, place), municipality_id=town.pk).homes


def to_of(listing: Listing, radii: Mapping[str, D] = RADII) -> str:
    """The choice that an audience was made by; of a circle the radius, by how wide it is."""
    if listing.openness == Openness.PUBLIC:
        return SHAPE if listing.level == Level.CATCHMENT else EVERYONE
    if listing.level == Level.CATCHMENT:
        south, north = listing.catchment.extent[1::2]
        metres = (north - south) * 111_195 / 2
        return min(radii, key=lambda name: abs(radii[name].m - metres))
    return QUARTER if listing.level == Level.NEIGHBOURHOOD else TOWN
