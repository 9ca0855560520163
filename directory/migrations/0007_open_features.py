"""A search entry carries its feature open, and leaves the names of its category to the tree."""

from django.db import migrations

WRITE = """
    UPDATE directory_searchentry
    SET open_feature = left((open_feature::jsonb #- '{properties,card,category}')::text, -2)
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0006_reading_spaces")]

    operations = [
        migrations.RenameField("searchentry", "feature", "open_feature"),
        migrations.RunSQL(WRITE, migrations.RunSQL.noop),
    ]
