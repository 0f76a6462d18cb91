from django.db import migrations
from django.utils import timezone


def keep_first_versions(apps, schema_editor):
    """Give each record that is older than its history a version to go back to. Nobody has to be told of it."""
    Hotline, Version = (apps.get_model("hotline", name) for name in ("Hotline", "HistoricalHotline"))
    names = [field.attname for field in Hotline._meta.concrete_fields]
    now = timezone.now()
    for row in Hotline.objects.exclude(pk__in=Version.objects.values("id")).values(*names):
        Version.objects.create(**row, history_date=now, history_type="+", told_at=now)


class Migration(migrations.Migration):

    dependencies = [
        ('hotline', '0003_who_was_told'),
    ]

    operations = [
        migrations.RunPython(keep_first_versions, migrations.RunPython.noop),
    ]
