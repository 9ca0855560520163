"""Listings are addressed to circles and zones; posts and answers; the second lock on what is of a residence."""

from django.db import migrations, models
import django.contrib.gis.db.models.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import uuid
from scopes.second_lock import lock


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0002_search_features'),
        ('geo', '0002_public_cells'),
        ('scopes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('text', models.TextField()),
                ('written_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['written_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('listing_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='directory.listing')),
                ('answers_closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
            bases=('directory.listing',),
        ),
        migrations.RemoveField(
            model_name='searchentry',
            name='openness',
        ),
        migrations.AddField(
            model_name='listing',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scopes.alias'),
        ),
        migrations.AddField(
            model_name='listing',
            name='cell',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.publiccell'),
        ),
        migrations.AddField(
            model_name='listing',
            name='level',
            field=models.CharField(choices=[('residence', 'mon immeuble'), ('voisinage', 'mon voisinage'), ('neighbourhood', 'mon quartier'), ('municipality', 'ma ville'), ('catchment', 'une zone')], db_default='municipality', max_length=16),
        ),
        migrations.AddField(
            model_name='listing',
            name='residence',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.residence'),
        ),
        migrations.AddField(
            model_name='listing',
            name='catchment',
            field=django.contrib.gis.db.models.fields.MultiPolygonField(blank=True, null=True, spatial_index=False, srid=4326),
        ),
        migrations.AddField(
            model_name='listing',
            name='hidden_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='searchentry',
            name='audience',
            field=models.CharField(default='public', max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='searchentry',
            name='author_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='searchentry',
            name='catchment',
            field=django.contrib.gis.db.models.fields.MultiPolygonField(null=True, spatial_index=False, srid=4326),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level', 'residence'), ('openness', 'members'), ('residence__isnull', False), ('catchment__isnull', True), ('location__isnull', True)), models.Q(models.Q(('level', 'residence'), _negated=True), ('residence__isnull', True)), _connector='OR'), name='listing_of_a_residence_has_no_place'),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.CheckConstraint(condition=models.Q(('level', 'catchment'), ('catchment__isnull', True), _connector='XOR'), name='listing_zone_has_a_catchment'),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level', 'voisinage'), _negated=True), ('cell__isnull', False), _connector='OR'), name='listing_voisinage_has_a_cell'),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level', 'neighbourhood'), ('openness', 'members'), _negated=True), ('neighbourhood__isnull', False), _connector='OR'), name='listing_quarter_has_a_neighbourhood'),
        ),
        migrations.AddField(
            model_name='answer',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scopes.alias'),
        ),
        migrations.AddField(
            model_name='answer',
            name='listing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='directory.listing'),
        ),
        migrations.AddField(
            model_name='answer',
            name='residence',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.residence'),
        ),
        migrations.AddField(
            model_name='post',
            name='space',
            field=models.ForeignKey(db_column='residence_id', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.residence'),
        ),
        migrations.AddField(
            model_name='listing',
            name='audience',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(level='residence', then=None), models.When(openness='public', then=models.Value('public')), models.When(level='voisinage', then=django.db.models.functions.text.Concat(models.Value('voisinage:'), django.db.models.functions.comparison.Cast(models.F('cell'), models.CharField()))), models.When(level='neighbourhood', then=django.db.models.functions.text.Concat(models.Value('quarter:'), django.db.models.functions.comparison.Cast(models.F('neighbourhood'), models.CharField()))), models.When(level='municipality', then=django.db.models.functions.text.Concat(models.Value('town:'), django.db.models.functions.comparison.Cast(models.F('municipality'), models.CharField()))), models.When(level='catchment', then=models.Value('zone')), default=None), output_field=models.CharField(max_length=40, null=True)),
        ),
        *(lock(table) for table in ("directory_listing", "directory_post", "directory_answer")),
    ]
