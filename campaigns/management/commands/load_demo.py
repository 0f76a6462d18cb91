"""`manage.py load_demo`: fill an empty site with demonstration content."""

from typing import Any

from django.core.management.base import BaseCommand

from campaigns import demo


class Command(BaseCommand):
    """Creates what is missing of the demonstration content. What staff wrote or changed stays as it is."""

    help = "Create the demonstration campaigns and organisation that are missing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Load, and say what is new."""
        for name in demo.load():
            self.stdout.write(f"created {name}")
