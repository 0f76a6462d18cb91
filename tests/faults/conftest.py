"""What all faults share: servers of their own, and the table of what was measured."""

from collections.abc import Iterator

import pytest

from tests.faults import figures
from tests.faults.servers import Postgres, Redis, running_postgres, running_redis
from tests.faults.visiting import Site, running_site


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured, at full size; side by side in several workers the figures mean little."""
    lines = figures.table()
    if figures.FULL and lines:
        terminalreporter.section("what the faults did")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of our own. Each test that wants a database takes `postgres.new_database()`."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def redis_server() -> Iterator[Redis]:
    """A Redis of our own, empty."""
    with running_redis() as server:
        yield server


@pytest.fixture(scope="module")
def site(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Web processes, with a database, a Redis and a gateway of their own; nobody sends letters yet."""
    with running_redis() as server, running_site(postgres, server, tmp_path_factory.mktemp("site")) as running:
        yield running
