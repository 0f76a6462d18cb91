"""Workers are killed all the time: nothing is lost, nothing goes twice, and what nobody can know is not sent again."""

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from actions.sending import SLOTS
from tests.faults.figures import FULL, record, size
from tests.faults.programs import PROCESSES, SEND_DUE, WORKER, congress, kill, run, running, start
from tests.faults.servers import Postgres, Redis, counted, is_open, pass_time, rows
from tests.running import received, times_accepted, wait_until

pytestmark = pytest.mark.processes

LETTERS, SECONDS = size(100, 10_000), size(3, 120)  # with a kill in each of so many seconds, at most
WORKERS = size(2, 3)


def is_up(worker: "subprocess.Popen[bytes]") -> bool:
    """Tell whether a worker has come so far as to have processes that send."""
    return subprocess.run(["pgrep", "-P", str(worker.pid)], stdout=subprocess.DEVNULL).returncode == 0


def kill_one_each_second(workers: list["subprocess.Popen[bytes]"], url: str, another: Callable[[], None]) -> int:
    """Kill one of the workers that are up, at random, and start another at once; return how many that were."""
    kills = 0
    for _ in range(SECONDS):
        if not is_open(url):
            break
        up = [worker for worker in workers if is_up(worker)]
        if up:
            victim = random.choice(up)
            kill(victim)
            workers.remove(victim)
            another()
            kills += 1
        time.sleep(1)
    return kills


def test_workers_killed_each_second_lose_and_double_nothing(
    postgres: Postgres, redis_server: Redis, tmp_path: Path
) -> None:
    url, log = postgres.new_database(), tmp_path / "gateway" / "received.jsonl"
    run("fill", str(LETTERS), DATABASE_URL=url)
    began = time.monotonic()
    with congress(log.parent, keep_repeats=True, delay=0.2) as gateway:
        environment = {
            "DATABASE_URL": url, "CELERY_BROKER_URL": redis_server.url, "CWC_HOUSE_URL": gateway.url,
            "CWC_SENATE_URL": gateway.url, "CWC_HOUSE_DROPS_REPEATS": "false",
        }
        workers: list[subprocess.Popen[bytes]] = []

        def another() -> None:
            workers.append(start(*WORKER, var=tmp_path, **environment))

        try:
            for _ in range(WORKERS):
                another()
            wait_until("a letter at the gateway", lambda: received(log), within=60)
            kills = kill_one_each_second(workers, url, another) + WORKERS
        finally:
            for worker in workers:  # at last all of them
                kill(worker)
        if not FULL:
            pass_time(url)  # at full size the leases end by the clock
        with running((*SEND_DUE, "1"), *[WORKER] * size(0, WORKERS), var=tmp_path, **environment):
            wait_until("every letter at its end", lambda: not is_open(url), within=size(60, 900))
    took = time.monotonic() - began

    stored = rows(
        url, "SELECT delivery_id, m.state, person_key, seat_id FROM actions_message m JOIN actions_action a"
        " ON a.id = action_id"
    )
    times = times_accepted(log)
    ids = {state: {row[0] for row in stored if row[1] == state} for state in ("delivered", "unknown", "failed")}
    pairs = Counter(row[2:] for row in stored for _ in range(times[row[0]]))
    arrived = ids["unknown"] & set(times)
    missing = LETTERS - sum(len(found) for found in ids.values())
    doubled = [key for counted in (times, pairs) for key, number in counted.items() if number > 1]
    record(
        fault="workers killed each second", size=f"{LETTERS} letters", kills=kills, accepted=len(times),
        delivered=len(ids["delivered"]), parked=len(ids["unknown"]), parked_and_arrived=len(arrived),
        failed=len(ids["failed"]), missing=missing, doubled=len(doubled), seconds=round(took),
    )

    assert missing == 0
    assert doubled == []
    assert set(times) == ids["delivered"] | arrived
    assert len(ids["unknown"]) <= kills * SLOTS * PROCESSES
    assert counted(url) == len(ids["delivered"])
