"""The published files, real and made up, as tests of Congress need them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from tests.congress.published import load_from, write_files


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Return a directory of complete files about invented people, which pass every gate."""
    write_files(tmp_path)
    return tmp_path


Load = Callable[[Path], object]


def load_and_check(directory: Path) -> None:
    """Load files and check their references now: left open, PostgreSQL would check all of them after every test."""
    load_from(directory)
    connection.check_constraints()


@pytest.fixture(scope="class")
def load_once(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[Load]:
    """Load files for all tests of a class, and take them back at its end."""
    request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_and_check
        transaction.set_rollback(True)


@pytest.fixture(scope="class")
def loaded_congress(tmp_path_factory: pytest.TempPathFactory, load_once: Load) -> None:
    """The made-up files are in use."""
    directory = tmp_path_factory.mktemp("published")
    write_files(directory)
    load_once(directory)


@pytest.fixture(scope="class")
def real_congress(congress_data_dir: Path, load_once: Load) -> None:
    """The real files are in use."""
    load_once(congress_data_dir)
