"""Dies at every point of a letter's way, so many times each: `python -m tests.faults.dying 3` with DATABASE_URL set.

Each death is a process of its own, forked from this one, with one letter to send. It watches which functions are
entered and left, and kills itself at one of them; what it runs is the site's code as it is. After the deaths at a
point the leases are moved into the past and a healthy process sends what may be sent. An action's `source` names the
point at which its letter's process died. Prints as JSON how many died by SIGKILL at each point.
"""

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import FrameType

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polaris_site.settings")
django.setup()

# What follows reads the settings and the models as it is imported, so it comes after they are ready.
from django.db import connection  # noqa: E402

from actions.management.commands.send_due import send_what_is_due  # noqa: E402
from actions.sending import drain  # noqa: E402
from campaigns.models import Campaign  # noqa: E402
from tests.factories import create_campaign  # noqa: E402
from tests.faults.fill import fill  # noqa: E402
from tests.faults.servers import pass_time  # noqa: E402


@dataclass(frozen=True)
class Point:
    """The moment a function is entered ("call") or left ("return"), by `caller` alone and somewhere under `above`."""

    event: str
    function: str
    caller: str = ""  # empty: whoever it is
    above: str = ""

    def die_here(self, frame: FrameType, event: str, _: object) -> None:
        """Kill this process if it is here: a profile function, so that it stands beside a measure of coverage."""
        if event != self.event or frame.f_code.co_qualname != self.function:
            return
        stack: list[str] = []
        before = frame.f_back
        while before is not None:
            stack.append(before.f_code.co_qualname)
            before = before.f_back
        if self.caller in ("", *stack[:1]) and (not self.above or self.above in stack):
            os.kill(os.getpid(), signal.SIGKILL)


OUTCOME = ("MessageQuerySet.settle", "_Drain._store")  # where what came of a try is written down
POINTS = {
    "before-claim": Point("call", "MessageQuerySet.claim"),
    "claimed": Point("return", "MessageQuerySet.claim"),
    "connected": Point("return", "CwcTransport._send_headers"),
    "permitted": Point("return", "_Drain._ask"),
    "body-sent": Point("return", "HTTPConnection.send", "CwcTransport.deliver"),
    "answered": Point("return", "CwcTransport._read_answer"),
    "before-commit": Point("call", "Atomic.__exit__", *OUTCOME),
    "committed": Point("return", "Atomic.__exit__", *OUTCOME),
}


def in_a_process(work: Callable[[], object]) -> int:
    """Do something in a process of its own; return its exit code, or the negative number of what killed it."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def send_one_and_die(campaign: Campaign, name: str, number: int) -> None:
    """Store one letter, to another office each time, and send it as far as the point."""
    fill(campaign, 1, first=number, source=name)
    threading.setprofile(POINTS[name].die_here)
    sys.setprofile(POINTS[name].die_here)
    drain("house")


def main(times: int) -> None:
    """Die at each point, and let a healthy process clear up after it."""
    campaign = create_campaign()
    send_what_is_due()  # what it loads and what it asks the gateway once, no child has to load and ask again
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has one; a child must not inherit it
    deaths = {}
    for name in POINTS:
        ends = [in_a_process(partial(send_one_and_die, campaign, name, number)) for number in range(times)]
        deaths[name] = ends.count(-signal.SIGKILL)
        pass_time(os.environ["DATABASE_URL"])
        assert in_a_process(send_what_is_due) == 0
    print(json.dumps(deaths))  # noqa: T201  # the test reads it


if __name__ == "__main__":
    main(int(sys.argv[1]))
