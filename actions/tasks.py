"""When things run. A task carries ids or nothing: the rows are the truth, a task is a nudge."""

import logging
import time
from datetime import timedelta
from functools import partial
from threading import Event

from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from actions.delivery.outcomes import Outcome, Result, Transport
from actions.gateways import GATEWAYS, open_transport
from actions.models import Action, CounterDelta, Gateway, LeaseLost, Message, Sender
from actions.states import LIFE, State

logger = logging.getLogger(__name__)

BATCH = 20  # rows a claim
# No try begins later than this after its claim, so that the batch ends inside the lease, and a worker that is
# told to stop is soon done.
BATCH_BUDGET = timedelta(seconds=6)
# Errors that say the far end cannot be reached at all, whatever letter is tried next.
UNREACHABLE = "connect_"

stopping = Event()


@worker_shutting_down.connect
def stop_draining(**_: object) -> None:
    """A worker that is told to stop gives back what it has claimed and not yet tried."""
    stopping.set()


@shared_task
def drain(gateway: str) -> None:
    """Send one batch of what is due at a gateway, and ask for the next. Safe to run twice: rows are claimed
    before they are sent."""
    if Gateway.is_closed(gateway):
        return
    rows = Message.objects.select_related("action").claim(gateway, BATCH)
    if rows and _send(gateway, rows):
        _publish(gateway)


def _send(gateway: str, rows: list[Message]) -> bool:
    """Try each of the claimed rows once over one connection; return whether the gateway takes more.

    An exception nobody expected is a bug of one row: the others are given back before it rises.
    """
    began, took_one, untried = time.monotonic(), False, list(rows)
    transport: Transport | None = None
    try:
        transport = open_transport(gateway)
        while untried and not stopping.is_set() and time.monotonic() - began < BATCH_BUDGET.total_seconds():
            row = untried.pop(0)
            result = _try(transport, row)
            if result is None:
                continue
            if result.error.startswith(UNREACHABLE):
                # Nobody was reached: no attempt counts, and the next letter would meet the same wall.
                untried.insert(0, row)
                Gateway.close(gateway, result.error)
                return False
            if result.outcome == Outcome.GATEWAY_STOPPED:
                Gateway.close(gateway, result.error)
                return False
            if result.outcome == Outcome.DELIVERED and not took_one:
                took_one = True
                Gateway.open(gateway)
    finally:
        if transport:
            transport.close()
        Message.objects.release(untried)
    return True


def _try(transport: Transport, row: Message) -> Result | None:
    """Deliver one letter and write down what came of it. None where the row is somebody else's by now."""
    started_at, letter = timezone.now(), row.read_letter()
    if letter is None:
        result = Result(Outcome.REFUSED, "letter_unreadable")
    else:
        try:
            result = transport.deliver(letter, attempt=row.attempts, body_starts=row.body_starts)
        except LeaseLost:
            return None
    if not result.error.startswith(UNREACHABLE):
        row.settle(result, started_at)
    return result


@shared_task
def sweep() -> None:
    """Find what no nudge found: rows whose worker died, that have come due, or whose wait is over."""
    freed = Message.objects.reclaim()
    if freed:
        logger.warning("freed %d messages whose worker died", freed)
    Message.objects.follow_campaigns()
    Action.objects.resume_waiting()
    for gateway in GATEWAYS:
        if Message.objects.due(gateway).exists():
            drain(gateway)


def _publish(gateway: str) -> None:
    """Wake a worker. A broker that is away costs nothing but time: the sweep finds the rows."""
    try:
        drain.apply_async((gateway,), retry=False, expires=settings.SWEEP_EVERY)
    except (OperationalError, OSError) as error:
        logger.warning("no nudge for %s: %s", gateway, type(error).__name__)


def nudge(gateways: set[str]) -> None:
    """After commit, wake a worker for what is due now; what is due later the sweep will find."""
    if settings.SEND_AFTER_MINUTES:
        return
    for gateway in sorted(gateways - {""}):
        transaction.on_commit(partial(_publish, gateway))


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
        if row.lasts and row.then and state != State.SENDING:  # the sweep ends leases
            since = "queued_at" if state == State.QUEUED else "changed_at"
            over = Message.objects.filter(**{f"{since}__lte": now - row.lasts})
            if state == State.QUEUED:
                over.filter(body_started_at__isnull=False).move(state, State.UNKNOWN, error="deadline")
            over.move(state, row.then, error="deadline")
    expired = Sender.objects.expired()
    with transaction.atomic():
        actions = list(expired.values_list("action_id", flat=True))
        Message.objects.filter(action__in=actions).update(letter=None)
        count, _ = Sender.objects.filter(action__in=actions).delete()
    if count:
        logger.info("forgot %d senders", count)
