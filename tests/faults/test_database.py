"""PostgreSQL loses its power while people press Send: who saw a success page has a row, the others their words."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
import requests

from polaris_site.identity import keyed_hash
from tests.faults.figures import FULL, record, size
from tests.faults.programs import SEND_DUE, WORKER, manage, running
from tests.faults.servers import is_open, pass_time, rows
from tests.faults.visiting import SLUG, Site, prepare, send_all
from tests.running import received, times_accepted, wait_until

pytestmark = pytest.mark.processes

POSTS, A_SECOND, RESTARTS = size(30, 1000), size(10, 20), size(2, 5)
BACK_WITHIN = 10.0  # seconds
# A longer outage, in seconds, and how soon after it all has to be well. Whoever waits twice as long before each look
# at whether the database is back looks after 7, 15, 31 and 63 seconds, and is late.
AWAY, AWAY_BACK_WITHIN = size(8, 35), size(4, 10)


def arrivals(log: Path) -> list[float]:
    """Return when letters reached the gateway, by the clock on the wall; long ago to begin with."""
    return [0.0, *(datetime.fromisoformat(line["time"]).timestamp() for line in received(log))]


def slowest_to_come_back(restarts: list[float], signs_of_life: list[float]) -> float:
    """Return the longest time from a restart to the next sign of life, in seconds."""
    return max(min(moment for moment in signs_of_life if moment > back) - back for back in restarts)


def test_a_restarted_database_costs_no_letter_and_no_word(site: Site) -> None:
    states, restarts = prepare(site, POSTS), []

    def restart() -> None:
        for _ in range(RESTARTS):
            time.sleep(POSTS / A_SECOND / (RESTARTS + 1))
            site.postgres.restart()
            restarts.append(time.time())

    with running(WORKER, var=site.var, **site.environment):
        answers = send_all(site, states, A_SECOND, presses=60, meanwhile=restart)
        wait_until("the worker sends again", lambda: max(arrivals(site.log)) > restarts[-1], within=BACK_WITHIN)
        worker = slowest_to_come_back(restarts, arrivals(site.log))
        if not FULL:
            pass_time(site.database)  # at full size the leases end by the clock
        with running((*SEND_DUE, "1"), var=site.var, **site.environment):
            wait_until("all letters sent", lambda: not is_open(site.database), within=size(60, 400))

    receipts = {answer.visitor: answer.receipt.split("/")[-2] for answer in answers if answer.receipt}
    ledger = {row[0] for row in rows(site.database, "SELECT receipt_key FROM actions_action")}
    sent = {row[0] for row in rows(site.database, "SELECT delivery_id FROM actions_message WHERE gateway <> ''")}
    times = times_accepted(site.log)
    refused = [answer for answer in answers if not answer.receipt]
    without_row = [token for token in receipts.values() if keyed_hash("receipt lookup", token) not in ledger]
    web = slowest_to_come_back(restarts, [answer.ended_at for answer in answers if answer.receipt])
    record(
        fault=f"PostgreSQL restarted {RESTARTS} times", size=f"{POSTS} posts", accepted=len(receipts),
        refused=len(refused), lost_words=sum(not answer.keeps for answer in refused), without_row=len(without_row),
        letters=len(sent), missing=len(sent - set(times)), doubled=sum(number > 1 for number in times.values()),
        web_back_after=web, worker_back_after=worker,
    )
    assert without_row == []
    assert {answer.status for answer in refused} <= {503}
    assert all(answer.keeps for answer in refused)
    assert len(receipts) == len(ledger) == POSTS
    assert set(times) == sent
    assert set(times.values()) == {1}
    assert max(web, worker) < BACK_WITHIN
    assert f"actions: {POSTS}, " in manage("check_ledger", DATABASE_URL=site.database)


def test_after_a_longer_outage_the_site_is_back_as_soon_as_the_database_is(site: Site) -> None:
    def shows_a_campaign(_: int = 0) -> bool:
        return requests.get(f"{site.url}/take-action/{SLUG}/", timeout=20).status_code == 200

    with ThreadPoolExecutor(16) as people:
        assert all(people.map(shows_a_campaign, range(32)))
        site.postgres.stop()
        over = time.monotonic() + AWAY
        while time.monotonic() < over:  # people go on asking
            assert not any(people.map(shows_a_campaign, range(16)))
    site.postgres.start()
    began = time.monotonic()
    wait_until("the site shows a campaign", shows_a_campaign, within=60)
    back_after = time.monotonic() - began

    record(fault="PostgreSQL away", size=f"{AWAY} s", web_back_after=back_after)
    assert back_after < AWAY_BACK_WITHIN
