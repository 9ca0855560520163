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
        migrations.AlterField(
            model_name='category',
            name='kind',
            field=models.CharField(choices=[('merchant', 'commerce'), ('place', 'lieu public'), ('association', 'association'), ('service', 'service entre voisins'), ('loan', 'prêt entre voisins'), ('classified', 'petite annonce'), ('hello', 'bonjour d’un nouvel arrivant'), ('post', 'mot entre voisins'), ('notice', 'avis d’un organisme'), ('poll', 'sondage'), ('event', 'événement'), ('news', 'actualité'), ('promotion', 'offre d’un commerçant')], max_length=16, verbose_name='sorte'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='kind',
            field=models.CharField(choices=[('merchant', 'commerce'), ('place', 'lieu public'), ('association', 'association'), ('service', 'service entre voisins'), ('loan', 'prêt entre voisins'), ('classified', 'petite annonce'), ('hello', 'bonjour d’un nouvel arrivant'), ('post', 'mot entre voisins'), ('notice', 'avis d’un organisme'), ('poll', 'sondage'), ('event', 'événement'), ('news', 'actualité'), ('promotion', 'offre d’un commerçant')], max_length=16),
        ),
        migrations.AlterField(
            model_name='searchentry',
            name='kind',
            field=models.CharField(choices=[('merchant', 'commerce'), ('place', 'lieu public'), ('association', 'association'), ('service', 'service entre voisins'), ('loan', 'prêt entre voisins'), ('classified', 'petite annonce'), ('hello', 'bonjour d’un nouvel arrivant'), ('post', 'mot entre voisins'), ('notice', 'avis d’un organisme'), ('poll', 'sondage'), ('event', 'événement'), ('news', 'actualité'), ('promotion', 'offre d’un commerçant')], max_length=16),
        ),
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
