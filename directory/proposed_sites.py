"""Sites that do not exist and are thought of: as the address of an analysis says them, and as people type them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.geocoding import RESOLVED, complete
from geo.models import Municipality
from geo.parameters import LONGEST, TYPED_SPACES

#: Longitude and latitude, to a metre.
Site = tuple[float, float]
#: Of one analysis.
MOST = 10
DIGITS = 5
#: Latitude before longitude, as maps on the web tell a place.
COORDINATES = re.compile(r"([+-]?\d{1,2}(?:\.\d{1,15})?)\s*[,;]\s*([+-]?\d{1,3}(?:\.\d{1,15})?)", re.ASCII)
#: Places of the name typed that are looked at, the likeliest first.
LOOKED_AT = 10
#: Points of likeness by which a street may be behind a town of nearly the same name.
AS_LIKELY = 0.1
#: What is too large to be a site (`geo.geocoding.Suggestion.type`).
TOO_LARGE = frozenset({"municipality", "postcode", "neighbourhood"})


def read_proposed(told: Iterable[str]) -> tuple[Site, ...]:
    """Read `47.2184,-1.5536`, each once; raise `InvalidParameter` naming `site`."""
    sites = [_coordinates(one) for one in told if one]
    if None in sites:
        raise InvalidParameter("site", _("Attendu : latitude et longitude comme 47.2184,-1.5536."))
    proposed = tuple(dict.fromkeys(site for site in sites if site))
    if len(proposed) > MOST:
        raise InvalidParameter("site", _("Au plus %(most)d lieux ajoutés à la fois.") % {"most": MOST})
    return proposed


def written(site: Site) -> str:
    """Write one as the address says it.

    >>> written((-1.5536, 47.2184))
    '47.2184,-1.5536'
    """
    return ",".join(f"{degrees:.{DIGITS}f}".rstrip("0").rstrip(".") for degrees in reversed(site))


def with_one_more(proposed: Sequence[Site], text: str, town: Municipality) -> tuple[Site, ...]:
    """Return these and the place that was typed: coordinates, an address or a street, looked for near the town.

    Raises `InvalidParameter` naming `add`.
    """
    if len(text) > LONGEST or not text.translate(TYPED_SPACES).isprintable():
        raise InvalidParameter("add", _("Au plus %(most)d caractères, tous visibles.") % {"most": LONGEST})
    together = tuple(dict.fromkeys([*proposed, _coordinates(text.strip()) or place_of(text, town)]))
    if len(together) > MOST:
        raise InvalidParameter("add", _("Au plus %(most)d lieux ajoutés à la fois.") % {"most": MOST})
    return together


def _coordinates(text: str) -> Site | None:
    told = COORDINATES.fullmatch(text)
    if not told:
        return None
    latitude, longitude = (round(float(part), DIGITS) for part in told.groups())
    return (longitude, latitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def place_of(text: str, town: Municipality, *, anywhere: bool = False) -> Site:
    """The likeliest place of this name that is no larger than a street, in the town before any other.

    The likeliest of all where the text says by itself in which town it is (`anywhere`). Raises `InvalidParameter`
    naming `add`.
    """
    meant = [place for place in complete(text, limit=LOOKED_AT, near=town.location) if place.score >= RESOLVED]
    if not meant:
        raise InvalidParameter("add", _("Aucun lieu ne correspond à « %(text)s ».") % {"text": text})
    small = [place for place in meant if place.type not in TOO_LARGE and place.score >= meant[0].score - AS_LIKELY]
    if not small:
        raise InvalidParameter("add", _("« %(name)s » est trop grand : dites une adresse ou une rue.") % {"name": text})
    here = [place for place in small if place.citycode == town.insee_code and not anywhere]
    place = [*here, *small][0]
    return round(place.longitude, DIGITS), round(place.latitude, DIGITS)
