"""Hellos of new neighbours."""

import django.db.models.deletion
from django.db import migrations, models

from scopes.second_lock import lock


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0036_rota'),
        ('geo', '0008_register_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hello',
            fields=[
                ('listing_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='directory.listing')),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('once', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('space', models.ForeignKey(db_column='residence_id', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.residence')),
            ],
            options={
                'abstract': False,
            },
            bases=('directory.listing',),
        ),
        lock("directory_hello"),
    ]
