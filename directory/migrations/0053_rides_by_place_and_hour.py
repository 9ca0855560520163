"""A match finds rides by where they may be met and when: one box, the hours underway, and a line in metres."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
from django.db import migrations, models

#: As `directory.ride_entries_sql` has them.
FILL = """
    UPDATE directory_rideentry SET
        metres = ST_Length(route),
        track = CASE direction
            WHEN 'offer' THEN ST_Transform(ST_Segmentize(route, 10000)::geometry, metric_system)
            ELSE ST_Transform(ST_MakeLine(start_point::geometry, end_point::geometry), metric_system) END,
        underway = CASE direction
            WHEN 'offer' THEN int4range(extract(epoch FROM departure)::integer,
                extract(epoch FROM departure)::integer + seconds, '[]')
            ELSE int4range(extract(epoch FROM departure)::integer, extract(epoch FROM departure)::integer, '[]') END,
        reach = CASE direction
            WHEN 'offer' THEN ST_Expand(ST_Envelope(route::geometry),
                (60 + detour * 1000.0 / 3) / 110500.0 / cos(radians(greatest(
                    abs(ST_YMin(route::geometry)), abs(ST_YMax(route::geometry))) + 0.2)),
                (60 + detour * 1000.0 / 3) / 110500.0)
            ELSE start_point::geometry END
"""


class Migration(migrations.Migration):

    dependencies = [("directory", "0052_renewal_failed")]

    operations = [
        migrations.AddField("rideentry", "metres", models.FloatField(null=True)),
        migrations.AddField(
            "rideentry",
            "reach",
            django.contrib.gis.db.models.fields.GeometryField(null=True, spatial_index=False, srid=4326),
        ),
        migrations.AddField(
            "rideentry",
            "track",
            django.contrib.gis.db.models.fields.LineStringField(null=True, spatial_index=False, srid=0),
        ),
        migrations.AddField(
            "rideentry", "underway", django.contrib.postgres.fields.ranges.IntegerRangeField(null=True)
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("rideentry", "metres", models.FloatField()),
        migrations.AlterField(
            "rideentry", "reach", django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=4326)
        ),
        migrations.AlterField(
            "rideentry", "track", django.contrib.gis.db.models.fields.LineStringField(spatial_index=False, srid=0)
        ),
        migrations.AlterField("rideentry", "underway", django.contrib.postgres.fields.ranges.IntegerRangeField()),
        migrations.RemoveIndex("rideentry", "ride_by_route"),
        migrations.RemoveIndex("rideentry", "ride_by_start"),
        migrations.RemoveField("rideentry", "route"),
        migrations.RemoveField("rideentry", "start_point"),
        migrations.RemoveField("rideentry", "end_point"),
        migrations.AddIndex(
            "rideentry",
            django.contrib.postgres.indexes.GistIndex(
                condition=models.Q(("direction", "offer")),
                fields=["reach", "underway"],
                name="ride_offered_there_then",
            ),
        ),
        migrations.AddIndex(
            "rideentry",
            django.contrib.postgres.indexes.GistIndex(
                condition=models.Q(("direction", "request")),
                fields=["reach", "underway"],
                name="ride_wanted_there_then",
            ),
        ),
    ]
