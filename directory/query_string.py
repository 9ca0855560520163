"""Reads a query string strictly: every parameter known, given once, and valid; the error names the one that is not."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.gis.geos import Point
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.categories import tree
from directory.here import Here
from directory.models import Kind
from directory.opening import horizon
from geo.errors import InvalidParameter
from geo.models import WGS84, Municipality

REPEATABLE = frozenset({"kind", "category"})
KNOWN = REPEATABLE | {"lat", "lon", "address", "place", "within", "q", "open_at", "limit", "cursor", "lang"}
LANGUAGES = ("fr", "en")
MOST_ROWS, USUAL_ROWS = 100, 20
LONGEST_TEXT = 200
NUMBER = re.compile(r"[+-]?\d{1,3}(\.\d{1,20})?", re.ASCII)


def check_names(query: QueryDict) -> None:
    """Refuse a parameter that nobody knows, is given twice, or carries control characters."""
    for name in query:
        if name not in KNOWN:
            raise InvalidParameter(name, _("Paramètre inconnu."))
        values = query.getlist(name)
        if len(values) > 1 and name not in REPEATABLE:
            raise InvalidParameter(name, _("Ce paramètre ne se donne qu’une fois."))
        if any(not value.isprintable() for value in values):
            raise InvalidParameter(name, _("Ce paramètre contient un caractère invisible."))


def read_coordinates(query: QueryDict) -> Here | None:
    """Read `lat` and `lon`, in degrees, which go together."""
    if "lat" not in query and "lon" not in query:
        return None
    for name in ("lat", "lon"):
        if name not in query:
            raise InvalidParameter(name, _("lat et lon vont ensemble."))
    return Here(longitude=_degrees(query, "lon", 180), latitude=_degrees(query, "lat", 90))


def _degrees(query: QueryDict, name: str, most: int) -> float:
    text = query[name]
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    if not -most <= value <= most:
        raise InvalidParameter(name, _("Attendu : des degrés entre -%(most)d et %(most)d.") % {"most": most})
    return value


def read_kinds(query: QueryDict) -> tuple[str, ...]:
    """Read the kinds asked for, in the order of `Kind`."""
    return _known("kind", query.getlist("kind"), list(Kind.values))


def read_categories(query: QueryDict) -> tuple[str, ...]:
    """Read the codes of the categories asked for, in the order of the tree."""
    return _known("category", query.getlist("category"), list(tree()))


def _known(name: str, asked: list[str], known: list[str]) -> tuple[str, ...]:
    for value in asked:
        if value not in known:
            raise InvalidParameter(name, _("Inconnu : %(value)s.") % {"value": value[:40]})
    return tuple(value for value in known if value in asked)


def read_text(query: QueryDict) -> str:
    """Read what is looked for in words; empty means anything."""
    text = query.get("q", "").strip()
    if len(text) > LONGEST_TEXT:
        raise InvalidParameter("q", _("Au plus %(most)d caractères.") % {"most": LONGEST_TEXT})
    return text


def read_limit(query: QueryDict) -> int:
    """Read how many results a page holds."""
    text = query.get("limit", str(USUAL_ROWS))
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or not 1 <= int(text) <= MOST_ROWS:
        raise InvalidParameter("limit", _("Attendu : un nombre de 1 à %(most)d.") % {"most": MOST_ROWS})
    return int(text)


def read_language(query: QueryDict, usual: str) -> str:
    """Read the language of the answer."""
    language = query.get("lang", usual)
    if language not in LANGUAGES:
        raise InvalidParameter("lang", _("Langues : fr, en."))
    return language


def read_moment(query: QueryDict, here: Here) -> datetime | None:
    """Read `open_at` (RFC 3339, https://www.rfc-editor.org/rfc/rfc3339); without a zone it is the time of the place."""
    if "open_at" not in query:
        return None
    try:
        moment = datetime.fromisoformat(query["open_at"])
    except ValueError:
        moment = None
    if moment is None or len(query["open_at"]) <= len("2026-12-03"):
        raise InvalidParameter("open_at", _("Attendu : une date et une heure comme 2026-12-03T18:30."))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_zone(here))
    if not timezone.now() - timedelta(days=1) <= moment < horizon():
        raise InvalidParameter("open_at", _("Les horaires ne sont connus que pour les 60 jours à venir."))
    return moment


def _zone(here: Here) -> ZoneInfo:
    point = Point(here.longitude, here.latitude, srid=WGS84)
    name = Municipality.objects.covering(point).values_list("time_zone", flat=True).first()
    return ZoneInfo(name or settings.TIME_ZONE)
