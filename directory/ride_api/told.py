"""Writes rides as the standard has them: metres, seconds, euros, UNIX seconds, a meeting point at either end.

Of a person nothing is told: an id that is of one ride and one organisation alone, and a word in place of a name.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from directory.kinds import page_of
from directory.models import Carpool
from directory.ride_api.parameters import WEEKDAYS
from directory.ride_api.searching import Found, Weekly
from directory.ride_entries_sql import METRES_A_MINUTE
from scopes.models import Organisation

_OFFER, _Preference = Carpool.Direction.OFFER, Carpool.Preference
#: What a driver says of the car, in the standard's words.
_PREFERENCES = {
    _Preference.NON_SMOKING: {"smoking": False},
    _Preference.PETS: {"animals": True},
    _Preference.QUIET: {"isTalker": False},
}
_DAY = 86_400


def told_journey(found: Found, to: Organisation) -> dict[str, object]:
    """Tell of one journey, `DriverJourney` or `PassengerJourney`."""
    ride = found.ride
    seats = {"availableSeats" if ride.direction == _OFFER else "requestedSeats": found.free}
    schedule = _schedule(found, found.leaves_on, found.leaves_at, to)
    return _told_way(found, to) | schedule | seats | {"price": _price(ride)}


def told_trip(found: Found, to: Organisation) -> dict[str, object]:
    """Tell of a regular trip, with the next journey of each day."""
    schedules = [_told_week(found, one, to) for one in found.schedules]
    return _told_way(found, to) | {"schedules": schedules}


def _told_way(found: Found, to: Organisation) -> dict[str, object]:
    """What the standard calls a trip: whose, from where to where, how far, how long."""
    ride, pick_up, drop_off = found.ride, found.pick_up, found.drop_off
    share = found.leaves - found.boards
    told = {
        "operator": operator(),
        "passengerPickupLat": pick_up.latitude,
        "passengerPickupLng": pick_up.longitude,
        "passengerPickupAddress": pick_up.name,
        "passengerDropLat": drop_off.latitude,
        "passengerDropLng": drop_off.longitude,
        "passengerDropAddress": drop_off.name,
        "distance": round(share * ride.metres),
        "duration": max(1, round(share * ride.seconds)),
        "journeyPolyline": found.polyline,
        "webUrl": settings.SITE_URL.rstrip("/") + page_of(ride),
    }
    if ride.direction != _OFFER:
        return told | {"passenger": _person(ride, _("Une personne qui cherche une place"), to)}
    preferences = {name: value for one in ride.preferences for name, value in _PREFERENCES.get(one, {}).items()}
    return told | {
        "driver": _person(ride, _("Une personne qui conduit"), to),
        "driverDepartureLat": ride.start_point.y,
        "driverDepartureLng": ride.start_point.x,
        "driverDepartureAddress": ride.start_name,
        "driverArrivalLat": ride.end_point.y,
        "driverArrivalLng": ride.end_point.x,
        "driverArrivalAddress": ride.end_name,
        **({"preferences": preferences} if preferences else {}),
    }


def _schedule(found: Found, day: date, leaves_at: datetime, to: Organisation) -> dict[str, object]:
    """One journey in time. Who drives to someone that waits leaves earlier, by the way as the crow flies."""
    passes = found.passes(leaves_at)
    to_drive = timedelta(minutes=found.apart / METRES_A_MINUTE)
    departs = leaves_at if found.ride.direction == _OFFER else passes - to_drive
    return {
        "id": sealed_id("journey", found.ride, to, day),
        "type": "PLANNED",
        "passengerPickupDate": round(passes.timestamp()),
        "driverDepartureDate": round(departs.timestamp()),
        "webUrl": settings.SITE_URL.rstrip("/") + page_of(found.ride),
    }


def _told_week(found: Found, weekly: Weekly, to: Organisation) -> dict[str, object]:
    day, second = divmod(weekly.moment % (7 * _DAY), _DAY)
    return {
        "passengerPickupDay": WEEKDAYS[day],
        "passengerPickupTimeOfDay": f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}",
        "journeySchedules": [_schedule(found, weekly.leaves_on, weekly.leaves_at, to)],
    }


def _price(ride: Carpool) -> dict[str, object]:
    """What a seat costs, in euros; who looks for one names no price."""
    free = "FREE" if ride.direction == _OFFER else "UNKNOWN"
    return {"type": "PAYING" if ride.price_cents else free, "amount": ride.price_cents / 100, "currency": "EUR"}


def _person(ride: Carpool, alias: str, to: Organisation) -> dict[str, str]:
    return {"id": sealed_id("person", ride, to), "alias": alias, "operator": operator()}


def operator() -> str:
    """The name by which the standard knows this site: its host."""
    return urlsplit(settings.SITE_URL).hostname


def sealed_id(what: str, ride: Carpool, to: Organisation, day: date | None = None) -> str:
    """An id that says nothing: the same for one ride and one organisation, never for two (HMAC-SHA-256)."""
    of = "|".join(map(str, (what, to.handle, ride.public_id, day or "")))
    return salted_hmac("directory.ride_api", of, algorithm="sha256").hexdigest()[:32]
