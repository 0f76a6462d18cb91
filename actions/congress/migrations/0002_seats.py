"""Create the 541 seats: they are facts, not data to import."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from actions.congress.states import SEATS


def create_seats(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    seat = apps.get_model("congress", "Seat")
    seat.objects.bulk_create(seat(**vars(facts)) for facts in SEATS)


class Migration(migrations.Migration):
    dependencies = [("congress", "0001_initial")]
    operations = [migrations.RunPython(create_seats, migrations.RunPython.noop)]
