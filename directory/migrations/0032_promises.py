"""What becomes of what neighbours share: promised, lent until a day, done."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models

from scopes.second_lock import lock


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0031_events'),
        ('geo', '0008_register_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='classified',
            name='done_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='classified',
            name='taken',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='classified',
            name='taken_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='loan',
            name='done_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='loan',
            name='taken',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='loan',
            name='taken_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='service',
            name='done_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateField(null=True)),
                ('said_back_at', models.DateTimeField(null=True)),
                ('told_before_at', models.DateTimeField(null=True)),
                ('told_after_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='directory.conversation')),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='directory.listing')),
                ('residence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.residence')),
            ],
            options={
                'ordering': ['until', 'made_at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('listing',), name='one_promise_a_thing')],
            },
        ),
        lock("directory_promise"),
    ]
