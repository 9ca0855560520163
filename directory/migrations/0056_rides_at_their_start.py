"""A search finds a ride at the public place where it begins, and no longer at the cell of its author."""

from django.db import migrations

MOVE = """
    UPDATE directory_searchentry entry
    SET location = ride.start_point::geography,
        neighbourhood_id = (
            SELECT neighbourhood.id
            FROM geo_boundarypart part JOIN geo_neighbourhood neighbourhood ON neighbourhood.id = part.neighbourhood_id
            JOIN geo_municipality municipality ON municipality.id = entry.municipality_id
            WHERE ST_Covers(part.division, ride.start_point) AND neighbourhood.closed_on IS NULL
              AND neighbourhood.municipality_id = municipality.id AND neighbourhood.kind = municipality.circle_kind
            ORDER BY neighbourhood.code LIMIT 1
        ),
        open_feature = left((
            jsonb_set((entry.open_feature || '}}')::jsonb, '{geometry}', ST_AsGeoJSON(ride.start_point, 7)::jsonb)
            #- '{properties,card,approximate}'
        )::text, -2)
    FROM directory_carpool ride
    WHERE ride.listing_ptr_id = entry.listing_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0055_shared_beyond'),
    ]

    operations = [migrations.RunSQL(MOVE, migrations.RunSQL.noop)]
