"""Redis is stopped, flushed or paused while people press Send: all are taken at once, and all letters go out."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Event, Thread

import pytest
from celery import Celery

from tests.faults.figures import FULL, percentile, record, size
from tests.faults.programs import BEAT, SEND_DUE, WORKER, running
from tests.faults.servers import Redis, is_open, rows
from tests.faults.visiting import Answer, Site, prepare, send_all
from tests.running import times_accepted, wait_until

pytestmark = pytest.mark.processes

POSTS, A_SECOND = size(12, 1000), 20
P95 = 0.5 if FULL else 5.0  # seconds; a busy machine of CI measures something else
SENT_WITHIN = 60.0  # seconds of Redis' return


@contextmanager
def stopped(server: Redis) -> Iterator[None]:
    """Nobody listens where Redis was."""
    server.stop()
    try:
        yield
    finally:
        server.start()


@contextmanager
def flushed(server: Redis) -> Iterator[None]:
    """Redis forgets all that it holds, five times a second."""
    over = Event()

    def flush() -> None:
        while not over.wait(0.2):
            server.ask("FLUSHALL")

    thread = Thread(target=flush)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def paused(server: Redis) -> Iterator[None]:
    """Redis takes every connection and answers nobody."""
    ends = time.monotonic() + POSTS / A_SECOND + 1
    server.ask("CLIENT", "PAUSE", str(int(1000 * (ends - time.monotonic()))))
    yield
    time.sleep(max(0.0, ends - time.monotonic()))


@pytest.fixture(scope="module")
def worker(site: Site) -> Iterator[None]:
    """A worker; at full size beat as well."""
    with running(WORKER, *([BEAT] if FULL else []), var=site.var, **site.environment):
        yield


def taken(site: Site) -> int:
    return int(rows(site.database, "SELECT count(*) FROM actions_action")[0][0])


def sent_after(site: Site) -> float:
    """Wait until all letters are sent; return how many seconds that took."""
    began = time.monotonic()
    wait_until("all letters sent", lambda: not is_open(site.database), within=SENT_WITHIN)
    return time.monotonic() - began


def assert_all_went_well(site: Site, fault: str, answers: list[Answer], before: int, waited: float) -> None:
    delivered = {row[0] for row in rows(site.database, "SELECT delivery_id FROM actions_message WHERE gateway <> ''")}
    times = times_accepted(site.log)
    accepted, p95 = sum(bool(answer.receipt) for answer in answers), percentile([one.took for one in answers], 95)
    record(
        fault=fault, size=f"{POSTS} posts", accepted=accepted, letters_so_far=len(delivered),
        missing=len(delivered - set(times)), doubled=sum(number > 1 for number in times.values()), p95=p95,
        slowest=max(one.took for one in answers), sent_after=waited,
    )
    assert accepted == POSTS == taken(site) - before
    assert set(times) == delivered
    assert set(times.values()) == {1}
    assert p95 < P95


def test_without_redis_all_are_taken_and_send_due_sends_their_letters(site: Site) -> None:
    states, before = prepare(site, POSTS), taken(site)
    every = "15" if FULL else "1"  # seconds
    with (
        running((*SEND_DUE, every), var=site.var, **site.environment),
        stopped(site.redis),
    ):
        answers = send_all(site, states, A_SECOND)
        waited = sent_after(site)

    assert_all_went_well(site, "Redis stopped, send_due beside", answers, before, waited)


@pytest.mark.parametrize("fault", [stopped, flushed, paused])
def test_while_redis_fails_all_are_taken_and_once_it_is_back_the_worker_sends_their_letters(
    site: Site, worker: None, fault: Callable[[Redis], AbstractContextManager[None]]
) -> None:
    states, before = prepare(site, POSTS), taken(site)

    with fault(site.redis):
        answers = send_all(site, states, A_SECOND)
    if not FULL:  # beat does this within 15 seconds
        Celery(broker=site.redis.url).send_task("actions.tasks.sweep")
    waited = sent_after(site)

    assert_all_went_well(site, f"Redis {fault.__name__}", answers, before, waited)
