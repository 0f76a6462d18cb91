"""The outbox of mail: stored with its cause, held by one worker at a time, gone when it is over."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.db import transaction
from django.utils import timezone

from newsletter.models import MailState, OutgoingMail
from newsletter.tasks import purge_mail

pytestmark = pytest.mark.django_db


def put(to: str = "ana@example.org", kind: str = "receipt", cap_per_day: int | None = None) -> OutgoingMail | None:
    return OutgoingMail.objects.put(kind=kind, to=to, subject="Hello", text="Words", cap_per_day=cap_per_day)


def test_a_mail_goes_with_the_transaction_that_caused_it() -> None:
    with transaction.atomic():
        put()
        transaction.set_rollback(True)

    assert not OutgoingMail.objects.exists()


def test_cap_counts_one_kind_and_one_mailbox_for_a_day() -> None:
    first, second = put(cap_per_day=1), put("ANA+x@example.org", cap_per_day=1)
    other_kind, other_person = put(kind="notice", cap_per_day=1), put("bo@example.org", cap_per_day=1)
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        next_day = put(cap_per_day=1)

    assert second is None
    assert all((first, other_kind, other_person, next_day))


def test_two_workers_never_hold_the_same_mail() -> None:
    for number in range(5):
        put(f"person{number}@example.org")

    one, other = OutgoingMail.objects.claim(3), OutgoingMail.objects.claim(3)

    assert len(one) == 3
    assert len(other) == 2
    assert not {row.pk for row in one} & {row.pk for row in other}


def test_a_mail_of_a_dead_worker_is_free_after_its_lease() -> None:
    put()
    OutgoingMail.objects.claim(1)

    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        early = OutgoingMail.objects.reclaim()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        late = OutgoingMail.objects.reclaim()
        again = OutgoingMail.objects.claim(1)

    assert (early, late) == (0, 1)
    assert again[0].attempts == 2


def test_a_late_worker_writes_nothing() -> None:
    put()
    [held] = OutgoingMail.objects.claim(1)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        OutgoingMail.objects.reclaim()
        [taken] = OutgoingMail.objects.claim(1)

        assert not held.settle("late")
        assert taken.settle()

    assert OutgoingMail.objects.get().state == MailState.SENT


def test_gaps_between_tries_grow_until_three_days_are_over() -> None:
    put()
    gaps, start = [], timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        while rows := OutgoingMail.objects.claim(1):
            rows[0].settle("SMTPServerDisconnected")
            mail = OutgoingMail.objects.get()
            gaps.append(mail.due - timezone.now())
            clock.move_to(mail.due)

    mail = OutgoingMail.objects.get()
    assert [gap.total_seconds() for gap in gaps[:6]] == [60, 300, 1800, 7200, 21600, 21600]
    assert mail.state == MailState.FAILED
    assert mail.finished_at
    assert mail.finished_at - start <= timedelta(days=3)


def test_what_ended_is_deleted_after_its_time(settings: LazySettings) -> None:
    put("sent@example.org")
    OutgoingMail.objects.claim(1)[0].settle()
    put("never-claimed@example.org")
    keeps = timedelta(days=settings.MAIL_RETENTION_DAYS)

    with time_machine.travel(timezone.now() + keeps + timedelta(hours=1)):
        purge_mail()
        left = [mail.to for mail in OutgoingMail.objects.all()]
    with time_machine.travel(timezone.now() + keeps + timedelta(days=3, hours=1)):
        purge_mail()

    assert left == ["never-claimed@example.org"]
    assert not OutgoingMail.objects.exists()


def test_line_ends_in_a_subject_become_spaces() -> None:
    OutgoingMail.objects.put(kind="receipt", to="ana@example.org", subject="One\r\nBcc: all@example.org", text="x")

    assert OutgoingMail.objects.get().as_email().subject == "One Bcc: all@example.org"
