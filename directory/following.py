"""Keeps search entries where they belong when quarters are redrawn, and when public cells move or are united."""

from __future__ import annotations

from django.contrib.gis.db.models import PointField
from django.db import connection
from django.db.models import F
from django.db.models.functions import Cast, Coalesce

from directory.models import SearchEntry
from directory.publishing import refresh_entries
from geo.models import WGS84
from geo.settling import Settled

# Raw SQL: writing the entries of a town anew would read the opening hours of all its shops, which takes seconds.
QUARTERS = """
    UPDATE directory_searchentry entry SET neighbourhood_id = found.quarter_id
    FROM (
        SELECT placed.listing_id, quarter.id AS quarter_id
        FROM directory_searchentry placed
        JOIN geo_municipality municipality ON municipality.id = placed.municipality_id
        LEFT JOIN LATERAL (
            SELECT neighbourhood.id
            FROM geo_boundarypart part JOIN geo_neighbourhood neighbourhood ON neighbourhood.id = part.neighbourhood_id
            WHERE ST_Covers(part.division, placed.location::geometry)
              AND neighbourhood.closed_on IS NULL AND neighbourhood.municipality_id = municipality.id
              AND neighbourhood.kind = municipality.circle_kind
            ORDER BY neighbourhood.code LIMIT 1
        ) quarter ON true
        WHERE placed.municipality_id = ANY(%(municipalities)s) AND placed.location IS NOT NULL
    ) found
    WHERE entry.listing_id = found.listing_id AND entry.neighbourhood_id IS DISTINCT FROM found.quarter_id"""


def follow_places(settled: Settled) -> None:
    """Bring the entries of the municipalities that changed in line with their quarters and their public cells."""
    # As geometry: geographies are not compared for equality.
    location = Coalesce("listing__cell__merged_into__location", "listing__cell__location")
    stands = Cast(location, PointField(srid=WGS84))
    at_cells = SearchEntry.objects.filter(listing__cell__municipality__in=settled.municipality_ids)
    at_cells = at_cells.filter(listing__location__isnull=True).annotate(stands=stands)
    refresh_entries(list(at_cells.exclude(location=F("stands")).values_list("listing", flat=True)))
    with connection.cursor() as cursor:
        cursor.execute(QUARTERS, {"municipalities": settled.municipality_ids})
