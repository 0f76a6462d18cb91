"""What several rooms of tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from pytest_django.plugin import blocking_manager_key

from actions.congress.states import SEATS
from actions.delivery.fields import Chamber
from actions.delivery.test_gateway import Gateway, running_gateway
from campaigns.reviews import checked
from polaris_site.limits import limiter
from tests.factories import ensure_seats
from tests.newsletter.mail_server import Inbox, running_mail_server

# A login costs half a second of the processor live, as it should, and nothing here is about that.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what mostly waits, processes and pages, so that no long file is left for one worker at the end."""
    items.sort(key=lambda item: not (item.get_closest_marker("processes") or item.get_closest_marker("browser")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Put the 541 seats back after a test with real transactions, which empties every table at its end."""
    yield
    marker = item.get_closest_marker("django_db")
    if nextitem is not None and marker and marker.kwargs.get("transaction"):
        with item.config.stash[blocking_manager_key].unblock():
            ensure_seats()


@pytest.fixture(autouse=True)
def nobody_has_acted_before(settings: LazySettings) -> None:
    """Limits count afresh, in this process: what one test does holds no letter of the next."""
    settings.LIMITS_URL = "memory://"
    limiter().forget()


@pytest.fixture(autouse=True)
def nobody_has_looked_whether_the_spanish_is_checked() -> None:
    """What a page of one test saw says nothing of the next."""
    checked.forget()


@pytest.fixture
def gateway(tmp_path: Path, settings: LazySettings) -> Iterator[Gateway]:
    """The test gateway, running, and the site pointed at it."""
    keys = {Chamber.HOUSE: settings.CWC_HOUSE_KEY, Chamber.SENATE: settings.CWC_SENATE_KEY}
    with running_gateway(tmp_path, offices={seat.code for seat in SEATS}, keys=keys) as running:
        settings.CWC_HOUSE_URL = running.url
        yield running


@pytest.fixture(scope="session")
def congress_data_dir() -> Path:
    """The directory with the published files of Congress, which are not part of this repository.

    Without them a test is reported as not run; where everything has to run, it does not pass.
    """
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    path = Path(os.environ.get("CONGRESS_DATA_DIR") or beside)
    if (path / "legislators-current.json").is_file():
        return path
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail("The published files of Congress are missing: set CONGRESS_DATA_DIR.")
    pytest.skip("needs the published files of Congress (CONGRESS_DATA_DIR)")


@pytest.fixture
def inbox(settings: LazySettings) -> Iterator[Inbox]:
    """A mail server that runs, and the site pointed at it."""
    with running_mail_server() as (inbox, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        yield inbox
