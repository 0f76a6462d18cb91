"""The test gateway as a process of its own: `manage.py test_gateway`."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings

from actions.congress.states import SEATS
from actions.delivery.cwc import CwcTransport
from actions.delivery.fields import Chamber
from actions.delivery.letter import Letter
from actions.delivery.offices import fetch_active_offices
from actions.delivery.outcomes import Outcome, Result
from tests.delivery.letters import a_letter

pytestmark = pytest.mark.processes


@contextmanager
def gateway_process(var_dir: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command on a free port; yield the process and its address."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "test_gateway", "--port", "0", *options]
    environment = {**os.environ, "VAR_DIR": str(var_dir), "DJANGO_SETTINGS_MODULE": "polaris_site.settings"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        told = process.stdout.readline()
        found = re.search(r"(http://\S+), [0-9]+ offices", told)
        assert found, told
        yield process, found[1]
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def deliver(url: str, letter: Letter, attempt: int = 1) -> Result:
    cwc = CwcTransport(url, settings.CWC_HOUSE_KEY, Chamber.HOUSE)
    try:
        return cwc.deliver(letter, attempt=attempt, body_starts=lambda: None)
    finally:
        cwc.close()


def active_offices(url: str) -> frozenset[str]:
    house = fetch_active_offices(url, settings.CWC_HOUSE_KEY, Chamber.HOUSE)
    return house | fetch_active_offices(url, settings.CWC_SENATE_KEY, Chamber.SENATE)


def page_of(url: str) -> str:
    with urlopen(url, timeout=5) as answer:
        return str(answer.read().decode())


def test_a_letter_whose_answer_was_lost_with_the_gateway_is_known_after_its_restart(tmp_path: Path) -> None:
    results: list[Result] = []
    with gateway_process(tmp_path, "--delay", "30") as (process, url):
        sender = threading.Thread(target=lambda: results.append(deliver(url, a_letter())))
        sender.start()
        log = tmp_path / "gateway" / "received.jsonl"
        while sender.is_alive() and not log.read_bytes():
            sender.join(0.02)
        process.kill()
        sender.join(5)

    with gateway_process(tmp_path) as (_, url):
        again = deliver(url, a_letter(), attempt=2)
        with urlopen(f"{url}/held.json", timeout=5) as answer:
            held = json.load(answer)

    assert [result.outcome for result in results] == [Outcome.UNKNOWN]
    assert again == Result(Outcome.DELIVERED, "", 409)
    assert held["count"] == 1


def test_the_gateway_stops_when_it_is_told_to(tmp_path: Path) -> None:
    with gateway_process(tmp_path, "--delay", "30") as (process, url):
        threading.Thread(target=deliver, args=(url, a_letter()), daemon=True).start()
        process.send_signal(signal.SIGTERM)
        code = process.wait(20)  # seconds; the answer it holds would take 30

    assert code == 0


def test_a_demonstration_shows_both_kinds_of_senators_and_says_that_it_chose(tmp_path: Path) -> None:
    with gateway_process(tmp_path) as (_, url):
        active, page = active_offices(url), page_of(url)

    house = {code for code in active if code.startswith("H")}
    assert len(house) == 441
    assert len(active - house) == len({code[1:3] for code in active - house}) == 50
    assert {"SNJ01", "SGA02"} < active  # the lower of New Jersey's classes 1 and 2, and of Georgia's 2 and 3
    assert "A choice of this demonstration" in page


def test_a_demonstration_lists_every_office_where_asked(tmp_path: Path) -> None:
    with gateway_process(tmp_path, "--all-offices") as (_, url):
        active, page = active_offices(url), page_of(url)

    assert active == {seat.code for seat in SEATS}
    assert "A choice" not in page
