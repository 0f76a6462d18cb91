"""Run the test gateway, which stands in for the House and the Senate in demonstrations and tests."""

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from actions.congress.states import SEATS
from actions.delivery.fields import Chamber
from actions.delivery.test_gateway import running_gateway


class Command(BaseCommand):
    """Serve until told to stop by SIGTERM or Ctrl-C. What it took lies in `VAR_DIR/gateway/`."""

    help = "Runs a server that stands in for Congress: it checks and keeps letters, and sends nothing on."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.TEST_GATEWAY_PORT, help="0 takes a free one")
        parser.add_argument("--keep-repeats", action="store_true", help="take a DeliveryId more than once")
        parser.add_argument("--delay", type=float, default=0.0, help="seconds from full receipt to answer")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("The test gateway runs in a demonstration only (DELIVERY_MODE).")
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        with running_gateway(
            settings.VAR_DIR / "gateway",
            offices={seat.code for seat in SEATS},
            keys={Chamber.HOUSE: settings.CWC_HOUSE_KEY, Chamber.SENATE: settings.CWC_SENATE_KEY},
            keep_repeats=options["keep_repeats"],
            delay=options["delay"],
            host=options["host"],
            port=options["port"],
        ) as gateway:
            self.stdout.write(f"Test gateway at {gateway.url}, {len(gateway.offices)} offices")
            self.stdout.flush()
            stop.wait()
