"""Rides that their authors show to other services."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0054_agreements'),
    ]

    operations = [
        migrations.AddField(
            model_name='carpool',
            name='shared_beyond',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='rideentry',
            name='shared_beyond',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
