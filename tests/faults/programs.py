"""The site's programs as production runs them: workers, beat, and small ones that end by themselves."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.conf import settings

from actions.congress.states import SEATS
from actions.delivery.fields import Chamber
from actions.delivery.test_gateway import Gateway, running_gateway
from tests.running import ROOT

PROCESSES = 2  # of one worker
CELERY = (sys.executable, "-m", "celery", "--quiet", "--app", "polaris_site")
WORKER = (*CELERY, "worker", "--pool", "prefork", "--concurrency", str(PROCESSES), "--loglevel", "WARNING")
BEAT = (*CELERY, "beat", "--loglevel", "WARNING")
SEND_DUE = (sys.executable, "manage.py", "send_due", "--every")  # and how many seconds
# No test here is about pace, or about the many letters that come from one network.
SETTINGS = {"CWC_HOUSE_RATE": "100000", "CWC_SENATE_RATE": "100000", "ACTIONS_A_NETWORK_HOUR": "1000000"}


def congress(folder: Path, *, keep_repeats: bool = False, delay: float = 0.0) -> AbstractContextManager[Gateway]:
    """Run the test gateway, in which every office takes part; its log is `received.jsonl` in `folder`."""
    keys = {Chamber.HOUSE: settings.CWC_HOUSE_KEY, Chamber.SENATE: settings.CWC_SENATE_KEY}
    return running_gateway(
        folder, offices={seat.code for seat in SEATS}, keys=keys, keep_repeats=keep_repeats, delay=delay
    )


def start(*command: str, var: Path, **environment: str) -> "subprocess.Popen[bytes]":
    """Start a program as the leader of its own process group; what it says goes into `var`."""
    settings = {**os.environ, **SETTINGS, "VAR_DIR": str(var), **environment}
    with (var / "programs.txt").open("ab") as output:
        return subprocess.Popen(
            command, cwd=ROOT, env=settings, stdout=output, stderr=output, start_new_session=True
        )


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a program and all that it started, as a machine does that loses its power."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def running(*commands: tuple[str, ...], var: Path, **environment: str) -> Iterator[None]:
    """Run programs until the block ends."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            started.append(start(*command, var=var, **environment))
        yield
    finally:
        for process in started:
            kill(process)


def run(name: str, *arguments: str, **environment: str) -> str:
    """Run a module of this folder until it ends well; return what it printed."""
    return _run("-m", f"tests.faults.{name}", *arguments, **environment)


def manage(*arguments: str, **environment: str) -> str:
    """Run a command of manage.py until it ends well; return what it printed."""
    return _run("manage.py", *arguments, **environment)


def _run(*arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={**os.environ, **SETTINGS, **environment},
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
