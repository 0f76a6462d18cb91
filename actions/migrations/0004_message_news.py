from django.db import migrations, models


class Migration(migrations.Migration):
    """Something came of a letter that its sender has not been told yet."""

    dependencies = [('actions', '0003_office')]

    operations = [
        migrations.AddField('message', 'news_since', models.DateTimeField(null=True)),
        migrations.AddIndex(
            'message',
            models.Index(condition=models.Q(('news_since__isnull', False)), fields=['action'], name='message_news'),
        ),
    ]
