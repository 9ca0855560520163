"""Reads query strings strictly: every parameter known, given once and valid; the error names the one that is not."""

from __future__ import annotations

import math
import re
from collections.abc import Collection

from django.contrib.gis.geos import Point, Polygon
from django.http import QueryDict
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.models import WGS84

NUMBER = re.compile(r"[+-]?\d{1,3}(\.\d{1,20})?", re.ASCII)
#: Spaces that French keyboards and pasted texts put before punctuation; Python does not call them printable.
TYPED_SPACES = {0x00A0: " ", 0x202F: " "}
#: Longest text looked for, in characters.
LONGEST = 200


def check_names(query: QueryDict, known: Collection[str], *, repeatable: Collection[str] = ()) -> None:
    """Refuse a parameter that is not known, is given twice without being `repeatable`, or holds control characters."""
    for name, values in query.lists():
        if name not in known:
            raise InvalidParameter(name, _("Paramètre inconnu."))
        if len(values) > 1 and name not in repeatable:
            raise InvalidParameter(name, _("Ce paramètre ne se donne qu’une fois."))
        if not all(value.translate(TYPED_SPACES).isprintable() for value in values):
            raise InvalidParameter(name, _("Ce paramètre contient un caractère invisible."))


def read_coordinates(query: QueryDict) -> tuple[float, float] | None:
    """Read `lon` and `lat`, in degrees, which go together; None where neither is given."""
    if "lat" not in query and "lon" not in query:
        return None
    return _degrees(query, "lon", 180), _degrees(query, "lat", 90)


def read_point(query: QueryDict) -> Point | None:
    """Read the same as a point."""
    coordinates = read_coordinates(query)
    return coordinates and Point(*coordinates, srid=WGS84)


def _degrees(query: QueryDict, name: str, most: int) -> float:
    if name not in query:
        raise InvalidParameter(name, _("lat et lon vont ensemble."))
    value = float(query[name]) if NUMBER.fullmatch(query[name]) else math.nan
    if not -most <= value <= most:
        raise InvalidParameter(name, _("Attendu : des degrés entre -%(most)d et %(most)d.") % {"most": most})
    return value


def read_box(query: QueryDict) -> Polygon | None:
    """Read `bbox=west,south,east,north` in degrees; a box over the antimeridian is not one."""
    if "bbox" not in query:
        return None
    parts = query["bbox"].split(",")
    if len(parts) != 4 or not all(NUMBER.fullmatch(part) for part in parts):
        raise InvalidParameter("bbox", _("Attendu : ouest,sud,est,nord en degrés."))
    west, south, east, north = map(float, parts)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InvalidParameter("bbox", _("Attendu : ouest,sud,est,nord en degrés."))
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = WGS84
    return box


def read_limit(query: QueryDict, *, usual: int, most: int) -> int:
    """Read how many results are wanted."""
    text = query.get("limit", str(usual))
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or not 1 <= int(text) <= most:
        raise InvalidParameter("limit", _("Attendu : un nombre de 1 à %(most)d.") % {"most": most})
    return int(text)


def read_words(query: QueryDict, name: str = "q") -> str:
    """Read the text looked for, which must say something."""
    text = query.get(name, "").strip()
    if not text:
        raise InvalidParameter(name, _("Ce paramètre est obligatoire."))
    if len(text) > LONGEST:
        raise InvalidParameter(name, _("Au plus %(most)d caractères.") % {"most": LONGEST})
    return text
