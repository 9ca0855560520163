"""Recommendations, and who asks that one be removed."""

import django.db.models.deletion
from django.db import migrations, models

from scopes.second_lock import lock


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0037_hellos'),
        ('geo', '0008_register_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='by_subject',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='Recommendation',
            fields=[
                ('listing_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='directory.listing')),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('once', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('subject', models.UUIDField(blank=True, db_index=True, null=True)),
                ('town', models.CharField(blank=True, db_default='', default='', max_length=80)),
                ('experienced_in', models.DateField()),
                ('reply', models.TextField(blank=True, db_default='', default='')),
                ('replied_at', models.DateTimeField(blank=True, null=True)),
                ('space', models.ForeignKey(db_column='residence_id', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.residence')),
            ],
            options={
                'abstract': False,
            },
            bases=('directory.listing',),
        ),
        lock("directory_recommendation"),
    ]
