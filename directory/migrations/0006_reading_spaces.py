"""Spaces are read rule by rule, newest first; zones by an index of the entries of search."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0005_moderation'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(('residence__isnull', False)), fields=['residence', 'published_at'], name='said_in_residence'),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(('level', 'voisinage')), fields=['cell', 'published_at'], name='said_in_voisinage'),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(('kind', 'post'), ('level', 'neighbourhood')), fields=['neighbourhood', 'published_at'], name='said_in_quarter'),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(('kind', 'post'), ('level', 'neighbourhood'), ('openness', 'public')), fields=['neighbourhood', 'published_at'], name='opened_in_quarter'),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(('kind', 'post'), ('level', 'municipality')), fields=['municipality', 'published_at'], name='said_in_town'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=django.contrib.postgres.indexes.GistIndex(condition=models.Q(('catchment__isnull', False)), fields=['catchment'], name='entry_by_zone'),
        ),
    ]
