"""Every activation is kept until it is rolled back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("geo", "0004_cell_by_point")]

    operations = [
        migrations.CreateModel(
            name="Activation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="activations", to="geo.release"
                    ),
                ),
            ],
            options={"ordering": ["-at", "-pk"]},
        ),
        migrations.RunSQL(
            """INSERT INTO geo_activation (release_id, at)
            SELECT id, activated_at FROM geo_release WHERE state IN ('active', 'superseded') AND activated_at IS NOT NULL""",
            migrations.RunSQL.noop,
        ),
    ]
