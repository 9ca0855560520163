"""Rides that neighbours share, and what a match reads of them."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from scopes.second_lock import lock


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0050_interest'),
        ('geo', '0009_street_drivable'),
    ]

    operations = [
        migrations.AlterField(
            model_name='category',
            name='kind',
            field=models.CharField(choices=[('merchant', 'commerce'), ('place', 'lieu public'), ('association', 'association'), ('service', 'service entre voisins'), ('loan', 'prêt entre voisins'), ('classified', 'petite annonce'), ('recommendation', 'recommandation'), ('hello', 'bonjour d’un nouvel arrivant'), ('carpool', 'covoiturage'), ('post', 'mot entre voisins'), ('notice', 'avis d’un organisme'), ('poll', 'sondage'), ('event', 'événement'), ('news', 'actualité'), ('promotion', 'offre d’un commerçant')], max_length=16, verbose_name='sorte'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='kind',
            field=models.CharField(choices=[('merchant', 'commerce'), ('place', 'lieu public'), ('association', 'association'), ('service', 'service entre voisins'), ('loan', 'prêt entre voisins'), ('classified', 'petite annonce'), ('recommendation', 'recommandation'), ('hello', 'bonjour d’un nouvel arrivant'), ('carpool', 'covoiturage'), ('post', 'mot entre voisins'), ('notice', 'avis d’un organisme'), ('poll', 'sondage'), ('event', 'événement'), ('news', 'actualité'), ('promotion', 'offre d’un commerçant')], max_length=16),
        ),
        migrations.AlterField(
            model_name='searchentry',
            name='kind',
            field=models.CharField(choices=[('merchant', 'commerce'), ('place', 'lieu public'), ('association', 'association'), ('service', 'service entre voisins'), ('loan', 'prêt entre voisins'), ('classified', 'petite annonce'), ('recommendation', 'recommandation'), ('hello', 'bonjour d’un nouvel arrivant'), ('carpool', 'covoiturage'), ('post', 'mot entre voisins'), ('notice', 'avis d’un organisme'), ('poll', 'sondage'), ('event', 'événement'), ('news', 'actualité'), ('promotion', 'offre d’un commerçant')], max_length=16),
        ),
        migrations.CreateModel(
            name='RideEntry',
            fields=[
                ('listing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='ride_entry', serialize=False, to='directory.listing')),
                ('public_id', models.UUIDField()),
                ('direction', models.CharField(max_length=8)),
                ('route', django.contrib.gis.db.models.fields.LineStringField(geography=True, spatial_index=False, srid=4326)),
                ('start_point', django.contrib.gis.db.models.fields.PointField(geography=True, spatial_index=False, srid=4326)),
                ('end_point', django.contrib.gis.db.models.fields.PointField(geography=True, spatial_index=False, srid=4326)),
                ('metric_system', models.IntegerField()),
                ('time_zone', models.CharField(max_length=40)),
                ('seconds', models.PositiveIntegerField()),
                ('day', models.DateField(null=True)),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)),
                ('except_days', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), size=None)),
                ('last_day', models.DateField(null=True)),
                ('departure', models.TimeField()),
                ('seats', models.PositiveSmallIntegerField()),
                ('detour', models.PositiveSmallIntegerField()),
                ('audience', models.CharField(max_length=40)),
                ('author_id', models.BigIntegerField(null=True)),
                ('catchment', django.contrib.gis.db.models.fields.MultiPolygonField(null=True, spatial_index=False, srid=4326)),
                ('live_from', models.DateTimeField(null=True)),
                ('live_until', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GistIndex(condition=models.Q(('direction', 'offer')), fields=['route'], name='ride_by_route'), django.contrib.postgres.indexes.GistIndex(condition=models.Q(('direction', 'request')), fields=['start_point'], name='ride_by_start')],
            },
        ),
        migrations.CreateModel(
            name='Carpool',
            fields=[
                ('listing_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='directory.listing')),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('direction', models.CharField(choices=[('offer', 'je conduis'), ('request', 'je cherche une place')], max_length=8)),
                ('start', models.CharField(max_length=240)),
                ('start_name', models.CharField(max_length=160)),
                ('start_point', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326)),
                ('end', models.CharField(max_length=240)),
                ('end_name', models.CharField(max_length=160)),
                ('end_point', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326)),
                ('route', django.contrib.gis.db.models.fields.LineStringField(spatial_index=False, srid=4326)),
                ('metres', models.PositiveIntegerField()),
                ('seconds', models.PositiveIntegerField()),
                ('straight_line', models.BooleanField(default=False)),
                ('day', models.DateField(blank=True, null=True)),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None)),
                ('except_days', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list, size=None)),
                ('last_day', models.DateField(blank=True, null=True)),
                ('departure', models.TimeField()),
                ('seats', models.PositiveSmallIntegerField()),
                ('price_cents', models.PositiveIntegerField(default=0)),
                ('detour', models.PositiveSmallIntegerField(default=0)),
                ('preferences', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('non_smoking', 'sans tabac'), ('pets', 'animaux bienvenus'), ('luggage', 'place pour des bagages'), ('quiet', 'trajet au calme'), ('step_free', 'fauteuil pliant possible')], max_length=12), blank=True, default=list, size=None)),
                ('space', models.ForeignKey(db_column='residence_id', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.residence')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', False), ('weekdays__len', 0)), models.Q(('day__isnull', True), ('weekdays__len__gt', 0)), _connector='OR'), name='carpool_once_or_every_week')],
            },
            bases=('directory.listing',),
        ),
        lock("directory_carpool"),
    ]
