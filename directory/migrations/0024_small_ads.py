"""Small ads, photos of what is shared, what is kept for later, and telling authors that something ends."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from scopes.second_lock import lock


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0023_public_feeds'),
        ('geo', '0008_register_names'),
        ('scopes', '0023_register_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Classified',
            fields=[
                ('listing_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='directory.listing')),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('deal', models.CharField(choices=[('gift', 'à donner'), ('sale', 'à vendre'), ('wanted', 'je cherche')], max_length=8)),
                ('price_cents', models.PositiveIntegerField(blank=True, null=True)),
                ('condition', models.CharField(blank=True, choices=[('new', 'neuf'), ('very_good', 'très bon état'), ('good', 'bon état'), ('worn', 'usé, ou à réparer')], default='', max_length=12)),
            ],
            bases=('directory.listing',),
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=16)),
                ('filled', models.JSONField(default=dict)),
                ('kept_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-kept_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ListingPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('content', models.BinaryField()),
                ('width', models.PositiveSmallIntegerField()),
                ('height', models.PositiveSmallIntegerField()),
                ('small', models.BinaryField()),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='service',
            name='reminded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(('closes_at__isnull', False)), fields=['closes_at'], name='listing_ends'),
        ),
        migrations.AddField(
            model_name='classified',
            name='space',
            field=models.ForeignKey(db_column='residence_id', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.residence'),
        ),
        migrations.AddField(
            model_name='draft',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='listingphoto',
            name='listing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='directory.listing'),
        ),
        migrations.AddField(
            model_name='listingphoto',
            name='residence',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.residence'),
        ),
        migrations.AddConstraint(
            model_name='classified',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deal', 'sale'), ('price_cents__isnull', False)), models.Q(models.Q(('deal', 'sale'), _negated=True), ('price_cents__isnull', True)), _connector='OR'), name='classified_for_sale_has_a_price'),
        ),
        lock("directory_classified"),
        lock("directory_listingphoto"),
    ]
