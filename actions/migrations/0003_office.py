import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """How one seat's office takes letters, and how well that works."""

    dependencies = [('actions', '0002_gateway_rests'), ('congress', '0002_seats')]

    operations = [
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('takes_part', models.BooleanField(default=False, help_text='As the chamber’s list of active offices says.', verbose_name='takes part')),
                ('listed_at', models.DateTimeField(blank=True, null=True, verbose_name='last listed')),
                ('left_at', models.DateTimeField(blank=True, null=True, verbose_name='left the list')),
                ('email', models.EmailField(blank=True, help_text='Only where the office takes letters by email and its chamber’s system does not reach it.', max_length=254, verbose_name='email')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='failures in a row')),
                ('resting_until', models.DateTimeField(blank=True, null=True, verbose_name='resting until')),
                ('seat', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='office', to='congress.seat', verbose_name='seat')),
            ],
            options={'verbose_name': 'office', 'verbose_name_plural': 'offices'},
        ),
        migrations.AddIndex(
            'office',
            models.Index(condition=models.Q(('failures__gt', 0)), fields=['seat'], name='office_failing'),
        ),
    ]
