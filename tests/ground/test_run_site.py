"""The whole site with one command: what it makes, what it says, and how it starts again and stops."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.processes

FIRST_PAGE_WITHIN = 60.0  # seconds, on a machine busy with other tests
STOPS_WITHIN = 10.0


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """One run of the command."""

    process: subprocess.Popen[bytes]
    port: int
    var: Path
    environment: dict[str, str]
    output: Path

    def get(self, path: str) -> HTTPResponse:
        """Ask for one page."""
        answer: HTTPResponse = urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10)
        return answer

    def wait_for_output(self, pattern: str, within: float) -> re.Match[str]:
        """Wait until the command has said something, and return it."""
        until = time.monotonic() + within
        while time.monotonic() < until and self.process.poll() is None:
            if found := re.search(pattern, self.output.read_text()):
                return found
            time.sleep(0.05)
        raise AssertionError(f"never said {pattern!r}:\n{self.output.read_text()}")

    def children(self) -> dict[int, str]:
        """Return the processes started by the command, with their command lines."""
        listing = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(pid): Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in listing.split()}

    def again(self, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the command a second time beside it."""
        env = self.environment | more
        return subprocess.run(COMMAND, env=env, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60)


COMMAND = [sys.executable, "manage.py", "run_site"]
SECRETS = [sys.executable, "-P", "polaris_site/secrets_file.py"]
NOT_INHERITED = {
    "SECRET_KEY", "ENCRYPTION_KEYS", "HASH_KEY", "DATABASE_URL", "CELERY_BROKER_URL", "ALLOWED_HOSTS",
    "CONGRESS_DATA_DIR", "DJANGO_SETTINGS_MODULE", "SITE_URL", "CWC_HOUSE_URL", "CWC_SENATE_URL",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site in an empty folder, on a free port, as `make run` starts it."""
    var = tmp_path_factory.mktemp("var")
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    environment |= {
        "VAR_DIR": str(var), "PORT": str(port), "HOST": "127.0.0.1", "TEST_GATEWAY_PORT": str(free_port()),
    }
    subprocess.run(SECRETS, env=environment, cwd=settings.BASE_DIR, check=True)
    output = var / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            COMMAND, env=environment, cwd=settings.BASE_DIR, stdout=file, stderr=subprocess.STDOUT
        )
    site = Site(process, port, var, environment, output)
    try:
        site.wait_for_output("Ctrl-C stops it", FIRST_PAGE_WITHIN)
        yield site
    finally:
        process.terminate()
        process.wait(timeout=STOPS_WITHIN)


def test_first_page_answers_and_the_command_says_where_everything_is(site: Site) -> None:
    assert site.get("/take-action/").status == 200

    said = site.output.read_text()
    assert f"http://127.0.0.1:{site.port}/" in said
    assert "This is a demonstration" in said
    assert str(site.var / "demo-staff.txt") in said
    assert "/dev/mail/" in said


def test_secrets_and_staff_login_are_for_their_owner_alone(site: Site) -> None:
    for name in ("secrets.env", "demo-staff.txt"):
        assert (site.var / name).stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(r"user: demo-staff\npassword: \S{20}\n", (site.var / "demo-staff.txt").read_text())


def test_second_run_in_the_same_folder_is_refused_in_words(site: Site) -> None:
    second = site.again(PORT=str(free_port()))

    assert second.returncode == 1
    assert "already runs" in second.stderr


def test_taken_port_is_said_in_words(site: Site) -> None:
    second = site.again()

    assert second.returncode == 1
    assert f"Port {site.port} on 127.0.0.1 is taken" in second.stderr


def test_live_mode_does_not_run_by_this_command(site: Site) -> None:
    second = site.again(DELIVERY_MODE="live", PORT=str(free_port()))

    assert second.returncode == 1
    assert "demonstration" in second.stderr


def test_unreadable_request_leaves_no_address_in_the_log(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(b"GET /take-action/receipt/a-token/ NONSENSE\r\n\r\n")
        connection.recv(1000)

    site.wait_for_output("A request could not be read", within=5)
    assert "a-token" not in site.output.read_text()
    assert "ip=" not in site.output.read_text()


def test_worker_killed_with_9_runs_again(site: Site) -> None:
    site.wait_for_output("Test gateway at", within=20)
    [worker] = [pid for pid, command in site.children().items() if " worker " in command]

    os.kill(worker, signal.SIGKILL)

    site.wait_for_output(r"worker ended \(exit code -9\); it starts again in 1 s", within=10)
    until = time.monotonic() + 10
    while not [pid for pid, command in site.children().items() if " worker " in command and pid != worker]:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_told_to_stop_it_ends_with_0_in_time_and_leaves_nothing_running(site: Site) -> None:
    children = site.children()
    began = time.monotonic()

    site.process.terminate()

    assert site.process.wait(timeout=STOPS_WITHIN) == 0
    assert time.monotonic() - began < STOPS_WITHIN
    assert len(children) == 4
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
    with pytest.raises(OSError, match="refused"):
        site.get("/health/live")
