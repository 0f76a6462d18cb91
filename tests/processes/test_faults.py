"""Trouble, injected into the real processes: nothing accepted is lost, nothing is doubled, nobody sees a 500."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.conf import settings

from actions.congress.states import SEATS
from actions.delivery.fields import Chamber
from actions.delivery.test_gateway import Gateway, running_gateway
from tests.running import Site, Visitor, free_port, received, running_site, running_web, times_accepted, wait_until

pytestmark = pytest.mark.processes

SLUG = "enablers-act"
KEYS = {Chamber.HOUSE: settings.CWC_HOUSE_KEY, Chamber.SENATE: settings.CWC_SENATE_KEY}
OFFICES = {seat.code for seat in SEATS}


@pytest.fixture(scope="module")
def gateway_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def gateway_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the gateway remembers from one test to the next."""
    return tmp_path_factory.mktemp("gateway")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, gateway_port: int) -> Iterator[Site]:
    """The site, with a gateway that each test starts or leaves away."""
    url = f"http://127.0.0.1:{gateway_port}"
    var = tmp_path_factory.mktemp("site")
    with running_site(var, CWC_HOUSE_URL=url, CWC_SENATE_URL=url, CONGRESS_DATA_DIR="") as running:
        yield running


def pass_time(site: Site) -> None:
    """Move every lease, retry and rest into the past, as if their minutes had gone by."""
    for statement in (
        "UPDATE actions_message SET lease_ends = datetime('now', '-1 second') WHERE state = 'sending'",
        "UPDATE actions_message SET due = datetime('now', '-1 second') WHERE state = 'queued'",
        "UPDATE actions_gateway SET resting_until = NULL",
    ):
        site.rows(statement)


def delivered(site: Site) -> int:
    return len(site.rows("SELECT 1 FROM actions_message WHERE state = 'delivered'"))


def all_delivered(site: Site) -> bool:
    return not site.rows("SELECT 1 FROM actions_message WHERE gateway <> '' AND state <> 'delivered'")


def kill_worker(site: Site) -> None:
    """End the worker and all it started as a machine without memory does."""
    for worker in site.children(" worker "):
        os.killpg(worker, signal.SIGKILL)


def assert_nothing_lost_or_doubled(site: Site, gateway: Gateway, accepted: int) -> None:
    times = times_accepted(gateway.store.path)
    stored = [row[0] for row in site.rows("SELECT delivery_id FROM actions_message WHERE gateway <> ''")]
    assert set(times.values()) == {1}
    assert sorted(times) == sorted(stored)
    assert site.counters()["messages"] == len(times)
    assert site.counters()["actions"] >= accepted


def test_a_killed_worker_loses_and_doubles_nothing(
    site: Site, gateway_port: int, gateway_folder: Path
) -> None:
    with running_gateway(gateway_folder, offices=OFFICES, keys=KEYS, port=gateway_port, delay=1.5) as gateway:
        for _ in range(4):
            Visitor(site.url, SLUG).act()
        wait_until("a letter at the gateway", lambda: received(gateway_folder / "received.jsonl"), within=30)

        kill_worker(site)
        pass_time(site)

        wait_until("all delivered by the next worker", lambda: all_delivered(site), within=60)
        assert_nothing_lost_or_doubled(site, gateway, accepted=4)


def test_where_repeats_would_count_a_killed_worker_doubles_nothing_and_what_nobody_knows_is_unknown(
    tmp_path: Path,
) -> None:
    log, stored = tmp_path / "gateway" / "received.jsonl", "SELECT delivery_id, state FROM actions_message"
    port, var = free_port(), tmp_path / "site"
    var.mkdir()
    urls = dict.fromkeys(("CWC_HOUSE_URL", "CWC_SENATE_URL"), f"http://127.0.0.1:{port}")
    with running_site(var, **urls, CWC_HOUSE_DROPS_REPEATS="false", CONGRESS_DATA_DIR="") as site:
        # It answers so late that whatever it has received is under way when the worker dies.
        with running_gateway(log.parent, offices=OFFICES, keys=KEYS, port=port, keep_repeats=True, delay=15):
            for _ in range(4):
                Visitor(site.url, SLUG).act()
            wait_until("a letter at the gateway", lambda: received(log), within=30)
            kill_worker(site)
        with running_gateway(log.parent, offices=OFFICES, keys=KEYS, port=port, keep_repeats=True):
            pass_time(site)
            open_rows = f"{stored} WHERE gateway <> '' AND state IN ('queued', 'sending')"
            wait_until("nothing left to do for the next worker", lambda: not site.rows(open_rows), within=60)
            states = dict(site.rows(f"{stored} WHERE gateway <> ''"))
            counted = site.counters()["messages"]

    times = times_accepted(log)
    known = {delivery_id for delivery_id, state in states.items() if state == "delivered"}
    assert len(states) == 4
    assert set(states.values()) <= {"delivered", "unknown"}
    assert "unknown" in states.values()
    assert set(times.values()) == {1}
    assert known <= set(times) <= set(states)
    assert counted == len(known)


