"""Where a search is asked from: a point of the earth and what it is called; used, never stored."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from geo.errors import InvalidParameter, NotFound
from geo.geocoding import resolve
from geo.models import Residence
from scopes.viewer import Home

#: `Here.type` of the viewer's own home.
HOME = "home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """A point in degrees (WGS84) and its name; the name is empty for bare coordinates."""

    longitude: float
    latitude: float
    label: str = ""
    #: What the reader should know of how it was found: a house number that is not known, a place along the street.
    note: str = ""
    #: What kind of place it is (`geo.geocoding.Suggestion.type`); empty for bare coordinates.
    type: str = ""

    @property
    def ewkt(self) -> str:
        """The point as PostGIS reads it, every digit kept."""
        return f"SRID=4326;POINT({self.longitude!r} {self.latitude!r})"


def home_of(home: Home) -> Here:
    """Return where the viewer lives, for the viewer's own eyes: it is in no address, and nobody else's answer."""
    location = Residence.objects.values_list("location", flat=True).get(pk=home.residence_id)
    return Here(longitude=location.x, latitude=location.y, label=_("chez vous"), type=HOME)


def place_called(text: str, *, parameter: str) -> Here:
    """Find an address or a place by what people call it; raise `InvalidParameter` when nobody knows it."""
    try:
        place = resolve(text)
    except NotFound as error:
        raise InvalidParameter(parameter, str(error)) from error
    return Here(longitude=place.longitude, latitude=place.latitude, label=place.label, note=place.note, type=place.type)
