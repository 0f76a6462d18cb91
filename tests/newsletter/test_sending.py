"""Sending through a real SMTP server, and what each of its answers leads to."""

import logging
import socket
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from newsletter.models import MailState, OutgoingMail
from newsletter.tasks import send_mail
from tests.newsletter.mail_server import Inbox

pytestmark = pytest.mark.django_db


def put(to: str = "ana@example.org") -> OutgoingMail:
    mail = OutgoingMail.objects.put(kind="receipt", to=to, subject="Hello", text="Ana’s words 🙂")
    assert mail
    return mail


def state_of(mail: OutgoingMail) -> tuple[str, str]:
    mail.refresh_from_db()
    return mail.state, mail.error


def test_due_mails_go_out_over_one_connection(inbox: Inbox) -> None:
    mails = [put(f"person{number}@example.org") for number in range(20)]

    send_mail()

    assert inbox.connections == 1
    assert len(inbox.mails) == 20
    assert {state_of(mail) for mail in mails} == {(MailState.SENT, "")}


def test_message_id_is_the_rows_own(inbox: Inbox) -> None:
    mail = put()

    send_mail()

    assert inbox.mails[0]["Message-ID"] == f"<{mail.message_id}@example.org>"
    assert inbox.mails[0]["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(("answer", "state", "error"), [
    ("550 no such mailbox", MailState.FAILED, "550"),
    ("552 mailbox full", MailState.FAILED, "552"),
    ("450 try later", MailState.QUEUED, "450"),
    ("421 going away", MailState.QUEUED, "SMTPRecipientsRefused"),
])
def test_each_answer_has_its_state(inbox: Inbox, answer: str, state: str, error: str) -> None:
    inbox.recipient["ana@example.org"] = answer
    mail = put()

    send_mail()

    assert state_of(mail) == (state, error)


@pytest.mark.parametrize(("answer", "state"), [
    ("554 5.7.1 refused", MailState.FAILED), ("451 greylisted", MailState.QUEUED),
])
def test_an_answer_to_the_text_counts_the_same(inbox: Inbox, answer: str, state: str) -> None:
    inbox.data = answer
    mail = put()

    send_mail()

    assert state_of(mail) == (state, answer[:3])


def test_a_refused_mail_holds_up_no_other(inbox: Inbox) -> None:
    inbox.recipient["gone@example.org"] = "550 no such mailbox"
    refused, good = put("gone@example.org"), put("good@example.org")

    send_mail()

    assert state_of(refused)[0] == MailState.FAILED
    assert state_of(good)[0] == MailState.SENT


def test_a_dropped_connection_is_tried_again_with_the_same_id(inbox: Inbox) -> None:
    inbox.hang_up = True
    tried, untried = put(), put("bo@example.org")
    send_mail()
    assert state_of(tried) == (MailState.QUEUED, "SMTPServerDisconnected")
    assert (state_of(untried)[0], untried.attempts) == (MailState.QUEUED, 0)

    inbox.hang_up = False
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        send_mail()

    assert {state_of(mail)[0] for mail in (tried, untried)} == {MailState.SENT}
    assert sorted(mail["Message-ID"] for mail in inbox.mails) == sorted(
        f"<{mail.message_id}@example.org>" for mail in (tried, untried)
    )


@pytest.mark.usefixtures("inbox")
def test_nothing_is_lost_while_there_is_no_server(settings: LazySettings) -> None:
    port = settings.EMAIL_PORT
    with socket.socket() as closed:  # bound but not listening: connections are refused
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = closed.getsockname()[1]
        mail = put()
        send_mail()
    assert state_of(mail) == (MailState.QUEUED, "ConnectionRefusedError")

    settings.EMAIL_PORT = port
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        send_mail()

    assert state_of(mail)[0] == MailState.SENT


@pytest.mark.usefixtures("inbox")
def test_a_row_no_key_opens_holds_up_no_other() -> None:
    broken, good = put(), put("bo@example.org")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE newsletter_outgoingmail SET text = 'not ours' WHERE id = %s", [broken.pk])

    send_mail()

    rows = dict(OutgoingMail.objects.values_list("pk", "state"))
    assert rows == {broken.pk: MailState.FAILED, good.pk: MailState.SENT}


def test_addresses_never_reach_the_log_or_the_row(inbox: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    inbox.recipient["canary@example.org"] = "550 canary@example.org is unknown"
    mail = put("canary@example.org")

    send_mail()

    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # the server's own
    assert "canary" not in " ".join(ours)
    assert "canary" not in state_of(mail)[1]
