"""Send what is due without Celery: letters, mails, and what else the sweep looks after."""

import logging
import signal
from argparse import ArgumentParser
from functools import partial
from threading import Thread
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from actions import sending
from actions.gateways import GATEWAYS, way
from actions.tasks import each, fold_counters, look_after
from hotline.tasks import tell_administrators
from newsletter.tasks import send_mail

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Sends once, or every so many seconds until told to stop. Safe beside workers and beside itself."""

    help = "Send the letters and mails that are due, without Celery."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How often; once unless told."""
        parser.add_argument("--every", type=float, metavar="S", help="go on, with S seconds between two rounds")

    def handle(self, *, every: float | None, **_: Any) -> None:
        """Exit code 0, also when told to stop by SIGTERM or Ctrl-C. A database that is away ends a round, no more."""
        if every is not None and not every > 0:
            raise CommandError("--every takes a number of seconds above 0.")
        for number in (signal.SIGTERM, signal.SIGINT):
            # By a thread of its own: the handler may have interrupted this one inside the Event.
            signal.signal(number, lambda *_: Thread(target=sending.stopping.set).start())
        if every is None:
            send_what_is_due()
            return
        while not sending.stopping.is_set():
            try:
                send_what_is_due()
            except Exception as error:  # a bug, or a database that is away, ends a round and no more
                logger.error("a round did not end well: %s", type(error).__name__)
            connections.close_all()
            sending.stopping.wait(every)


def send_what_is_due() -> None:
    """Look after what waits, then send until nothing is due or the process is told to stop."""
    ways = [gateway for gateway in GATEWAYS if way(gateway).has_credentials]
    each(look_after, *(partial(_drain, gateway) for gateway in ways))
    if not sending.stopping.is_set():
        each(send_mail, tell_administrators, fold_counters)


def _drain(gateway: str) -> None:
    while sending.drain(gateway):
        pass
