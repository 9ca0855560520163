"""Reads what a search of the standard asks, strictly; the error names the parameter that is not valid.

Names, units and defaults are the standard's. What it leaves open is bounded here: radii, the time given, and how many
are answered at the most.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.http import QueryDict
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.models import WGS84

_COMMON = (
    "departureLat", "departureLng", "arrivalLat", "arrivalLng", "departureRadius", "arrivalRadius", "timeDelta",
    "count",
)  # fmt: skip
JOURNEYS = (*_COMMON, "departureDate")
TRIPS = (*_COMMON, "departureTimeOfDay", "departureWeekdays", "minDepartureDate", "maxDepartureDate")
#: In the order of ISO 8601: Monday is 1.
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
USUAL_RADIUS, MOST_RADIUS = D(km=1), D(km=50)
USUAL_DELTA, MOST_DELTA = timedelta(seconds=900), timedelta(days=1)
#: "If missing, all matching results are returned": nobody reads more than these, the best.
MOST_RESULTS = 1_000
#: Seconds since 1970 of the last moment that can be asked for: the year 2100.
LAST_MOMENT = 4_102_444_800
#: A number as JSON writes it: `5e-05` is how Python writes what is near Greenwich.
_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?([eE][+-]?\d{1,3})?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
#: RFC 3339, `partial-time`.
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """From where to where, how far around, how long before or after, and how many."""

    start: Point
    end: Point
    around_start: D
    around_end: D
    within: timedelta
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneysAsked(Asked):
    """The same at a moment."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TripsAsked(Asked):
    """The same every week, on some days (1 is Monday) at a time of day by the clock of the town."""

    hour: time
    weekdays: tuple[int, ...]
    #: There is one to ride along between these moments: from now on, and for ever, where nothing is said.
    since: datetime | None
    until: datetime | None


def read_journeys(query: QueryDict) -> JourneysAsked:
    """Read a search of journeys."""
    return JourneysAsked(**_read(query), at=_moment(query, "departureDate"))


def read_trips(query: QueryDict) -> TripsAsked:
    """Read a search of regular trips."""
    since, until = (
        _moment(query, name) if name in query else None for name in ("minDepartureDate", "maxDepartureDate")
    )
    if since and until and until < since:
        raise InvalidParameter("maxDepartureDate", _("Attendu : un moment qui n’est pas avant minDepartureDate."))
    return TripsAsked(**_read(query), hour=_hour(query), weekdays=_weekdays(query), since=since, until=until)


def _read(query: QueryDict) -> dict[str, object]:
    return {
        "start": _point(query, "departure"),
        "end": _point(query, "arrival"),
        "around_start": _radius(query, "departureRadius"),
        "around_end": _radius(query, "arrivalRadius"),
        "within": _delta(query),
        "count": _count(query),
    }


def _given(query: QueryDict, name: str) -> str:
    if name not in query:
        raise InvalidParameter(name, _("Ce paramètre est obligatoire."))
    return query[name]


def _point(query: QueryDict, name: str) -> Point:
    latitude, longitude = (_degrees(query, f"{name}{end}", most) for end, most in (("Lat", 90), ("Lng", 180)))
    return Point(longitude, latitude, srid=WGS84)


def _degrees(query: QueryDict, name: str, most: int) -> float:
    value = _number(_given(query, name))
    if not -most <= value <= most:
        raise InvalidParameter(name, _("Attendu : des degrés entre -%(most)d et %(most)d.") % {"most": most})
    return value


def _radius(query: QueryDict, name: str) -> D:
    if name not in query:
        return USUAL_RADIUS
    kilometres = _number(query[name])
    if not 0 <= kilometres <= MOST_RADIUS.km:
        words = _("Attendu : des kilomètres, de 0 à %(most)d.") % {"most": MOST_RADIUS.km}
        raise InvalidParameter(name, words)
    return D(km=kilometres)


def _number(text: str) -> float:
    """Read a number; what is none is not between any two."""
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _moment(query: QueryDict, name: str) -> datetime:
    seconds = _integer(_given(query, name))
    if seconds is None or not 0 <= seconds <= LAST_MOMENT:
        raise InvalidParameter(name, _("Attendu : des secondes depuis 1970 (UNIX, UTC), en un nombre entier."))
    return datetime.fromtimestamp(seconds, UTC)


def _delta(query: QueryDict) -> timedelta:
    if "timeDelta" not in query:
        return USUAL_DELTA
    seconds, most = _integer(query["timeDelta"]), int(MOST_DELTA.total_seconds())
    if seconds is None or not 0 <= seconds <= most:
        raise InvalidParameter("timeDelta", _("Attendu : des secondes, de 0 à %(most)d.") % {"most": most})
    return timedelta(seconds=seconds)


def _count(query: QueryDict) -> int:
    if "count" not in query:
        return MOST_RESULTS
    count = _integer(query["count"])
    if count is None or count < 0:
        raise InvalidParameter("count", _("Attendu : un nombre entier, 0 ou plus."))
    return min(count, MOST_RESULTS)


def _hour(query: QueryDict) -> time:
    told = _TIME.fullmatch(_given(query, "departureTimeOfDay"))
    if told is None:
        raise InvalidParameter("departureTimeOfDay", _("Attendu : une heure comme 07:30:00."))
    return time(*map(int, told.groups()[:3]))


def _weekdays(query: QueryDict) -> tuple[int, ...]:
    days = query.get("departureWeekdays", ",".join(WEEKDAYS)).split(",")
    if not set(days) <= set(WEEKDAYS):
        raise InvalidParameter("departureWeekdays", _("Attendu : %(kinds)s.") % {"kinds": ",".join(WEEKDAYS)})
    return tuple(number for number, day in enumerate(WEEKDAYS, start=1) if day in days)
