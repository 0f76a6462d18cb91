"""The Celery app: tasks carry ids or nothing, and the rows in the database are the truth."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_init

from polaris_site.broker import put_back

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polaris_site.settings")

app = Celery("polaris_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def take_over(**_: Any) -> None:
    """A worker that starts puts back what a killed one had claimed; only the file broker needs this."""
    if app.conf.broker_url.startswith("polarisfile:"):
        put_back(Path(app.conf.broker_transport_options["data_folder"]))
