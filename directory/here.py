"""Where a search is asked from: a point of the earth and what it is called; used, never stored."""

from __future__ import annotations

from dataclasses import dataclass

from geo.errors import InvalidParameter, NotFound
from geo.geocoding import resolve


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


def place_called(text: str, *, parameter: str) -> Here:
    """Find an address or a place by what people call it; raise `InvalidParameter` when nobody knows it."""
    try:
        place = resolve(text)
    except NotFound as error:
        raise InvalidParameter(parameter, str(error)) from error
    return Here(longitude=place.longitude, latitude=place.latitude, label=place.label, note=place.note, type=place.type)
