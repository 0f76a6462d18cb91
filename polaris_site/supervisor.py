"""Keeps a few programs running together on one machine, and ends them together.

Only the main process of a program is told to stop, so that it can finish its work and end its own children;
whatever of its process group is left after that is killed.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

LOOK_EVERY = 0.1  # seconds between two looks at the programs
FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0  # seconds before a dead program is started again; doubles each time
TOO_MANY_DEATHS, IN_SECONDS = 5, 60.0  # of one program: then something is wrong that a restart does not cure
STOPS_WITHIN = 8.0  # seconds in all between the wish to stop and the last kill
PR_SET_PDEATHSIG = 1  # prctl(2)
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Program:
    """One program to keep running, and what became of it so far. Times are of the monotonic clock."""

    name: str
    command: Sequence[str]
    stops_last: bool = False  # others need it until they have ended
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=TOO_MANY_DEATHS))
    delay: float = FIRST_DELAY
    started_at: float = 0.0
    start_at: float = 0.0

    def start(self, environment: Mapping[str, str] | None) -> None:
        """Start it in a process group of its own, which Ctrl-C in the terminal does not reach."""
        self.process = subprocess.Popen(  # noqa: S603  # our own commands
            self.command, env=environment, start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  # no threads here
        )
        self.started_at = time.monotonic()

    def has_ended(self) -> bool:
        """Tell whether its main process is gone (or was never there)."""
        return self.process is None or self.process.poll() is not None

    def ask_to_stop(self) -> None:
        """Send SIGTERM to its main process alone."""
        if self.process is not None and not self.has_ended():
            self.process.terminate()

    def kill_group(self) -> None:
        """Kill whatever is left of it, also when its main process is gone."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of an empty group
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Supervisor:
    """Runs programs until told to stop (SIGINT, SIGTERM, SIGHUP) or until one of them cannot be kept alive."""

    def __init__(
        self,
        programs: Sequence[Program],
        say: Callable[[str], None],
        environment: Mapping[str, str] | None = None,
        stops_within: float = STOPS_WITHIN,
    ) -> None:
        self.programs = programs
        self.say = say
        self.environment = environment
        self.stops_within = stops_within
        self.must_stop = False

    def run(self, is_up: Callable[[], bool] = lambda: True, when_up: Callable[[], None] = lambda: None) -> int:
        """Run until the end; call `when_up` once, as soon as `is_up` holds.

        The first program starts alone, so that it answers soonest; the others follow once `is_up` holds.
        Returns the exit code: 0 when told to stop, 1 when a program died five times within a minute.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        wanted = self.programs[:1]
        try:
            while not self.must_stop:
                if not self._look_after(wanted):
                    return 1
                if wanted is not self.programs and is_up():
                    wanted = self.programs
                    when_up()
                time.sleep(LOOK_EVERY)
            return 0
        finally:
            self._stop_all()

    def _on_signal(self, _: int, __: FrameType | None) -> None:
        self.must_stop = True

    def _look_after(self, programs: Sequence[Program]) -> bool:
        """Start what is due, note who died. False when it is hopeless."""
        for program in programs:
            now = time.monotonic()
            if not program.has_ended():
                continue
            if program.process is not None:
                if not self._note_death(program, now):
                    return False
            elif now >= program.start_at:
                program.start(self.environment)
        return True

    def _note_death(self, program: Program, now: float) -> bool:
        assert program.process is not None  # noqa: S101  # for the type checker; the caller looked
        code = program.process.returncode
        program.kill_group()
        program.process = None
        program.deaths.append(now)
        if len(program.deaths) == TOO_MANY_DEATHS and now - program.deaths[0] <= IN_SECONDS:
            self.say(f"{program.name} ended {TOO_MANY_DEATHS} times within a minute. Stopping everything.")
            return False
        if now - program.started_at > IN_SECONDS:
            program.delay = FIRST_DELAY
        program.start_at = now + program.delay
        self.say(f"{program.name} ended (exit code {code}); it starts again in {program.delay:.0f} s.")
        program.delay = min(program.delay * 2, LONGEST_DELAY)
        return True

    def _stop_all(self) -> None:
        deadline = time.monotonic() + self.stops_within
        # What others need gets the last second of the time, whatever they do with theirs.
        for last, until in ((False, deadline - 1.0), (True, deadline)):
            group = [program for program in self.programs if program.stops_last is last]
            for program in group:
                program.ask_to_stop()
            while time.monotonic() < until and not all(program.has_ended() for program in group):
                time.sleep(LOOK_EVERY / 2)
            for program in group:
                program.kill_group()


def _die_with_parent() -> None:
    """In the child: ask Linux to kill it when the supervisor is killed, so that no orphan keeps the port."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
