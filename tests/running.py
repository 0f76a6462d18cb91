"""The whole site as its own processes, and a visitor who posts its forms over HTTP."""

import json
import os
import re
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(what: str, holds: Callable[[], Any], within: float) -> Any:
    """Return what `holds` returns as soon as it is true; fail after `within` seconds."""
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        found = holds()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {within:.0f} s: {what}")


@dataclass
class Site:
    """A running site: where it answers, where it keeps what it writes, and its supervisor."""

    url: str
    var: Path
    process: subprocess.Popen[bytes]

    def children(self, word: str) -> list[int]:
        """Return the process ids of the supervisor's children with `word` in their command."""
        listed = subprocess.run(
            # Twice wide: else a long path before the word cuts it off.
            ["ps", "-ww", "--ppid", str(self.process.pid), "-o", "pid=,args="],
            capture_output=True, text=True, check=False,
        ).stdout
        found = [int(line.split()[0]) for line in listed.splitlines() if word in line]
        assert found, f"no child with {word!r} among:\n{listed}"
        return found

    def database(self) -> sqlite3.Connection:
        """Open the site's database beside it."""
        return sqlite3.connect(self.var / "site.sqlite3", timeout=20, isolation_level=None)

    def rows(self, statement: str) -> list[Any]:
        """Return the rows of one statement."""
        with self.database() as database:
            return database.execute(statement).fetchall()

    def counters(self) -> dict[str, Any]:
        """Return what machines read."""
        answer: dict[str, Any] = requests.get(f"{self.url}/take-action/counters.json", timeout=10).json()
        return answer


@contextmanager
def running_site(var: Path, **environment: str) -> Iterator[Site]:
    """Run everything `make run` runs, until the block ends; it must then stop cleanly."""
    port = free_port()
    command = [sys.executable, "manage.py", "run_site", "--port", str(port)]
    settings = {**os.environ, "VAR_DIR": str(var), "TEST_GATEWAY_PORT": str(free_port()), **environment}
    for name in {"DATABASE_URL", "CELERY_BROKER_URL"} - environment.keys():
        settings.pop(name, None)  # this site is the one of a laptop, whatever the tests around it run on
    subprocess.run([sys.executable, "-P", "polaris_site/secrets_file.py"], cwd=ROOT, env=settings, check=True)
    with (var / "output.txt").open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=output, stderr=output)
        site = Site(f"http://127.0.0.1:{port}", var, process)
        try:
            wait_until("first page", lambda: _answers(f"{site.url}/take-action/"), within=60)
            yield site
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(timeout=15)
    assert code == 0, (var / "output.txt").read_text()


@contextmanager
def running_web(var: Path, **environment: str) -> Iterator[str]:
    """Run the web process alone, as production does, with the static files of these tests; yield its address."""
    port = free_port()
    (var / "static").symlink_to(Path(os.environ["VAR_DIR"], "static"))
    command = [
        sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn_conf.py", "--bind", f"127.0.0.1:{port}",
    ]
    settings = {**os.environ, "VAR_DIR": str(var), **environment}
    for name in {"DATABASE_URL", "CELERY_BROKER_URL"} - environment.keys():
        settings.pop(name, None)
    with (var / "output.txt").open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=output, stderr=output)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until("web answers", lambda: _answers(f"{url}/health/live"), within=30)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=15)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False


class Visitor:
    """Somebody who writes a letter without JavaScript."""

    def __init__(self, site: str, slug: str) -> None:
        self.address = f"{site}/take-action/{slug}/"
        self.session = requests.Session()

    def post(self, data: dict[str, str]) -> requests.Response:
        """Post one step."""
        return self.session.post(self.address, data=data, timeout=30, allow_redirects=False)

    def review(self, zip_code: str = "07030", **typed: str) -> str:
        """Go as far as the review; return the sealed state its page carries."""
        first = self.post({"step": "zip", "zip": zip_code})
        details = {
            "step": "details", "state": sealed(first), "prefix": "Ms.", "first_name": "Ana", "last_name": "Muster",
            "email": f"{secrets.token_hex(6)}@example.org", "address1": "1 Main Street", "city": "Hoboken",
            "zip": zip_code, **typed,
        }
        if 'name="home_state"' in first.text:  # no tables of Congress are loaded
            details |= {"home_state": "NJ", "district_number": "8"}
        return sealed(self.post(details))

    def act(self, **typed: str) -> str:
        """Go all the way; return the receipt's address."""
        sent = self.post({"step": "send", "state": self.review(**typed)})
        assert sent.status_code == 302, sent.text
        return sent.headers["Location"]


def sealed(answer: requests.Response) -> str:
    """Return the sealed state a page carries."""
    found = re.search(r'name="state" value="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


def received(log: Path) -> list[dict[str, Any]]:
    """Return what the test gateway logged, a line for each letter it received whole."""
    lines = log.read_text().splitlines(keepends=True) if log.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]  # the last one may be half written


def times_accepted(log: Path) -> Counter[str]:
    """Return how often the gateway said yes to each delivery id, a repeat it kept included."""
    return Counter(line["delivery_id"] for line in received(log) if 200 <= line["status"] < 300)
