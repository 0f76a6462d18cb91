"""Makes an empty database ready: `python -m tests.faults.prepare` with DATABASE_URL set."""

import os

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polaris_site.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
