from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('scopes', '0003_rights'),
    ]

    operations = [
        # Accounts muted before are not aliases: nobody had an account yet.
        migrations.RunSQL('DELETE FROM scopes_mute', migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name='mute', name='nobody_mutes_oneself'),
        migrations.AlterField(
            model_name='mute',
            name='muted',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='scopes.alias'),
        ),
    ]
