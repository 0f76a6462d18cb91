from django.db import migrations, models


class Migration(migrations.Migration):
    """A gateway rests, keeps a pace, and knows when its offices were listed."""

    dependencies = [('actions', '0001_initial')]

    operations = [
        migrations.RenameField('gateway', 'closed_until', 'resting_until'),
        migrations.RenameField('gateway', 'closed_because', 'resting_because'),
        migrations.AlterField(
            'gateway', 'resting_until', models.DateTimeField(blank=True, null=True, verbose_name='resting until'),
        ),
        migrations.AlterField(
            'gateway', 'resting_because',
            models.CharField(blank=True, max_length=60, verbose_name='resting because'),
        ),
        migrations.AddField(
            'gateway', 'failing_offices',
            models.PositiveSmallIntegerField(default=0, verbose_name='offices failing in a row'),
        ),
        migrations.AddField(
            'gateway', 'next_slot',
            models.DateTimeField(blank=True, null=True, verbose_name='next letter not before'),
        ),
        migrations.AddField(
            'gateway', 'offices_listed_at',
            models.DateTimeField(blank=True, null=True, verbose_name='offices listed'),
        ),
        migrations.AddField(
            'gateway', 'list_failed_at', models.DateTimeField(blank=True, null=True, verbose_name='list failed'),
        ),
        migrations.AddField(
            'gateway', 'offices_error',
            models.CharField(blank=True, max_length=60, verbose_name='last error of the list'),
        ),
    ]
