"""`manage.py run_site`: the whole site on this machine, as a demonstration. `make run` calls it."""

import fcntl
import hashlib
import os
import secrets
import socket
import sys
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from polaris_site.supervisor import Program, Supervisor

STAFF_NAME = "demo-staff"
WORKER_THREADS = 4


class Command(BaseCommand):
    """Prepares what is missing, then runs web, worker, beat and the test gateway under one supervisor."""

    help = "Run the whole site on this machine, as a demonstration."
    requires_system_checks: list[str] = []  # a second start should take seconds; the tests run the checks

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen; HOST and PORT of the environment unless given."""
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))

    def handle(self, *, host: str, port: int, **_: Any) -> None:
        """Exit code 0 after Ctrl-C or SIGTERM; 1 when something keeps dying or cannot start."""
        if not settings.DEMONSTRATION:
            raise CommandError("This command is for demonstrations. To run live, see README.md, \"In production\".")
        if not is_free(host, port):
            raise CommandError(f"Port {port} on {host} is taken. Choose another: make run PORT={port + 1}")
        os.chdir(settings.BASE_DIR)
        with only_run_in(settings.VAR_DIR):
            self.prepare()
            code = self.supervise(host, port)
        sys.exit(code)

    def prepare(self) -> None:
        """Bring database, content, static files and the staff login up to date; skip what already is."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database ...")
            call_command("migrate", verbosity=0)
        if settings.CONGRESS_DATA_DIR:
            try:
                call_command("load_congress", stdout=self.stdout)
            except CommandError as error:
                self.stdout.write(f"The tables of Congress were not loaded: {error}")
        call_command("load_demo", verbosity=0)
        collect_static()
        make_staff(settings.VAR_DIR / "demo-staff.txt")
        connections.close_all()

    def supervise(self, host: str, port: int) -> int:
        """Run the programs until told to stop, and say where the site is once it answers."""
        # A server that listens on every address is visited at this machine's own.
        address = in_url({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host))  # noqa: S104  # compared, not bound
        url = f"http://{address}:{port}"
        gateway_port = settings.TEST_GATEWAY_PORT
        if not is_free("127.0.0.1", gateway_port):
            gateway_port = free_port()
        defaults = {
            "SITE_URL": url,
            "ALLOWED_HOSTS": ",".join(dict.fromkeys([*settings.ALLOWED_HOSTS, address])),
            "LOG_LEVEL": "WARNING",
        }
        environment = {**defaults, **os.environ, "TEST_GATEWAY_PORT": str(gateway_port)}

        def is_up() -> bool:
            try:
                with urllib.request.urlopen(f"{url}/health/live", timeout=1) as answer:  # noqa: S310  # http, ours
                    return bool(answer.status == 200)
            except OSError:
                return False

        def when_up() -> None:
            self.stdout.write(
                f"\nThe site is at {url}/\n"
                "This is a demonstration: nothing leaves this machine, and no office gets a letter.\n"
                f"Staff sign in at {url}/admin/ as {settings.VAR_DIR / 'demo-staff.txt'} says.\n"
                f"Mail the site would send is shown at {url}/dev/mail/\n"
                "Ctrl-C stops it."
            )
            self.stdout.flush()

        supervisor = Supervisor(programs(f"{in_url(host)}:{port}", gateway_port), self.say, environment)
        return supervisor.run(is_up, when_up)

    def say(self, line: str) -> None:
        """Print at once, also into a pipe."""
        self.stdout.write(line)
        self.stdout.flush()


def programs(bind: str, gateway_port: int) -> list[Program]:
    """Return what a demonstration consists of. The gateway goes last: the worker may be talking to it."""
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "--app", "polaris_site"]
    worker = [
        "worker", "--pool", "threads", "--concurrency", str(WORKER_THREADS), "--loglevel", "WARNING",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]
    found = [
        Program("web", [python, "-m", "gunicorn", "-c", "deploy/gunicorn_conf.py", "--bind", bind]),
        Program("worker", [*celery, *worker]),
        Program("beat", [*celery, "beat", "--loglevel", "WARNING"]),
    ]
    if not (os.environ.get("CWC_HOUSE_URL") and os.environ.get("CWC_SENATE_URL")):
        gateway = [python, "manage.py", "test_gateway", "--host", "127.0.0.1", "--port", str(gateway_port)]
        found.append(Program("test gateway", gateway, stops_last=True))
    return found


@contextmanager
def only_run_in(folder: Path) -> Iterator[None]:
    """Hold the folder for this run: two workers on one file broker would take over each other's messages."""
    with (folder / "run.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(f"The site already runs from {folder}. Stop it, or set another VAR_DIR.") from None
        yield


def in_url(host: str) -> str:
    """Return a host as it stands in a URL: IPv6 addresses in brackets."""
    return f"[{host}]" if ":" in host else host


def is_free(host: str, port: int) -> bool:
    """Tell whether a server may listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does: waiting ones do not count
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def collect_static() -> None:
    """Collect and compress the static files, unless they are as they were the last time."""
    state = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            state.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = settings.STATIC_ROOT / ".collected"
    if not stamp.exists() or stamp.read_text() != state.hexdigest():
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state.hexdigest())


def make_staff(file: Path) -> None:
    """Make a staff login with a random password, written to `file` for its owner's eyes."""
    if file.exists() and User.objects.filter(username=STAFF_NAME).exists():
        return
    password = secrets.token_urlsafe(15)
    user, _ = User.objects.get_or_create(username=STAFF_NAME)
    user.is_staff = user.is_superuser = True
    user.email = "staff@example.org"  # where /dev/mail/ shows what administrators are told
    user.set_password(password)
    user.save()
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(f"user: {STAFF_NAME}\npassword: {password}\n")
