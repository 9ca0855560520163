"""Seats of a ride that one neighbour asks another for, and what the two agree."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models

from scopes.second_lock import lock


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0053_rides_by_place_and_hour'),
        ('geo', '0011_home_sums'),
    ]

    operations = [
        migrations.CreateModel(
            name='RideAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('direction', models.CharField(choices=[('offer', 'je conduis'), ('request', 'je cherche une place')], max_length=8)),
                ('seats', models.PositiveSmallIntegerField()),
                ('day', models.DateField(null=True)),
                ('from_day', models.DateField(null=True)),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=list, size=None)),
                ('except_days', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, size=None)),
                ('last_day', models.DateField(null=True)),
                ('departure', models.TimeField()),
                ('boards_after', models.PositiveIntegerField()),
                ('leaves_after', models.PositiveIntegerField()),
                ('pick_up', models.CharField(max_length=240)),
                ('pick_up_name', models.CharField(max_length=160)),
                ('pick_up_point', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326)),
                ('drop_off', models.CharField(max_length=240)),
                ('drop_off_name', models.CharField(max_length=160)),
                ('drop_off_point', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326)),
                ('price_cents', models.PositiveIntegerField(default=0)),
                ('status', models.CharField(choices=[('WAITING_CONFIRMATION', 'Waiting'), ('CONFIRMED', 'Confirmed'), ('CANCELLED', 'Cancelled')], default='WAITING_CONFIRMATION', max_length=30)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end', models.CharField(blank=True, choices=[('declined', 'Declined'), ('asker', 'By Asker'), ('author', 'By Author'), ('withdrawn', 'Withdrawn'), ('changed', 'Changed'), ('left', 'Left'), ('missed', 'Missed')], max_length=9)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='directory.conversation')),
                ('residence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.residence')),
                ('ride', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='directory.carpool')),
            ],
            options={
                'ordering': ['asked_at', 'pk'],
                'indexes': [models.Index(condition=models.Q(('status', 'CONFIRMED')), fields=['ride'], name='seats_taken')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', False), ('from_day__isnull', True), ('weekdays__len', 0)), models.Q(('day__isnull', True), ('from_day__isnull', False), ('weekdays__len__gt', 0)), _connector='OR'), name='agreement_once_or_every_week'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status', 'CANCELLED'), models.Q(('end', ''), _negated=True)), models.Q(models.Q(('status', 'CANCELLED'), _negated=True), ('end', ''), ('ended_at__isnull', True)), _connector='OR'), name='agreement_ends_for_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'CONFIRMED'), _negated=True), ('confirmed_at__isnull', False), _connector='OR'), name='agreement_confirmed_one_day'), models.CheckConstraint(condition=models.Q(('seats__gte', 1)), name='agreement_of_some_seats'), models.CheckConstraint(condition=models.Q(('leaves_after__gt', models.F('boards_after'))), name='boards_then_leaves'), models.UniqueConstraint(condition=models.Q(models.Q(('status', 'CANCELLED'), _negated=True), ('day__isnull', False)), fields=('conversation', 'day'), name='one_agreement_a_day'), models.UniqueConstraint(condition=models.Q(models.Q(('status', 'CANCELLED'), _negated=True), ('day__isnull', True)), fields=('conversation',), name='one_weekly_agreement')],
            },
        ),
        lock("directory_rideagreement"),
    ]
