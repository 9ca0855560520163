"""The statements that keep what a match reads of rides in line with them, beside `entries_sql` and as it does."""

from geo.metric_systems import METRIC_SYSTEM_SQL

#: Most of what is published is no ride, and pays for one short look.
RIDES_AMONG = "SELECT listing_ptr_id FROM directory_carpool WHERE listing_ptr_id = ANY(%(listings)s::bigint[]) LIMIT 1"
FORGET_RIDES = "DELETE FROM directory_rideentry WHERE listing_id = ANY(%(listings)s)"

#: What both a ride's entry and a residence's own rides are read by (`rides_sql`), of `listing` and `carpool`.
COLUMNS = {
    "public_id": "listing.public_id",
    "direction": "carpool.direction",
    "route": "carpool.route::geography",
    "start_point": "carpool.start_point::geography",
    "end_point": "carpool.end_point::geography",
    "metric_system": METRIC_SYSTEM_SQL.format(department="listing.department"),
    "time_zone": "municipality.time_zone",
    "seconds": "carpool.seconds",
    "day": "carpool.day",
    "weekdays": "carpool.weekdays",
    "except_days": "carpool.except_days",
    "last_day": "carpool.last_day",
    "departure": "carpool.departure",
    "seats": "carpool.seats",
    "detour": "carpool.detour",
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
