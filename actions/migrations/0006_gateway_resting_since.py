from django.db import migrations, models


class Migration(migrations.Migration):
    """Only what began after a rest did tells that it is over."""

    dependencies = [('actions', '0005_action_disowned')]

    operations = [
        migrations.AddField(
            'gateway', 'resting_since', models.DateTimeField(blank=True, null=True, verbose_name='resting since'),
        ),
    ]
