"""Loans between neighbours."""

import django.db.models.deletion
from django.db import migrations, models

from scopes.second_lock import lock


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0029_follows'),
        ('geo', '0008_register_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='Loan',
            fields=[
                ('listing_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='directory.listing')),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('direction', models.CharField(choices=[('offer', 'je prête'), ('request', 'je cherche à emprunter')], max_length=8)),
                ('availability', models.CharField(blank=True, default='', max_length=80)),
                ('available_until', models.DateField(blank=True, null=True)),
                ('deposit', models.CharField(blank=True, default='', max_length=80)),
                ('space', models.ForeignKey(db_column='residence_id', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.residence')),
            ],
            options={
                'abstract': False,
            },
            bases=('directory.listing',),
        ),
        lock("directory_loan"),
    ]
