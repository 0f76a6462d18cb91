"""When the administrators are told."""

import logging

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from hotline import versions

logger = logging.getLogger(__name__)
SWEEP_EVERY = 60  # seconds


@shared_task
def tell_administrators() -> None:
    """Mail what changed in the hotline record. Safe to run twice: a version is claimed before it is told."""
    versions.tell_administrators()


def nudge() -> None:
    """After commit, have the administrators told at once."""
    transaction.on_commit(_publish)


def _publish() -> None:
    """Wake a worker. A broker that is away costs a fifth of a second: the sweep finds the version."""
    try:
        tell_administrators.apply_async(retry=False, expires=SWEEP_EVERY)
    except (OperationalError, OSError) as error:
        logger.warning("no nudge to tell administrators: %s", type(error).__name__)
