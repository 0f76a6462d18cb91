"""The Celery app: tasks carry ids or nothing, and the rows in the database are the truth."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polaris_site.settings")

app = Celery("polaris_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
