"""When things run. A task carries ids or nothing: the rows are the truth, a task is a nudge."""

import logging
from collections.abc import Callable
from functools import partial

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from actions import sending
from actions.acknowledgements import take_files
from actions.audit import findings
from actions.delivery.offices import OfficesUnavailable
from actions.gateways import CHAMBERS, GATEWAYS, list_offices, way
from actions.mails import mail_news
from actions.models import (
    Action,
    Certificate,
    CounterDelta,
    Enrolment,
    Gateway,
    Message,
    Office,
    OutcomeNotice,
    Sender,
    TargetFile,
)
from actions.outcome_mails import tell_outcomes
from actions.states import LIFE, State
from campaigns.models import Campaign

logger = logging.getLogger(__name__)


@worker_shutting_down.connect
def stop_draining(**_: object) -> None:
    """A worker that is told to stop begins no other letter."""
    sending.stopping.set()


@worker_ready.connect
def begin_with_a_sweep(**_: object) -> None:
    """A worker that starts looks at once for what waits, not after the first beat."""
    try:
        sweep.apply_async(retry=False, expires=settings.SWEEP_EVERY)
    except (OperationalError, OSError) as error:
        logger.warning("no first sweep: %s", type(error).__name__)


@shared_task
def drain(gateway: str) -> None:
    """Send what is due at a gateway, and ask for more time where a few seconds are too short for it."""
    if sending.drain(gateway):
        _publish(gateway)


@shared_task
def sweep() -> None:
    """Find what no nudge found: rows whose worker died, that have come due, or whose wait is over."""
    ways = [gateway for gateway in GATEWAYS if way(gateway).has_credentials]
    each(look_after, *(partial(drain, gateway) for gateway in ways))


def look_after() -> None:
    """Move what waits for something else than its turn, and tell senders what came of their letters."""
    each(
        Campaign.objects.begin_scheduled, _reclaim, Message.objects.follow_campaigns,
        partial(Message.objects.stop_for_successors, State.HELD, State.QUEUED, State.WAITING),
        Action.objects.resume_waiting, *(partial(_list_offices, gateway) for gateway in CHAMBERS),
        Message.objects.lose_route, tell_senders, tell_outcomes,
    )


def each(*steps: Callable[[], object]) -> None:
    """Take every step, whatever becomes of the one before; then raise what they raised.

    An exception nobody expected is a bug, and one bug must not stop everybody's letters.
    """
    errors: list[Exception] = []
    for step in steps:
        try:
            step()
        except Exception as error:  # raised below, once the others have had their turn
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ExceptionGroup("several steps failed", errors)


def _reclaim() -> None:
    if freed := Message.objects.reclaim():
        logger.warning("freed %d messages whose worker died", freed)


def _list_offices(gateway: str) -> None:
    if Gateway.objects.needs_list(gateway):
        refresh_offices(gateway)


@shared_task
def refresh_offices(gateway: str) -> None:
    """Ask a chamber which offices take part. A list that cannot be had, or names none, changes nothing."""
    if not way(gateway).has_credentials:
        return
    try:
        Office.objects.list_anew(gateway, list_offices(gateway))
    except (OfficesUnavailable, ValueError) as error:
        logger.warning("the list of active offices of %s was not taken: %s", gateway, error)
        Gateway.objects.list_failed(gateway, str(error))
        return
    Message.objects.lose_route()


def tell_senders(at_most: int = 200) -> int:
    """Mail those whose letters ended in a way they would not expect; return how many mails that made.

    One mail an action, in the transaction that notes it as told, so that nobody is told twice or never.
    """
    told = 0
    for action in Action.objects.with_news()[:at_most]:
        with transaction.atomic():
            if Message.objects.filter(action=action, news_since__isnull=False).update(news_since=None):
                told += mail_news(action)
    return told


def _publish(*gateways: str) -> None:
    """Wake a worker for each. A broker that is away costs a fifth of a second, once: the sweep finds the rows."""
    try:
        for gateway in gateways:
            drain.apply_async((gateway,), retry=False, expires=settings.SWEEP_EVERY)
    except (OperationalError, OSError) as error:
        logger.warning("no nudge for %s: %s", ", ".join(gateways), type(error).__name__)


def nudge(gateways: set[str]) -> None:
    """After commit, wake a worker for what is due now; what is due later the sweep will find."""
    if settings.SEND_AFTER_MINUTES:
        return
    if wanted := sorted(gateways - {""}):
        transaction.on_commit(partial(_publish, *wanted))


@shared_task
def fold_counters() -> None:
    """Fold what has been counted into the totals, until nothing is left."""
    while CounterDelta.objects.fold():
        pass


@shared_task
def take_acknowledgements() -> None:
    """Read the files that were dropped with what offices' systems said later."""
    take_files(settings.ACKNOWLEDGEMENTS_DIR)


@shared_task
def check_ledger() -> None:
    """Recount and look for rows that the table of states does not allow; what is found is an error in the log."""
    for finding in findings():
        logger.error("ledger: %s", finding)


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
    # What lies ready for its sender piles up, so that the sweep leaves it alone.
    Message.objects.stop_for_successors(State.SELF_SERVE)
    # Told before their addresses go.
    each(
        tell_senders, _forget, Enrolment.objects.all().purge, Certificate.objects.all().purge,
        TargetFile.objects.forget,
    )


def _forget() -> None:
    if forgotten := Sender.objects.all().forget():
        logger.info("forgot %d senders", forgotten)
    OutcomeNotice.objects.all().forget()
