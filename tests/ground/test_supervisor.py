"""The supervisor keeps real programs running, gives up when that is hopeless, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from polaris_site.supervisor import FIRST_DELAY, IN_SECONDS, LONGEST_DELAY, TOO_MANY_DEATHS

pytestmark = pytest.mark.processes

# Children of the tests. Each writes its process number, so that a test can look for it.
LASTING = "import os, time; open({pid!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
DYING = "import os; open({pid!r}, 'a').write(f'{{os.getpid()}}\\n'); raise SystemExit(3)"
WITH_CHILD = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])
open({pid!r}, 'a').write(f'{{child.pid}}\\n')
time.sleep(60)
"""
FINISHING = """
import signal, sys, time
def finish(*_):
    time.sleep(0.5)
    open({pid!r}, 'a').write(f'{{time.monotonic()}}\\n')
    sys.exit()
signal.signal(signal.SIGTERM, finish)
open({pid!r} + '.ready', 'w').write('ready')
time.sleep(60)
"""
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open({pid!r}, 'a').write(f'{{os.getpid()}}\\n')
time.sleep(60)
"""

Supervise = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def supervise() -> Iterator[Supervise]:
    """Start a supervisor over children of the given sources; stopped at the end at the latest."""
    started: list[subprocess.Popen[str]] = []

    def start(*sources: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.ground.supervising", *sources]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        return process

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=10)


def lines(file: Path, count: int, within: float = 15) -> list[str]:
    """Wait until `file` has so many lines, and return them."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        found = file.read_text().split() if file.exists() else []
        if len(found) >= count:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{file.name} has fewer than {count} lines after {within} s")


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that is dead and not yet collected does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def is_gone(pid: int, within: float = 5) -> bool:
    """Tell whether a process ends in time."""
    until = time.monotonic() + within
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not is_alive(pid)


def test_dead_child_is_started_again(tmp_path: Path, supervise: Supervise) -> None:
    file = tmp_path / "pids"
    supervise(LASTING.format(pid=str(file)))
    first = int(lines(file, 1)[0])

    os.kill(first, signal.SIGKILL)
    died = time.monotonic()

    second = int(lines(file, 2)[1])
    assert second != first
    assert is_alive(second)
    assert time.monotonic() - died >= FIRST_DELAY


def test_pauses_grow_and_five_deaths_within_a_minute_end_it_with_1(tmp_path: Path, supervise: Supervise) -> None:
    dying, lasting = tmp_path / "dying", tmp_path / "lasting"
    process = supervise(DYING.format(pid=str(dying)), LASTING.format(pid=str(lasting)))
    began = time.monotonic()

    said = process.communicate(timeout=40)[0]

    assert process.returncode == 1
    assert len(lines(dying, TOO_MANY_DEATHS)) == TOO_MANY_DEATHS == 5
    assert [f"starts again in {seconds} s" in said for seconds in (1, 2, 4, 8)] == [True] * 4
    assert 15 <= time.monotonic() - began <= 25
    assert is_gone(int(lines(lasting, 1)[0]))
    assert (LONGEST_DELAY, IN_SECONDS) == (30, 60)


def test_group_of_a_dead_child_is_killed_before_it_starts_again(tmp_path: Path, supervise: Supervise) -> None:
    file = tmp_path / "grandchildren"
    process = supervise(WITH_CHILD.format(pid=str(file)))
    grandchild = int(lines(file, 1)[0])
    child = int(Path(f"/proc/{grandchild}/stat").read_text().rpartition(")")[2].split()[1])

    os.kill(child, signal.SIGKILL)

    assert is_gone(grandchild)
    assert is_alive(int(lines(file, 2)[1]))
    assert process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_told_to_stop_it_lets_children_finish_and_ends_with_0(
    tmp_path: Path, supervise: Supervise, number: signal.Signals
) -> None:
    file = tmp_path / "finished"
    process = supervise(FINISHING.format(pid=str(file)))
    lines(tmp_path / "finished.ready", 1)

    process.send_signal(number)

    process.communicate(timeout=10)
    assert process.returncode == 0
    assert len(lines(file, 1)) == 1


def test_child_that_others_need_is_told_last(tmp_path: Path, supervise: Supervise) -> None:
    needed, other = tmp_path / "needed", tmp_path / "other"
    process = supervise("# last\n" + FINISHING.format(pid=str(needed)), FINISHING.format(pid=str(other)))
    lines(tmp_path / "needed.ready", 1)
    lines(tmp_path / "other.ready", 1)

    process.terminate()

    process.communicate(timeout=10)
    assert float(lines(needed, 1)[0]) - float(lines(other, 1)[0]) >= 0.5


def test_child_that_will_not_end_is_killed_in_time(tmp_path: Path, supervise: Supervise) -> None:
    file = tmp_path / "pids"
    process = supervise(STUBBORN.format(pid=str(file)), WITH_CHILD.format(pid=str(file)))
    pids = [int(pid) for pid in lines(file, 2)]
    began = time.monotonic()

    process.terminate()

    process.communicate(timeout=10)
    assert process.returncode == 0
    assert time.monotonic() - began < 6
    assert [is_gone(pid) for pid in pids] == [True, True]


def test_on_linux_no_child_outlives_a_killed_supervisor(tmp_path: Path, supervise: Supervise) -> None:
    file = tmp_path / "pids"
    process = supervise(LASTING.format(pid=str(file)))
    child = int(lines(file, 1)[0])

    process.kill()

    assert is_gone(child)
