"""Reads the parameters of a search strictly; the error names the one that is not valid."""

from __future__ import annotations

from collections.abc import Collection
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
from geo import parameters
from geo.errors import InvalidParameter
from geo.models import WGS84, Municipality

REPEATABLE = frozenset({"kind", "category"})
KNOWN = REPEATABLE | {"lat", "lon", "address", "place", "within", "q", "open_at", "limit", "cursor", "lang"}
LANGUAGES = ("fr", "en")
KINDS = tuple(Kind.values)
MOST_ROWS, USUAL_ROWS = 100, 20
LONGEST_TEXT = 200


def read_coordinates(query: QueryDict) -> Here | None:
    """Read `lat` and `lon`, in degrees, which go together."""
    coordinates = parameters.read_coordinates(query)
    return coordinates and Here(longitude=coordinates[0], latitude=coordinates[1])


def read_kinds(query: QueryDict) -> tuple[str, ...]:
    """Read the kinds asked for, in the order of `Kind`."""
    return _known("kind", query.getlist("kind"), KINDS)


def read_categories(query: QueryDict) -> tuple[str, ...]:
    """Read the codes of the categories asked for, in the order of the tree."""
    return _known("category", query.getlist("category"), tree())


def _known(name: str, asked: list[str], known: Collection[str]) -> tuple[str, ...]:
    if not asked:
        return ()
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
    return parameters.read_limit(query, usual=USUAL_ROWS, most=MOST_ROWS)


def read_language(query: QueryDict, usual: str) -> str:
    """Read the language of the answer."""
    language = query.get("lang", usual)
    if language not in LANGUAGES:
        raise InvalidParameter("lang", _("Langues : fr, en."))
    return language


def read_moment(query: QueryDict, here: Here) -> datetime | None:
    """Read `open_at`, by the clock of a place where it says no zone."""
    return read_moment_in(query, _zone(here)) if "open_at" in query else None


def read_moment_in(query: QueryDict, zone: ZoneInfo) -> datetime | None:
    """Read `open_at` (RFC 3339, https://www.rfc-editor.org/rfc/rfc3339); one without a zone is of this one."""
    if "open_at" not in query:
        return None
    try:
        moment = datetime.fromisoformat(query["open_at"])
    except ValueError:
        moment = None
    if moment is None or len(query["open_at"]) <= len("2026-12-03"):
        raise InvalidParameter("open_at", _("Attendu : une date et une heure comme 2026-12-03T18:30."))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    if not timezone.now() - timedelta(days=1) <= moment < horizon():
        raise InvalidParameter("open_at", _("Les horaires ne sont connus que pour les 60 jours à venir."))
    return moment


def _zone(here: Here) -> ZoneInfo:
    point = Point(here.longitude, here.latitude, srid=WGS84)
    name = Municipality.objects.covering(point).values_list("time_zone", flat=True).first()
    return ZoneInfo(name or settings.TIME_ZONE)
