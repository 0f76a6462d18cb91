"""Many visitors who press Send at a steady pace, whatever the site does meanwhile."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import requests

from actions.congress.states import SEATS
from actions.delivery.test_gateway import Gateway
from tests.faults.programs import SETTINGS, congress
from tests.faults.servers import Postgres, Redis
from tests.running import Visitor, running_web

SLUG = "enablers-act"
DISTRICTS = [(seat.state, seat.district) for seat in SEATS if seat.district]


@dataclass
class Site:
    """Web processes with a database, a Redis and a gateway of their own; a test adds who sends."""

    url: str
    database: str
    postgres: Postgres
    redis: Redis
    gateway: Gateway
    var: Path
    environment: dict[str, str]

    @property
    def log(self) -> Path:
        """Return where the gateway writes down what it received."""
        return self.gateway.store.path


@contextmanager
def running_site(postgres: Postgres, redis: Redis, var: Path) -> Iterator[Site]:
    """Run all of a site but what sends its letters."""
    with ExitStack() as stack:
        gateway = stack.enter_context(congress(var / "gateway"))
        environment = {
            "DATABASE_URL": postgres.new_database(), "CELERY_BROKER_URL": redis.url,
            "CWC_HOUSE_URL": gateway.url, "CWC_SENATE_URL": gateway.url, **SETTINGS,
        }
        url = stack.enter_context(running_web(var, WEB_CONCURRENCY="2", **environment))
        yield Site(url, environment["DATABASE_URL"], postgres, redis, gateway, var, environment)


class Resident(Visitor):
    """Somebody who lives in a district of their own, so that no office gets all the letters."""

    def __init__(self, site: str, home: tuple[str, int]) -> None:
        super().__init__(site, SLUG)
        self.home = {"home_state": home[0], "district_number": str(home[1])}

    def reviewed(self) -> str:
        """Go as far as the review, and keep no connection; return what its page carries."""
        with self.session:
            return self.review()

    def post(self, data: dict[str, str]) -> requests.Response:
        """Post one step, with the home where it is asked for."""
        return super().post({**data, **self.home} if "home_state" in data else data)


@dataclass(frozen=True)
class Answer:
    """What came of one press of Send. `ended_at` is of the clock on the wall; `took` counts from when it was due."""

    visitor: int
    status: int
    took: float  # seconds
    ended_at: float
    receipt: str  # where the success page is; "" without one
    keeps: bool  # the answer carries on what was typed


def prepare(site: Site, number: int) -> list[str]:
    """Let so many visitors come as far as the review; return what their pages carry."""
    homes = [home for home, _ in zip(cycle(DISTRICTS), range(number), strict=False)]
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda home: Resident(site.url, home).reviewed(), homes))


def send_all(
    site: Site, states: list[str], a_second: float, *, presses: int = 1, meanwhile: Callable[[], None] = lambda: None
) -> list[Answer]:
    """Let visitors press Send, so many a second; who is refused presses again, a second later, `presses` times in all.

    `meanwhile` runs beside them. Returns every answer, in the order of visitors.
    """
    began = time.monotonic()

    def press(visitor: int) -> list[Answer]:
        answers: list[Answer] = []
        due = began + visitor / a_second
        while len(answers) < presses and not (answers and answers[-1].receipt):
            time.sleep(max(0.0, due - time.monotonic()))
            somebody = Visitor(site.url, SLUG)
            with somebody.session:
                sent = somebody.post({"step": "send", "state": states[visitor]})
            answers.append(Answer(
                visitor, sent.status_code, time.monotonic() - due, time.time(),
                receipt=sent.headers["Location"] if sent.status_code == 302 else "",
                keeps=states[visitor] in sent.text,
            ))
            due = time.monotonic() + 1
        return answers

    # As many threads as may wait at once: nobody waits for another's answer to press.
    with ThreadPoolExecutor(min(len(states), 200)) as pool:
        futures = [pool.submit(press, visitor) for visitor in range(len(states))]
        meanwhile()
        return [answer for future in futures for answer in future.result()]
