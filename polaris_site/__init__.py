"""What belongs to the site as a whole. Importing the Celery app here lets `shared_task` find it."""

from polaris_site.celery import app as celery_app

__all__ = ["celery_app"]
