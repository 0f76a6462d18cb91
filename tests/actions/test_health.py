"""What rests and for how long: gateways, offices, maintenance; and the pace that all workers keep together."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from actions.delivery.outcomes import Outcome, Result
from actions.delivery.test_gateway import Gateway as FarEnd
from actions.health import note
from actions.models import Gateway, Message, Office, Try
from actions.states import State
from actions.tasks import drain
from tests.factories import create_campaign, person, settle, take, take_many

pytestmark = pytest.mark.django_db

FAILED = Result(Outcome.TRY_LATER, "http_503", 503)
TAKEN = Result(Outcome.DELIVERED, "", 200)
TOO_MANY = Result(Outcome.TRY_LATER, "http_429", 429, retry_after=600)


def queued() -> int:
    return Message.objects.filter(gateway="house", state=State.QUEUED).count()


def seats(number: int) -> list[int]:
    return list(Message.objects.filter(gateway="house").order_by("pk").values_list("seat", flat=True)[:number])


def hear(seat_id: int, result: Result, began: datetime | None = None) -> None:
    """Note what one try of a letter to a seat has told, begun now unless said otherwise."""
    now = timezone.now()
    note("house", [Try(Message(seat_id=seat_id), result, began or now, now)])


def fail(seat_id: int, times: int = 1) -> None:
    for _ in range(times):
        hear(seat_id, FAILED)


def test_an_office_rests_after_three_failures_and_no_other_does() -> None:
    take_many(create_campaign(), 3)
    bad, *others = seats(3)

    fail(bad, 3)

    assert {row.seat_id for row in Message.objects.claim("house", 10)} == set(others)


def test_the_rest_of_an_office_ends_by_the_clock_and_one_letter_looks_first() -> None:
    campaign = create_campaign()
    take_many(campaign, 1)
    for number in range(3):
        take(create_campaign(slug=f"other-{number}"))
    fail(seats(1)[0], 3)

    with time_machine.travel(timezone.now() + timedelta(minutes=1, seconds=1)):
        rows = Message.objects.claim("house", 10)

    assert len(rows) == 1


def test_the_rests_of_an_office_grow_to_half_an_hour_and_no_further() -> None:
    take_many(create_campaign(), 1)
    bad, minutes = seats(1)[0], []
    fail(bad, 2)
    for _ in range(9):
        fail(bad)
        until = Office.objects.get(seat=bad).resting_until
        assert until is not None
        minutes.append(round((until - timezone.now()).total_seconds() / 60))

    assert minutes == [1, 2, 4, 8, 16, 30, 30, 30, 30]


def test_a_success_forgets_every_failure() -> None:
    take_many(create_campaign(), 1)
    bad = seats(1)[0]
    fail(bad, 7)

    hear(bad, TAKEN)

    office = Office.objects.get(seat=bad)
    assert (office.failures, office.resting_until) == (0, None)


def test_five_offices_that_begin_to_fail_and_none_that_answers_rest_the_gateway() -> None:
    take_many(create_campaign(), 8)
    *bad, well = seats(6)

    for seat_id in bad[:4]:
        fail(seat_id, 2)
    rested_at_four = Gateway.objects.get().resting_until
    fail(bad[4])

    assert rested_at_four is None
    assert Gateway.objects.get().resting_because == "many_offices_failing"
    assert Message.objects.claim("house", 10) == []
    hear(well, TAKEN)
    assert len(Message.objects.claim("house", 10)) == 8


def test_one_office_however_bad_never_rests_the_gateway() -> None:
    take_many(create_campaign(), 2)

    fail(seats(1)[0], 50)

    assert Gateway.objects.get(name="house").resting_until is None


def test_a_resting_gateway_is_probed_by_one_letter_a_minute_whoever_asks() -> None:
    take_many(create_campaign(), 5)
    Gateway.objects.get_or_create(name="house")[0].rest("connect_ConnectionRefusedError")
    while_resting = Message.objects.claim("house", 10)

    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        probe, nobody_else = Message.objects.claim("house", 10), Message.objects.claim("house", 10)

    assert while_resting == []
    assert len(probe) == 1
    assert nobody_else == []


def test_what_failed_with_the_gateway_goes_as_soon_as_it_is_back(gateway: FarEnd) -> None:
    take_many(create_campaign(), 6)
    for row in Message.objects.claim("house", 6):
        settle(row, FAILED)
    Gateway.objects.get().rest("many_offices_failing")
    take(create_campaign())  # not tried yet: the probe

    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        Gateway.objects.update(resting_until=timezone.now() - timedelta(seconds=1))
        drain("house")

    assert queued() == 0


def test_a_gateway_that_asks_to_be_left_alone_is(gateway: FarEnd) -> None:
    take_many(create_campaign(), 2)

    hear(seats(1)[0], TOO_MANY)

    until = Gateway.objects.get().resting_until
    assert until is not None
    assert timedelta(minutes=9) < until - timezone.now() <= timedelta(minutes=10)
    drain("house")
    assert gateway.store.receipts == []


def test_what_was_under_way_when_a_rest_began_does_not_end_it(gateway: FarEnd) -> None:
    take_many(create_campaign(), 2)
    first, second = seats(2)
    began = timezone.now()
    hear(first, TOO_MANY)

    hear(second, TAKEN, began=began)
    Gateway.objects.get().rest("connect_ConnectionRefusedError")

    until = Gateway.objects.get().resting_until
    assert until is not None
    assert until - began > timedelta(minutes=9)  # nor is it cut to a minute by what comes after


def test_a_letter_that_ends_here_tells_nothing_of_the_far_end() -> None:
    take_many(create_campaign(), 1)
    (seat_id,) = seats(1)
    Gateway.objects.get_or_create(name="house")[0].rest("connect_TimeoutError")

    for result in (
        Result(Outcome.REFUSED, "check Constituent/City missing"), Result(Outcome.TRY_LATER, "letter_unreadable"),
        Result(Outcome.NOT_ENABLED, "no_address"),
    ):
        hear(seat_id, result)

    assert Gateway.objects.get().resting_until is not None
    assert not Office.objects.exists()


def test_a_probe_does_not_wait_for_a_letter_that_is_due(gateway: FarEnd) -> None:
    take_many(create_campaign(), 6)
    Message.objects.filter(gateway="house").update(attempts=5, due=timezone.now() + timedelta(hours=12))
    Gateway.objects.get_or_create(name="house")[0].rest("many_offices_failing")

    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        drain("house")
        drain("house")

    assert queued() == 0


def test_an_office_that_is_back_gets_what_waited_for_it_at_once(gateway: FarEnd) -> None:
    campaign = create_campaign()
    for number in range(5):
        take(campaign, person=person(email=f"p{number}@example.org"))
    fail(seats(1)[0], 6)
    Message.objects.filter(gateway="house").update(attempts=5, due=timezone.now() + timedelta(hours=12))

    with time_machine.travel(timezone.now() + timedelta(minutes=9)):
        drain("house")

    assert queued() == 0


NOON, SIX, HALF_PAST_FIVE = (datetime(2026, 11, 24, hour, minute, tzinfo=UTC) for hour, minute in (
    (17, 0), (11, 0), (10, 30),  # in Washington: 12:00, 06:00, 05:30
))


def test_in_maintenance_nothing_is_sent_and_no_attempt_counts(
    gateway: FarEnd, settings: LazySettings, client: Client
) -> None:
    settings.CWC_HOUSE_MAINTENANCE = "daily 00:00-06:00"
    with time_machine.travel(HALF_PAST_FIVE):
        action = take(create_campaign())
        drain("house")
        message = action.messages.get(gateway="house")
        page = client.get(action.get_absolute_url()).content.decode()
    with time_machine.travel(SIX):
        drain("house")

    assert (message.state, message.attempts) == (State.QUEUED, 0)
    assert "closed for maintenance until Nov. 24, 2026, 6 a.m. EST" in page
    assert action.messages.get(gateway="house").state == State.DELIVERED


def test_all_workers_together_keep_the_rate(settings: LazySettings) -> None:
    settings.CWC_HOUSE_RATE = 5.0

    with time_machine.travel(NOON, tick=False):
        take_many(create_campaign(), 12)
        first, second = Message.objects.claim("house", 6), Message.objects.claim("house", 6)

    moments = [row.not_before - NOON for row in (*first, *second)]
    assert moments == [timedelta(seconds=number / 5) for number in range(12)]


def test_nobody_reserves_more_than_a_few_seconds(settings: LazySettings) -> None:
    settings.CWC_HOUSE_RATE = 1.0

    with time_machine.travel(NOON, tick=False):
        take_many(create_campaign(), 40)
        claimed = [len(Message.objects.claim("house", 4)) for _ in range(5)]

    assert claimed == [4, 4, 0, 0, 0]


def test_a_clock_that_was_set_back_stops_nothing() -> None:
    take_many(create_campaign(), 3)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        Message.objects.claim("house", 1)

    rows = Message.objects.claim("house", 2)

    assert len(rows) == 2
    assert all(row.not_before - timezone.now() < timedelta(seconds=5) for row in rows)


def test_a_lease_is_longer_than_the_wait_for_its_turn(settings: LazySettings) -> None:
    settings.CWC_HOUSE_RATE = 1.0
    take_many(create_campaign(), 10)

    rows = Message.objects.claim("house", 10)

    assert all(row.lease_ends - row.not_before >= timedelta(seconds=60) for row in rows if row.lease_ends)
