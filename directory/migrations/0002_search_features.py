"""A search entry carries its GeoJSON feature, written once, instead of the parts that each search put together."""

from django.db import migrations, models

#: As `directory.entries_sql` writes it.
WRITE = """
    UPDATE directory_searchentry SET feature = jsonb_build_object(
        'type', 'Feature', 'geometry', ST_AsGeoJSON(location, 7)::jsonb, 'properties', jsonb_build_object(
            'id', public_id, 'kind', kind, 'category', card #> '{category,code}', 'title', title,
            'url', '/annonce/' || public_id || '/', 'card', card
        ))::text
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [
        migrations.AddField("searchentry", "feature", models.TextField(default=""), preserve_default=False),
        migrations.RunSQL(WRITE, migrations.RunSQL.noop),
        migrations.RemoveField("searchentry", "card"),
    ]
