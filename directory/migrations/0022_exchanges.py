"""Exchanges are said like words: their space is under the second lock, and the feed's indexes hold every kind."""

import django.db.models.deletion
from django.db import migrations, models

from scopes.second_lock import lock

#: The page of a service has another address; by its key in the JSON, which no title can hold unescaped.
MOVE_PAGES = """
    UPDATE directory_searchentry SET open_feature = replace(open_feature, '"url": "/{before}/', '"url": "/{after}/')
    WHERE kind = 'service'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0021_register_names'),
        ('geo', '0008_register_names'),
        ('scopes', '0023_register_names'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='listing',
            name='said_in_quarter',
        ),
        migrations.RemoveIndex(
            model_name='listing',
            name='opened_in_quarter',
        ),
        migrations.RemoveIndex(
            model_name='listing',
            name='said_in_town',
        ),
        migrations.AddField(
            model_name='service',
            name='in_exchange_for',
            field=models.CharField(blank=True, db_default='', default='', max_length=80),
        ),
        migrations.AddField(
            model_name='service',
            name='space',
            field=models.ForeignKey(db_column='residence_id', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.residence'),
        ),
        migrations.AlterField(
            model_name='category',
            name='kind',
            field=models.CharField(choices=[('merchant', 'commerce'), ('place', 'lieu public'), ('association', 'association'), ('service', 'service entre voisins'), ('loan', 'prêt entre voisins'), ('classified', 'petite annonce'), ('recommendation', 'recommandation'), ('hello', 'bonjour d’un nouvel arrivant'), ('post', 'mot entre voisins'), ('notice', 'avis d’un organisme'), ('poll', 'sondage'), ('event', 'événement'), ('news', 'actualité'), ('promotion', 'offre d’un commerçant')], max_length=16, verbose_name='sorte'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='kind',
            field=models.CharField(choices=[('merchant', 'commerce'), ('place', 'lieu public'), ('association', 'association'), ('service', 'service entre voisins'), ('loan', 'prêt entre voisins'), ('classified', 'petite annonce'), ('recommendation', 'recommandation'), ('hello', 'bonjour d’un nouvel arrivant'), ('post', 'mot entre voisins'), ('notice', 'avis d’un organisme'), ('poll', 'sondage'), ('event', 'événement'), ('news', 'actualité'), ('promotion', 'offre d’un commerçant')], max_length=16),
        ),
        migrations.AlterField(
            model_name='searchentry',
            name='kind',
            field=models.CharField(choices=[('merchant', 'commerce'), ('place', 'lieu public'), ('association', 'association'), ('service', 'service entre voisins'), ('loan', 'prêt entre voisins'), ('classified', 'petite annonce'), ('recommendation', 'recommandation'), ('hello', 'bonjour d’un nouvel arrivant'), ('post', 'mot entre voisins'), ('notice', 'avis d’un organisme'), ('poll', 'sondage'), ('event', 'événement'), ('news', 'actualité'), ('promotion', 'offre d’un commerçant')], max_length=16),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(models.Q(('kind__in', ('merchant', 'place', 'notice', 'poll')), _negated=True), ('level', 'neighbourhood')), fields=['neighbourhood', 'published_at'], name='said_in_quarter'),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(models.Q(('kind__in', ('merchant', 'place', 'notice', 'poll')), _negated=True), ('level', 'neighbourhood'), ('openness', 'public')), fields=['neighbourhood', 'published_at'], name='opened_in_quarter'),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(models.Q(('kind__in', ('merchant', 'place', 'notice', 'poll')), _negated=True), ('level', 'municipality')), fields=['municipality', 'published_at'], name='said_in_town'),
        ),
        lock("directory_service"),
        migrations.RunSQL(
            MOVE_PAGES.format(before="annonce", after="echange"), MOVE_PAGES.format(before="echange", after="annonce")
        ),
    ]
