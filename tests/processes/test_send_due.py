"""`manage.py send_due`: letters and mails go out where no Celery runs, and it stops when told to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.db import connection

from actions.delivery.test_gateway import Gateway
from actions.mails import mail_taken
from actions.models import Message
from actions.states import State
from newsletter.models import OutgoingMail
from newsletter.models.mail import MailState
from tests.factories import create_campaign, ensure_seats, take_many
from tests.running import wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def environment(gateway: Gateway, tmp_path: Path) -> dict[str, str]:
    """The variables of a process beside this one: the same database and gateway, a folder of its own."""
    ensure_seats()
    database = connection.settings_dict
    where = (
        f"sqlite:///{database['NAME']}" if connection.vendor == "sqlite"
        else f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{database['NAME']}"
    )
    return {
        **os.environ, "DATABASE_URL": where, "CWC_HOUSE_URL": gateway.url, "CWC_SENATE_URL": gateway.url,
        "VAR_DIR": str(tmp_path),
    }


def command(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", "send_due", *arguments]


def delivered() -> int:
    """Return how many letters the House has; which senators take part is not what this is about."""
    return Message.objects.filter(gateway="house", state=State.DELIVERED).count()


def test_once_sends_all_that_is_due(environment: dict[str, str]) -> None:
    actions = take_many(create_campaign(), 5)
    mail_taken(actions[0])

    subprocess.run(command(), cwd=settings.BASE_DIR, env=environment, check=True, timeout=60)

    assert delivered() == 5
    assert OutgoingMail.objects.get().state == MailState.SENT


def test_with_every_it_goes_on_until_told_to_stop(environment: dict[str, str]) -> None:
    process = subprocess.Popen(command("--every", "0.2"), cwd=settings.BASE_DIR, env=environment)
    try:
        take_many(create_campaign(), 3)
        wait_until("the first letters", lambda: delivered() == 3, within=30)
        take_many(create_campaign(), 2)
        wait_until("letters of a later round", lambda: delivered() == 5, within=30)
    finally:
        process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=15) == 0


@pytest.mark.parametrize("every", ["0", "-1", "soon"])
def test_a_number_that_is_none_is_said(every: str, environment: dict[str, str], settings: LazySettings) -> None:
    done = subprocess.run(
        command(f"--every={every}"), cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )

    assert done.returncode != 0
    assert "--every" in done.stderr
