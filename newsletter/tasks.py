"""Sends what is due in the outbox, and forgets what is over."""

import logging
import smtplib
import time
from collections.abc import Iterable

from celery import shared_task
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from newsletter.models import OutgoingMail, Subscriber
from newsletter.models.mail import BATCH_LASTS
from polaris_site.encryption import NotOurs

log = logging.getLogger(__name__)
BATCH = 50  # mails a claim, over one connection


@shared_task
def send_mail() -> None:
    """Send what is due, in batches. Safe to run twice: rows are claimed before they are sent."""
    OutgoingMail.objects.reclaim()
    while batch := OutgoingMail.objects.claim(BATCH):
        if not send(batch):
            break


@shared_task
def purge_mail() -> None:
    """Delete mails that are over, and addresses whose owners never confirmed."""
    OutgoingMail.objects.purge()
    Subscriber.objects.forget_unconfirmed()


def send(batch: list[OutgoingMail]) -> bool:
    """Send a claimed batch over one connection; returns False when the server is better left alone."""
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:  # smtplib's errors are OSErrors
        # No mail is to blame, but each waits its turn: the gaps grow while the server is away.
        for mail in batch:
            mail.settle(type(error).__name__)
        log.warning("mail server cannot be used: %s", type(error).__name__)
        return False
    try:
        return _send_over(connection, batch)
    finally:
        connection.close()


def _send_over(connection: BaseEmailBackend, batch: Iterable[OutgoingMail]) -> bool:
    waiting = list(batch)
    ends = time.monotonic() + BATCH_LASTS.total_seconds()
    while waiting and time.monotonic() < ends:
        mail = waiting.pop(0)
        try:
            connection.send_messages([mail.as_email()])
            mail.settle()
        except (NotOurs, ValueError) as error:  # unreadable, or no header can be made of it
            mail.settle(type(error).__name__, final=True)
        except OSError as error:
            refused = _refusal(error)
            mail.settle(str(refused or type(error).__name__), final=500 <= refused < 600)
            if not refused:  # the connection is broken, so the rest goes another time
                OutgoingMail.objects.release(waiting)
                return False
    OutgoingMail.objects.release(waiting)
    return True


def _refusal(error: OSError) -> int:
    """Return the SMTP code by which a server refused this one mail; 0 when it was not about the mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((code for code, _ in error.recipients.values()), default=0)
    elif isinstance(error, smtplib.SMTPDataError):
        code = error.smtp_code
    else:
        return 0
    return code if code != 421 else 0  # 421: the server is going away
