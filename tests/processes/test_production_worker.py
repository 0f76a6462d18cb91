"""The worker as production runs it, on PostgreSQL and Redis: told to stop, it loses and doubles nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection

from actions.congress.states import SEATS
from actions.delivery.fields import Chamber
from actions.delivery.test_gateway import running_gateway
from actions.models import Message, read_counters
from actions.states import State
from actions.tasks import drain, sweep
from tests.factories import create_campaign, ensure_seats, person, take
from tests.running import ROOT, received, times_accepted, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

LETTERS = 60
STOPS_WITHIN = 10.0  # seconds
KEYS = {Chamber.HOUSE: settings.CWC_HOUSE_KEY, Chamber.SENATE: settings.CWC_SENATE_KEY}


@pytest.fixture
def queue() -> None:
    """Nothing that other tests have asked for waits in the queue."""
    redis.Redis.from_url(settings.CELERY_BROKER_URL).delete("celery", "unacked", "unacked_index")


@contextmanager
def worker(var: Path, gateway: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker on the database of these tests until the block ends."""
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    environment = {
        **os.environ, "VAR_DIR": str(var), "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "CWC_HOUSE_URL": gateway, "CWC_HOUSE_DROPS_REPEATS": "false",
    }
    command = [
        sys.executable, "-m", "celery", "--quiet", "--app", "polaris_site", "worker",
        "--pool", "prefork", "--concurrency", "2", "--loglevel", "WARNING",
    ]
    with (var / "worker.txt").open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=5)


def in_state(state: State) -> list[str]:
    return list(Message.objects.filter(gateway="house", state=state).values_list("delivery_id", flat=True))


def test_told_to_stop_in_the_middle_it_ends_in_time_and_the_next_one_sends_the_rest(
    queue: None, tmp_path: Path
) -> None:
    ensure_seats()
    campaign, log = create_campaign(), tmp_path / "gateway" / "received.jsonl"
    for number in range(LETTERS):
        take(campaign, person=person(email=f"p{number}@example.org"))
    offices = {seat.code for seat in SEATS}
    with running_gateway(log.parent, offices=offices, keys=KEYS, keep_repeats=True, delay=0.2) as gateway:
        with worker(tmp_path, gateway.url) as first:
            for _ in range(4):  # more tasks than processes, as on a busy day
                drain.delay("house")
            wait_until("some letters at the gateway", lambda: len(received(log)) >= 5, within=30)

            first.terminate()
            first.wait(timeout=STOPS_WITHIN)

        assert first.returncode == 0, (tmp_path / "worker.txt").read_text()
        arrived = times_accepted(log)
        assert len(arrived) < LETTERS
        assert set(arrived.values()) == {1}
        assert sorted(in_state(State.DELIVERED)) == sorted(arrived)
        assert len(in_state(State.QUEUED)) == LETTERS - len(arrived)

        with worker(tmp_path, gateway.url):
            sweep.delay()  # as beat does every few seconds
            wait_until("all delivered", lambda: len(in_state(State.DELIVERED)) == LETTERS, within=60)

    assert set(times_accepted(log).values()) == {1}
    assert len(times_accepted(log)) == read_counters()["messages"] == LETTERS
