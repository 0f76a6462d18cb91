from django.db import migrations, models


class Migration(migrations.Migration):
    """What is held or waits is looked at every few seconds, among millions that are not."""

    dependencies = [('actions', '0006_gateway_resting_since')]

    operations = [
        migrations.AddIndex(
            'message',
            models.Index(
                condition=models.Q(('state__in', ['held', 'waiting'])), fields=['state', 'action'],
                name='message_waits',
            ),
        ),
    ]
