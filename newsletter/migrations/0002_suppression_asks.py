from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='suppression',
            name='mailbox_key',
            # An address that left before has only its unfolded hash; its limit begins when it leaves again.
            field=models.CharField(db_index=True, default='', editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='suppression',
            name='asked_at',
            field=models.DateTimeField(null=True, verbose_name='last asked again'),
        ),
    ]
