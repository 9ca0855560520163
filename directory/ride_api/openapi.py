"""What the OpenAPI document says of the search of rides: the part of the standard that is answered here."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from directory.ride_api.parameters import (
    LAST_MOMENT,
    MOST_DELTA,
    MOST_RADIUS,
    MOST_RESULTS,
    USUAL_DELTA,
    USUAL_RADIUS,
    WEEKDAYS,
)

TAGS = ["covoiturage"]
_TEXT = {"type": "string"}
_NUMBER = {"type": "number", "format": "double"}
_SECONDS = {"type": "integer", "minimum": 0}


def _ref(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: dict, *, at_times: dict | None = None) -> dict:
    """An object of properties that are always told, and of some that are told at times."""
    return {"type": "object", "properties": properties | (at_times or {}), "required": list(properties)}


_PERSON = _object({"id": _TEXT, "alias": _TEXT, "operator": _TEXT}) | {
    "description": "The id is of one ride and of the key's organisation alone; the alias is no name."
}
_WAY = {
    "operator": _TEXT,
    **{f"passenger{where}{axis}": _NUMBER for where in ("Pickup", "Drop") for axis in ("Lat", "Lng")},
    "passengerPickupAddress": _TEXT,
    "passengerDropAddress": _TEXT,
    "distance": {"type": "integer", "minimum": 0, "description": "Metres."},
    "duration": {"type": "integer", "minimum": 1, "description": "Seconds."},
    "journeyPolyline": {"type": "string", "description": "Google's encoding, precision 5."},
    "webUrl": {"type": "string", "format": "uri", "description": "Where the two agree."},
}
_DRIVEN = {
    "driver": _ref("RidePerson"),
    **{f"driver{where}{axis}": _NUMBER for where in ("Departure", "Arrival") for axis in ("Lat", "Lng")},
    "driverDepartureAddress": _TEXT,
    "driverArrivalAddress": _TEXT,
}
_PREFERENCES = {
    "preferences": {
        "type": "object",
        "properties": {name: {"type": "boolean"} for name in ("smoking", "animals", "isTalker")},
    }
}
_WHEN = {
    "id": {"type": "string", "minLength": 1, "maxLength": 255},
    "type": {"type": "string", "enum": ["PLANNED"]},
    "passengerPickupDate": _SECONDS | {"description": "UNIX seconds."},
    "driverDepartureDate": _SECONDS | {"description": "UNIX seconds."},
    "webUrl": _WAY["webUrl"],
}
_PRICE = _object(
    {
        "type": {"type": "string", "enum": ["FREE", "PAYING", "UNKNOWN"]},
        "amount": {"type": "number", "minimum": 0, "description": "Euros a seat."},
        "currency": {"type": "string", "enum": ["EUR"]},
    }
)
_SCHEDULES = {
    "schedules": {
        "type": "array",
        "items": _object(
            {
                "passengerPickupDay": {"type": "string", "enum": list(WEEKDAYS)},
                "passengerPickupTimeOfDay": {"type": "string", "description": "By the clock of the town."},
                "journeySchedules": {"type": "array", "items": _object(_WHEN), "description": "The next one."},
            }
        ),
    }
}
_SEATS = {"type": "integer", "minimum": 1}


SCHEMAS = {
    "RidePerson": _PERSON,
    "RideError": _object({"error": _TEXT}),
    "DriverJourney": _object(
        _WAY | _DRIVEN | _WHEN | {"availableSeats": _SEATS, "price": _PRICE}, at_times=_PREFERENCES
    ),
    "PassengerJourney": _object(
        _WAY | {"passenger": _ref("RidePerson")} | _WHEN | {"requestedSeats": _SEATS, "price": _PRICE}
    ),
    "DriverRegularTrip": _object(_WAY | _DRIVEN | _SCHEDULES, at_times=_PREFERENCES),
    "PassengerRegularTrip": _object(_WAY | {"passenger": _ref("RidePerson")} | _SCHEDULES),
}


def _parameter(name: str, description: str, *, required: bool = False, **schema) -> OpenApiParameter:
    return OpenApiParameter(name, schema, required=required, description=description)


def _degrees(name: str) -> list[OpenApiParameter]:
    return [
        _parameter(f"{name}{axis}", "Degrees.", required=True, type="number", minimum=-most, maximum=most)
        for axis, most in (("Lat", 90), ("Lng", 180))
    ]


def _radius(name: str) -> OpenApiParameter:
    usual, most = USUAL_RADIUS.km, MOST_RADIUS.km
    return _parameter(f"{name}Radius", "Kilometres.", type="number", minimum=0, maximum=most, default=usual)


_MOMENT = {"type": "integer", "minimum": 0, "maximum": LAST_MOMENT}
_COMMON = [
    *_degrees("departure"),
    *_degrees("arrival"),
    _radius("departure"),
    _radius("arrival"),
    _parameter(
        "timeDelta",
        "Seconds before and after.",
        type="integer",
        minimum=0,
        maximum=int(MOST_DELTA.total_seconds()),
        default=int(USUAL_DELTA.total_seconds()),
    ),
    _parameter("count", f"The best so many; {MOST_RESULTS:,} at the most.", type="integer", minimum=0),
]
_JOURNEYS = [*_COMMON, _parameter("departureDate", "UNIX seconds.", required=True, **_MOMENT)]
_TRIPS = [
    *_COMMON,
    _parameter("departureTimeOfDay", "By the clock of the town: `07:30:00`.", required=True, type="string"),
    OpenApiParameter(
        "departureWeekdays",
        {"type": "array", "items": {"type": "string", "enum": list(WEEKDAYS)}, "default": list(WEEKDAYS)},
        style="form",
        explode=False,
        description="Days on which one would leave at that time; the car may pass before midnight, or after.",
    ),
    _parameter("minDepartureDate", "UNIX seconds; from now on, where it is missing.", **_MOMENT),
    _parameter("maxDepartureDate", "UNIX seconds; for ever, where it is missing.", **_MOMENT),
]


def _search(operation_id: str, summary: str, parameters: list[OpenApiParameter], schema: str) -> dict:
    errors = {400: "A parameter is unknown or not valid.", 401: "No key that opens this.", 429: "See `Retry-After`."}
    return {
        "operation_id": operation_id,
        "tags": TAGS,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            200: {"type": "array", "items": _ref(schema)},
            **{status: OpenApiResponse(_ref("RideError"), description=words) for status, words in errors.items()},
        },
    }


DRIVER_JOURNEYS = _search("getDriverJourneys", "Who drives there, at a moment.", _JOURNEYS, "DriverJourney")
PASSENGER_JOURNEYS = _search(
    "getPassengerJourneys", "Who looks for a seat there, at a moment.", _JOURNEYS, "PassengerJourney"
)
DRIVER_REGULAR_TRIPS = _search("getDriverRegularTrips", "Who drives there every week.", _TRIPS, "DriverRegularTrip")
PASSENGER_REGULAR_TRIPS = _search(
    "getPassengerRegularTrips", "Who looks for a seat there every week.", _TRIPS, "PassengerRegularTrip"
)
STATUS = {
    "operation_id": "getRidesStatus",
    "tags": TAGS,
    "summary": "Whether rides can be searched; without a key.",
    "responses": {
        200: _object({"status": {"type": "string", "enum": ["ok"]}}),
        400: OpenApiResponse(_ref("RideError"), description="A parameter is unknown."),
        429: OpenApiResponse(_ref("RideError"), description="See `Retry-After`."),
    },
}


def describe_rides(result: dict, generator, request, public: bool) -> dict:
    """Add the schemas that the operations name (a drf-spectacular post-processing hook)."""
    result.setdefault("components", {}).setdefault("schemas", {}).update(SCHEMAS)
    return result
