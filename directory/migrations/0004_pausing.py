"""A listing pauses when its author leaves the home it was published from."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0003_circles'),
    ]

    operations = [
        migrations.AddField(
            model_name='listing',
            name='paused_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
