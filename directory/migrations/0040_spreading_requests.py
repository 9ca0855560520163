"""Requests that spread by themselves, and how far they have come."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0039_remarks'),
        ('geo', '0008_register_names'),
        ('scopes', '0024_who_writes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Ring',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('area', django.contrib.gis.db.models.fields.MultiPolygonField(spatial_index=False, srid=4326)),
                ('reached_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='listing',
            name='spreads',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.CheckConstraint(condition=models.Q(('spreads', False), models.Q(('level', 'catchment'), ('openness', 'members')), _connector='OR'), name='listing_spreads_among_members_of_a_zone'),
        ),
        migrations.AddField(
            model_name='ring',
            name='listing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rings', to='directory.listing'),
        ),
        migrations.AddField(
            model_name='ring',
            name='municipality',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.municipality'),
        ),
        migrations.AddIndex(
            model_name='ring',
            index=models.Index(fields=['municipality', 'reached_at'], name='rings_by_town'),
        ),
        migrations.AddConstraint(
            model_name='ring',
            constraint=models.UniqueConstraint(fields=('listing', 'number'), name='one_ring_of_a_number'),
        ),
    ]
