"""Organisations whose keys search the rides that their authors show beyond."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scopes', '0026_presence'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='searches_rides',
            field=models.BooleanField(db_default=False, default=False, verbose_name='cherche des trajets à partager'),
        ),
        migrations.AlterField(
            model_name='apikey',
            name='reach',
            field=models.CharField(choices=[('send', 'envoyer des avis'), ('try', 'essayer, sans rien envoyer'), ('rides', 'chercher des trajets à partager')], default='send', max_length=8),
        ),
    ]
