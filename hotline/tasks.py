"""When the administrators are told."""

from celery import shared_task

from hotline import versions


@shared_task
def tell_administrators() -> None:
    """Mail what changed in the hotline record. Safe to run twice at worst: somebody is told twice."""
    versions.tell_administrators()
