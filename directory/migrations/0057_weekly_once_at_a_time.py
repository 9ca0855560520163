"""A weekly agreement that has a last day may be over, and another one begin: what goes on without one stands alone."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Narrow the constraint."""

    dependencies = [("directory", "0056_rides_at_their_start")]

    operations = [
        migrations.RemoveConstraint(model_name="rideagreement", name="one_weekly_agreement"),
        migrations.AddConstraint(
            model_name="rideagreement",
            constraint=models.UniqueConstraint(
                fields=["conversation"],
                condition=~Q(status="CANCELLED") & Q(day__isnull=True, last_day__isnull=True),
                name="one_weekly_agreement",
            ),
        ),
    ]