def test_while_the_gateway_is_down_people_can_act(
    site: Site, gateway_port: int, gateway_folder: Path
) -> None:
    before = delivered(site)

    receipt = Visitor(site.url, SLUG).act()

    page = requests.get(f"{site.url}{receipt}", timeout=10).text
    assert "On its way" in page
    assert delivered(site) == before
    with running_gateway(gateway_folder, offices=OFFICES, keys=KEYS, port=gateway_port, keep_repeats=True) as gateway:
        time.sleep(1)
        pass_time(site)
        wait_until("delivered once it is back", lambda: all_delivered(site), within=45)
        assert_nothing_lost_or_doubled(site, gateway, accepted=1)


def test_without_a_broker_people_can_act(
    site: Site, gateway_port: int, gateway_folder: Path
) -> None:
    broker, aside = site.var / "broker", site.var / "aside"
    broker.rename(aside)
    broker.write_text("no folder")
    began = time.monotonic()

    receipt = Visitor(site.url, SLUG).act()

    assert time.monotonic() - began < 10
    assert "On its way" in requests.get(f"{site.url}{receipt}", timeout=10).text
    broker.unlink()
    aside.rename(broker)
    with running_gateway(gateway_folder, offices=OFFICES, keys=KEYS, port=gateway_port, keep_repeats=True) as gateway:
        pass_time(site)
        wait_until("found by the sweep", lambda: all_delivered(site), within=75)
        assert_nothing_lost_or_doubled(site, gateway, accepted=1)


def test_a_locked_database_is_a_503_that_keeps_what_was_typed(site: Site) -> None:
    visitor = Visitor(site.url, SLUG)
    state = visitor.review(own_words="These words must stay.")
    lock = site.database()
    lock.execute("BEGIN IMMEDIATE")
    try:
        refused = visitor.post({"step": "send", "state": state})
    finally:
        lock.execute("ROLLBACK")
        lock.close()

    assert refused.status_code == 503
    assert "Retry-After" in refused.headers
    assert state in refused.text
    assert "888" in refused.text  # the hotline stands there too
    assert visitor.post({"step": "send", "state": state}).status_code == 302


def test_a_mistyped_receipt_link_leaves_no_token_in_what_the_processes_write(site: Site) -> None:
    token = "0123456789abcdef0123456789abcdef"

    requests.get(f"{site.url}/take-action/receipt/{token}/", timeout=10)
    requests.post(f"{site.url}/take-action/receipt/{token}/?email=canary@example.org", timeout=10)

    def output() -> str:
        return (site.var / "output.txt").read_text()

    wait_until("the log says so", lambda: "404 at actions:receipt" in output(), within=5)
    assert token not in output()
    assert "canary@" not in output()


def test_a_database_that_is_gone_is_a_503_with_the_hotline_and_the_words(tmp_path: Path) -> None:
    closed = free_port()
    with running_web(tmp_path, DATABASE_URL=f"postgres://nobody@127.0.0.1:{closed}/none") as url:
        began = time.monotonic()
        shown = requests.get(f"{url}/take-action/", timeout=20)
        sent = requests.post(
            f"{url}/take-action/{SLUG}/", data={"step": "details", "own_words": "Kept words"}, timeout=20
        )
        took = time.monotonic() - began

    assert (shown.status_code, sent.status_code) == (503, 503)
    assert "Kept words" in sent.text
    assert "888" in shown.text
    assert took < 12


def test_a_redis_that_is_gone_costs_a_visitor_nothing(site: Site, tmp_path: Path) -> None:
    shutil.copy(site.var / "site.sqlite3", tmp_path / "site.sqlite3")
    with running_web(tmp_path, CELERY_BROKER_URL=f"redis://127.0.0.1:{free_port()}/0") as url:
        state = Visitor(url, SLUG).review()
        began = time.monotonic()
        sent = Visitor(url, SLUG).post({"step": "send", "state": state})
        took = time.monotonic() - began

    assert sent.status_code == 302
    assert took < 2
