"""A PostgreSQL and a Redis of our own, which may be stopped and restarted without disturbing anybody."""

import getpass
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from tests.faults.programs import run
from tests.running import free_port

MIGRATED = "migrated"  # the database that every test gets a copy of


def program(name: str) -> str:
    """Return the path of a server's program; without it the test does not run, where everything has to it fails."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = str(installed[0]) if installed else shutil.which(name)
    if found:
        return found
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"The program {name} is missing.")
    pytest.skip(f"needs the program {name}")


@dataclass
class Postgres:
    """A server with everything it stores in one folder. It keeps its promises: fsync is on."""

    folder: Path
    port: int
    user: str  # whom it runs as: it refuses to be root
    databases: int = 0

    def control(self, *arguments: str) -> None:
        """Run `pg_ctl` and wait until it is done."""
        self._run(program("pg_ctl"), "-D", str(self.folder / "data"), "-w", *arguments)

    def make(self) -> None:
        """Begin anew, with the one database that the tests copy."""
        self._run(program("initdb"), "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8")
        self.start()
        self._create(MIGRATED, "template0")
        run("prepare", DATABASE_URL=self.url(MIGRATED))

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
        self.control("start", "-l", str(self.folder / "log.txt"), "-o", options)

    def restart(self) -> None:
        """Cut every connection at once, as a power failure does, and come back through recovery."""
        self.control("restart", "-m", "immediate")

    def stop(self) -> None:
        """End whatever it is at, if it has begun."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.control("stop", "-m", "immediate")

    def new_database(self) -> str:
        """Return the address of a fresh database with the demonstration's campaigns."""
        self.databases += 1
        name = f"copy_{self.databases}"
        self._create(name, MIGRATED)
        return self.url(name)

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def _create(self, name: str, template: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as database:
            database.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())

    def _run(self, *command: str) -> None:
        # A server that starts keeps what it inherits: a pipe would never end.
        with (self.folder / "commands.txt").open("a+") as said:
            done = subprocess.run(command, cwd=self.folder, user=self.user, stdout=said, stderr=said, check=False)
            said.seek(0)
            assert done.returncode == 0, said.read()


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Run a PostgreSQL of our own until the block ends."""
    program("pg_ctl")
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    # Not below pytest's folder, which only its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="polaris-postgres-"))
    server = Postgres(folder, free_port(), user)
    try:
        shutil.chown(folder, user)
        server.make()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Redis:
    """A server that keeps nothing on disk, as a queue of nudges may."""

    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Return its address, as Celery wants it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it empty, and wait until it answers."""
        self.process = subprocess.Popen(
            [program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tempfile.gettempdir(),
        )
        for _ in range(100):
            try:
                self.ask("PING")
            except redis.RedisError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("Redis does not answer")

    def stop(self) -> None:
        """Kill it, with all that it held."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def ask(self, *command: str) -> Any:
        """Send one command and return the answer."""
        with redis.Redis(port=self.port) as client:
            return client.execute_command(*command)


@contextmanager
def running_redis() -> Iterator[Redis]:
    """Run a Redis of our own until the block ends."""
    server = Redis(free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()


def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Return the rows of one statement; none of one that changes something."""
    with psycopg.connect(url, autocommit=True) as database:
        cursor = database.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def pass_time(url: str) -> None:
    """Move every lease, wait and rest into the past, as if their minutes had gone by."""
    for statement in (
        "UPDATE actions_message SET lease_ends = now() - interval '1 second' WHERE state = 'sending'",
        "UPDATE actions_message SET due = now() - interval '1 second' WHERE state = 'queued'",
        "UPDATE actions_gateway SET resting_until = now() - interval '1 second' WHERE resting_until IS NOT NULL",
        "UPDATE actions_office SET resting_until = NULL, failures = 0",
    ):
        rows(url, statement)


def is_open(url: str) -> bool:
    """Tell whether any letter is still to be sent, or under way."""
    return bool(rows(url, "SELECT 1 FROM actions_message WHERE state IN ('queued', 'sending') LIMIT 1"))


def counted(url: str) -> int:
    """Return what the counter of messages shows, all campaigns together."""
    folded = "SELECT value FROM actions_countertotal WHERE counter = 'messages'"
    since = "SELECT value FROM actions_counterdelta WHERE counter = 'messages'"
    return int(rows(url, f"SELECT coalesce(sum(value), 0) FROM ({folded} UNION ALL {since}) AS both_parts")[0][0])
