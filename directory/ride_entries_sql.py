"""The statements that keep what a match reads of rides in line with them, beside `entries_sql` and as it does."""

from geo.metric_systems import METRIC_SYSTEM_SQL

#: Metres. What stands so near the line is on it: a line runs along the middle of a street, a place stands beside.
BESIDE = 60
#: Metres that a minute of detour takes one, at 40 km/h (`geo.drives.STRAIGHT`).
METRES_A_MINUTE = 40_000 / 60
#: Metres, fewer than any degree of latitude or of the equator has; and degrees, more than any box reaches.
_DEGREE, _MARGIN = 110_500.0, 0.2
#: Metres of a piece of a line: so long, a straight line of the metric system is the geodesic to a metre.
PIECE = 10_000

#: Most of what is published is no ride, and pays for one short look.
RIDES_AMONG = "SELECT listing_ptr_id FROM directory_carpool WHERE listing_ptr_id = ANY(%(listings)s::bigint[]) LIMIT 1"
FORGET_RIDES = "DELETE FROM directory_rideentry WHERE listing_id = ANY(%(listings)s)"


def box_around(shape: str, metres: str) -> str:
    """Compose the box in degrees that holds all that is so near a shape (a geometry in degrees), and a little more."""
    latitude = f"greatest(abs(ST_YMin({shape})), abs(ST_YMax({shape}))) + {_MARGIN}"
    degrees = f"({metres}) / {_DEGREE}"
    return f"ST_Expand(ST_Envelope({shape}), {degrees} / cos(radians({latitude})), {degrees})"


def metric_line(line: str, system: str) -> str:
    """Compose a line (a geography) in a metric system."""
    return f"ST_Transform(ST_Segmentize({line}, {PIECE})::geometry, {system})"


_SYSTEM = METRIC_SYSTEM_SQL.format(department="listing.department")
_ENDS = "ST_MakeLine(carpool.start_point, carpool.end_point)"
_LEAVES = "extract(epoch FROM carpool.departure)::integer"

#: What both a ride's entry and a residence's own rides are read by (`rides_sql`), of `listing` and `carpool`.
COLUMNS = {
    "public_id": "listing.public_id",
    "direction": "carpool.direction",
    "reach": f"""CASE carpool.direction WHEN 'offer'
        THEN {box_around("carpool.route", f"{BESIDE} + carpool.detour * {METRES_A_MINUTE / 2!r}")}
        ELSE carpool.start_point END""",
    "underway": f"""CASE carpool.direction WHEN 'offer' THEN int4range({_LEAVES}, {_LEAVES} + carpool.seconds, '[]')
        ELSE int4range({_LEAVES}, {_LEAVES}, '[]') END""",
    "metric_system": _SYSTEM,
    "track": f"""CASE carpool.direction WHEN 'offer' THEN {metric_line("carpool.route::geography", _SYSTEM)}
        ELSE ST_Transform({_ENDS}, {_SYSTEM}) END""",
    "metres": "ST_Length(carpool.route::geography)",
    "time_zone": "municipality.time_zone",
    "seconds": "carpool.seconds",
    "day": "carpool.day",
    "weekdays": "carpool.weekdays",
    "except_days": "carpool.except_days",
    "last_day": "carpool.last_day",
    "departure": "carpool.departure",
    "seats": "carpool.seats",
    "detour": "carpool.detour",
    "shared_beyond": "carpool.shared_beyond",
    "audience": "listing.audience",
    "author_id": "listing.author_id",
    "catchment": "listing.catchment",
    "live_from": "listing.opens_at",
    "live_until": "listing.closes_at",
}

#: A residence's row has no audience, and never an entry.
WRITE_RIDES = f"""
    INSERT INTO directory_rideentry (listing_id, {", ".join(COLUMNS)})
    SELECT listing.id, {", ".join(COLUMNS.values())}
    FROM directory_carpool carpool
    JOIN directory_listing listing ON listing.id = carpool.listing_ptr_id
    JOIN geo_municipality municipality ON municipality.id = listing.municipality_id
    WHERE listing.id = ANY(%(listings)s) AND listing.audience IS NOT NULL AND listing.withdrawn_at IS NULL
      AND listing.hidden_at IS NULL AND listing.paused_at IS NULL
      AND (listing.closes_at IS NULL OR listing.closes_at > now())
"""  # noqa: S608 - composed of constants
