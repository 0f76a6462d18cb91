"""Claim, send, write down: who holds a row, and what happens when they do not come back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection, transaction
from django.utils import timezone

from actions.delivery.outcomes import Outcome, Result
from actions.models import Attempt, Message, read_counters
from actions.states import State
from tests.factories import create_campaign, settle, take, take_many

pytestmark = pytest.mark.django_db

DELIVERED = Result(Outcome.DELIVERED, status=200)


@pytest.fixture
def message() -> Message:
    return take(create_campaign()).messages.get(gateway="house")


@pytest.fixture
def doubling_gateway(settings: LazySettings) -> None:
    """A far end that keeps both of two equal letters."""
    settings.CWC_HOUSE_DROPS_REPEATS = False


def claim_one() -> Message:
    (row,) = Message.objects.select_related("action").claim("house", 5)
    return row


def test_what_is_claimed_is_nobody_elses_until_the_lease_ends(message: Message) -> None:
    claim_one()

    assert Message.objects.claim("house", 5) == []
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert Message.objects.reclaim() == 1
        assert claim_one().pk == message.pk


def test_delivery_counts_once_and_is_written_down(message: Message) -> None:
    row = claim_one()

    assert settle(row, DELIVERED)

    message.refresh_from_db()
    assert message.state == State.DELIVERED
    assert read_counters()["messages"] == 1
    assert Attempt.objects.get().status == 200


def test_what_could_not_be_written_down_can_be_again_and_counts_once(message: Message) -> None:
    row = claim_one()
    with transaction.atomic():
        settle(row, DELIVERED)
        transaction.set_rollback(True)  # as a commit that the database no longer takes

    written = [settle(row, DELIVERED), settle(row, DELIVERED)]

    message.refresh_from_db()
    assert written == [True, False]
    assert message.state == State.DELIVERED
    assert read_counters()["messages"] == Attempt.objects.count() == 1


def test_a_holder_who_comes_back_late_changes_nothing(message: Message) -> None:
    late = claim_one()
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        Message.objects.reclaim()
        in_time = claim_one()
        settle(in_time, DELIVERED)

        assert not settle(late, Result(Outcome.REFUSED, "http_400"))

    message.refresh_from_db()
    assert message.state == State.DELIVERED
    assert Attempt.objects.count() == 1


@pytest.mark.usefixtures("message", "doubling_gateway")
def test_a_dead_worker_s_letter_is_parked_where_a_repeat_could_double_it() -> None:
    row = claim_one()
    Message.objects.body_starts([row])

    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        Message.objects.reclaim()

    row.refresh_from_db()
    assert row.state == State.UNKNOWN


@pytest.mark.usefixtures("message", "doubling_gateway")
def test_a_dead_worker_s_letter_whose_body_never_left_goes_again() -> None:
    row = claim_one()

    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        Message.objects.reclaim()

    row.refresh_from_db()
    assert row.state == State.QUEUED


@pytest.mark.parametrize(("tries", "minutes"), [(1, 1), (2, 5), (3, 30), (4, 120), (5, 360), (6, 720), (9, 720)])
def test_tries_grow_apart(message: Message, tries: int, minutes: int) -> None:
    Message.objects.filter(pk=message.pk).update(attempts=tries - 1)
    row = claim_one()
    before = timezone.now()

    settle(row, Result(Outcome.TRY_LATER, "http_503", 503))

    row.refresh_from_db()
    assert row.state == State.QUEUED
    assert row.due is not None
    assert timedelta(minutes=minutes * 0.89) < row.due - before < timedelta(minutes=minutes * 1.11)


def test_after_seven_days_of_trying_the_letter_ends(message: Message) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        row = claim_one()
        settle(row, Result(Outcome.TRY_LATER, "http_503", 503))

    message.refresh_from_db()
    assert message.state == State.FAILED
    assert message.due is None


def test_the_seven_days_begin_when_the_letter_may_go(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(days=6, hours=23))

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        row = claim_one()
        settle(row, Result(Outcome.TRY_LATER, "http_503", 503))

    message.refresh_from_db()
    assert message.state == State.QUEUED


def test_a_letter_that_may_have_arrived_is_never_said_not_to_have(message: Message) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        row = claim_one()
        Message.objects.body_starts([row])
        settle(row, Result(Outcome.UNKNOWN, "answer_TimeoutError"))

    message.refresh_from_db()
    assert message.state == State.UNKNOWN


def test_a_row_whose_workers_keep_dying_waits_longer_each_time(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(attempts=2)
    claim_one()

    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        before = timezone.now()
        Message.objects.reclaim()

    message.refresh_from_db()
    assert message.due is not None
    assert message.due - before > timedelta(minutes=25)


def test_a_wish_to_be_asked_later_is_honoured(message: Message) -> None:
    row = claim_one()
    before = timezone.now()

    settle(row, Result(Outcome.TRY_LATER, "http_429", 429, retry_after=4000))

    message.refresh_from_db()
    assert message.due is not None
    assert message.due - before >= timedelta(seconds=4000)


def test_a_released_row_has_not_been_tried(message: Message) -> None:
    row = claim_one()

    Message.objects.release([row])

    message.refresh_from_db()
    assert (message.state, message.attempts, message.lease_id) == (State.QUEUED, 0, "")


def test_withdrawing_works_until_somebody_holds_the_letter(message: Message) -> None:
    row = claim_one()
    held_by_a_worker = Message.objects.get(pk=row.pk).withdraw()
    Message.objects.release([row])

    message.refresh_from_db()
    assert held_by_a_worker is False
    assert message.withdraw() is True
    message.refresh_from_db()
    assert message.state == State.WITHDRAWN


@pytest.mark.django_db(transaction=True)
def test_six_workers_never_claim_the_same_row() -> None:
    take_many(create_campaign(), 40)

    def work(_: int) -> list[int]:
        claimed: list[int] = []
        try:
            while rows := Message.objects.claim("house", 3):
                claimed += [row.pk for row in rows]
        finally:
            connection.close()
        return claimed

    with ThreadPoolExecutor(6) as pool:
        claims = [pk for found in pool.map(work, range(6)) for pk in found]

    assert len(claims) == len(set(claims)) == 40
