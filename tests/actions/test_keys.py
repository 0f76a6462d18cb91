"""A gateway's key, a mail server's password: they go to the far end and nowhere else."""

import logging
import socket
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from actions.models import Attempt, Gateway, Message
from actions.tasks import drain, refresh_offices
from tests.delivery.far_ends import (
    FarEnd,
    answers,
    drips,
    far_end,
    hangs_up,
    http,
    resets,
    resets_in_the_body,
)
from tests.factories import create_campaign, take_many

pytestmark = pytest.mark.django_db

KEY = "canary-key-0123456789"
BEHAVIOURS: dict[str, Callable[[FarEnd, socket.socket], None]] = {
    "refused with the key repeated": answers(http(403, f"unknown key {KEY}".encode())),
    "moved to an address with the key": answers(http(302, b"", Location=f"https://x.example/?apikey={KEY}")),
    "refused letter": answers(http(400, f"<Errors><Error>{KEY}</Error></Errors>".encode(), "application/xml")),
    "failed": answers(http(500, f"<html>{KEY}</html>".encode(), "text/html")),
    "nonsense": answers(f"{KEY}\r\n\r\n".encode()),
    "broken chunks": answers(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n" + KEY.encode()
    ),
    "reset": resets, "reset in the body": resets_in_the_body, "hung up": hangs_up,
}


def everything_stored() -> str:
    """Return what stands in every table, as text."""
    found = ""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # the names come from the database itself
            found += repr(cursor.fetchall())
    return found


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_whatever_a_far_end_does_the_key_reaches_no_log_and_no_row(
    name: str, settings: LazySettings, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    take_many(create_campaign(), 2)
    with far_end(BEHAVIOURS[name]) as end:
        settings.CWC_HOUSE_URL, settings.CWC_HOUSE_KEY = end.url, KEY
        drain("house")
        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            drain("house")
        if name != "reset in the body":  # a question has none
            refresh_offices("house")

    written = caplog.text + "".join(capfd.readouterr())
    assert any(KEY.encode() in head for head in end.heads)  # it did go there
    assert KEY not in written
    assert KEY not in everything_stored()
    assert Attempt.objects.exists() or Gateway.objects.get().resting_because


def test_an_exception_that_nobody_expected_does_not_hold_the_key(
    settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    take_many(create_campaign(), 1)
    settings.CWC_HOUSE_KEY = KEY
    errors = []
    for url in ("ftp://nowhere", "http://", f"http://{'a' * 70}.example", "http://[::1", "http://127.0.0.1:0"):
        settings.CWC_HOUSE_URL = url
        Gateway.objects.all().delete()
        try:
            drain("house")
        except Exception as error:  # whatever it is, its text is what counts here
            errors.append(error)

    assert errors
    for found in errors:
        for part in (found, found.__cause__, found.__context__):
            assert KEY not in repr(part)
    assert KEY not in caplog.text
    assert Message.objects.filter(gateway="house").exists()


def test_a_slow_answer_that_holds_the_key_is_not_kept(settings: LazySettings) -> None:
    take_many(create_campaign(), 1)
    with far_end(drips) as end:
        settings.CWC_HOUSE_URL, settings.CWC_HOUSE_KEY = end.url, KEY
        drain("house")

    assert KEY not in everything_stored()
