"""When things run. A task carries ids or nothing: the rows are the truth, a task is a nudge."""

import logging
import time
from datetime import timedelta
from threading import Event

from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from actions.delivery.outcomes import Outcome
from actions.gateways import GATEWAYS, open_transport
from actions.models import CounterDelta, Gateway, Message, Sender
from actions.states import LIFE, State

logger = logging.getLogger(__name__)

BATCH = 20  # rows a claim
# No try begins later than this after its claim, so that the last one ends inside the lease.
BATCH_BUDGET = timedelta(seconds=30)
# Errors that say the far end cannot be reached at all, whatever letter is tried next.
UNREACHABLE = "connect_"

stopping = Event()


@worker_shutting_down.connect
def stop_draining(**_: object) -> None:
    """A worker that is told to stop gives back what it has claimed and not yet tried."""
    stopping.set()


@shared_task
def drain(gateway: str) -> None:
    """Send what is due at one gateway. Safe to run twice: rows are claimed before they are sent."""
    if Gateway.is_closed(gateway):
        return
    transport = open_transport(gateway)
    try:
        while not stopping.is_set():
            rows = Message.objects.select_related("action").claim(gateway, BATCH)
            if not rows:
                return
            began = time.monotonic()
            for position, row in enumerate(rows):
                late = time.monotonic() - began > BATCH_BUDGET.total_seconds()
                if stopping.is_set() or late:
                    Message.objects.release(rows[position:])
                    break
                letter = row.read_letter()
                if letter is None:
                    raise RuntimeError(f"message {row.pk} is due but its letter is gone")
                started_at = timezone.now()
                result = transport.deliver(letter, attempt=row.attempts, body_starts=row.body_starts)
                row.settle(result, started_at)
                unreachable = result.error.startswith(UNREACHABLE)
                if unreachable or result.outcome == Outcome.GATEWAY_STOPPED:
                    # The next letter would meet the same wall: rest, and leave its attempts uncounted.
                    Gateway.close(gateway, result.error)
                    Message.objects.release(rows[position + 1:])
                    return
    finally:
        transport.close()


@shared_task
def sweep() -> None:
    """Find what no nudge found: rows whose worker died, and rows that have come due."""
    freed = Message.objects.reclaim()
    if freed:
        logger.warning("freed %d messages whose worker died", freed)
    for gateway in GATEWAYS:
        if Message.objects.due(gateway).exists():
            drain(gateway)


def nudge(gateways: set[str]) -> None:
    """After commit, wake a worker for what is due now. A broker that is away costs nothing but time."""
    if settings.SEND_AFTER_MINUTES:
        return  # nothing is due yet; the sweep will find it

    def publish() -> None:
        for gateway in sorted(gateways - {""}):
            try:
                drain.apply_async((gateway,), retry=False, expires=settings.SWEEP_EVERY)
            except (OperationalError, OSError) as error:
                logger.warning("no nudge for %s: %s", gateway, type(error).__name__)

    transaction.on_commit(publish)


@shared_task
def fold_counters() -> None:
    """Fold what has been counted into the totals, until nothing is left."""
    while CounterDelta.objects.fold():
        pass


@shared_task
def purge() -> None:
    """End what has reached its deadline, and forget the people whose letters are done."""
    now = timezone.now()
    for state, row in LIFE.items():
        if row.lasts and row.then and state != State.SENDING:  # a lease ends `sending` much earlier
            Message.objects.filter(changed_at__lte=now - row.lasts).move(state, row.then, error="deadline")
    expired = Sender.objects.expired()
    with transaction.atomic():
        actions = list(expired.values_list("action_id", flat=True))
        Message.objects.filter(action__in=actions).update(letter=None)
        count, _ = Sender.objects.filter(action__in=actions).delete()
    if count:
        logger.info("forgot %d senders", count)
