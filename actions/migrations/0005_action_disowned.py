from django.db import migrations, models


class Migration(migrations.Migration):
    """An action may be said not to be its sender's, and may be held for more reasons."""

    dependencies = [('actions', '0004_message_news')]

    operations = [
        migrations.AddField(
            'action', 'disowned_at', models.DateTimeField(null=True, verbose_name='said not to be theirs'),
        ),
        migrations.AlterField(
            'action', 'held_because',
            models.CharField(blank=True, choices=[('repeat', 'the same person has acted in this campaign'), ('mailbox', 'another person has acted with this mailbox'), ('check', 'the form was filled in like a machine does'), ('limit', 'more actions in a day with this mailbox than people take'), ('network', 'more actions in an hour from one network than usual')], max_length=10, verbose_name='held because'),
        ),
    ]
