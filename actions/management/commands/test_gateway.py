"""Run the test gateway, which stands in for the House and the Senate in demonstrations and tests."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from actions.congress.states import SEATS, STATES, SeatFacts
from actions.delivery.fields import Chamber
from actions.delivery.test_gateway import running_gateway

# A choice of the demonstration, not a fact: about half of the Senate takes letters by CWC, so that whoever looks
# sees both kinds of office in every state. Which senators truly take part, only the Senate's own list says.
ABOUT_HALF_THE_SENATE = (
    "A choice of this demonstration: every seat of the House takes part and, of the two senators of each state, the"
    " one of the lower class alone, because about half of the Senate does in truth. Start test_gateway with"
    " --all-offices to let everybody take part."
)


class Command(BaseCommand):
    """Serve until told to stop by SIGTERM or Ctrl-C. What it took lies in `VAR_DIR/gateway/`."""

    help = "Runs a server that stands in for Congress: it checks and keeps letters, and sends nothing on."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.TEST_GATEWAY_PORT, help="0 takes a free one")
        parser.add_argument("--all-offices", action="store_true", help="let every senator take part")
        parser.add_argument("--keep-repeats", action="store_true", help="take a DeliveryId more than once")
        parser.add_argument("--delay", type=float, default=0.0, help="seconds from full receipt to answer")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("The test gateway runs in a demonstration only (DELIVERY_MODE).")
        # Waited for, not handled: a handler that sets an Event can meet its own thread inside the Event, for ever.
        stops = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, stops)
        with running_gateway(
            settings.VAR_DIR / "gateway",
            offices={seat.code for seat in SEATS if options["all_offices"] or takes_part(seat)},
            keys={Chamber.HOUSE: settings.CWC_HOUSE_KEY, Chamber.SENATE: settings.CWC_SENATE_KEY},
            keep_repeats=options["keep_repeats"],
            delay=options["delay"],
            host=options["host"],
            port=options["port"],
            note="" if options["all_offices"] else ABOUT_HALF_THE_SENATE,
        ) as gateway:
            self.stdout.write(f"Test gateway at {gateway.url}, {len(gateway.offices)} offices")
            self.stdout.flush()
            signal.sigwait(stops)


def takes_part(seat: SeatFacts) -> bool:
    """Tell whether a seat is active in the demonstration: the House, and each state's senator of the lower class."""
    return seat.senate_class is None or seat.senate_class == min(STATES[seat.state].senate_classes)
