"""This was not me: what the holder of a receipt can put right, by one press that cannot happen by accident."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from actions.audit import findings
from actions.delivery.outcomes import Outcome, Result
from actions.models import Action, Message, Sender, read_counters
from actions.states import State
from actions.tasks import look_after, purge
from tests.factories import create_campaign, create_congress, settle, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def action() -> Action:
    create_congress()
    return take(create_campaign(), own_words="Words somebody else wrote.")


def disown(client: Client, action: Action) -> str:
    client.post(action.get_absolute_url(), {"act": "not_me"})
    return client.get(action.get_absolute_url()).content.decode()


def test_nothing_goes_out_nothing_counts_and_what_was_typed_is_gone(client: Client, action: Action) -> None:
    page = disown(client, action)

    assert {message.state for message in action.messages.all()} == {State.WITHDRAWN}
    assert read_counters()["actions"] == 0
    assert not Sender.objects.exists()
    assert {message.letter for message in action.messages.all()} == {None}
    assert "You told us that this was not you." in page
    assert "Stopped: you told us that this was not you." in page
    assert findings() == []


def test_looking_at_the_receipt_changes_nothing(client: Client, action: Action) -> None:
    client.get(action.get_absolute_url(), {"act": "not_me"})

    assert read_counters()["actions"] == 1


def test_what_an_office_has_taken_stays_counted_and_is_said(client: Client, action: Action) -> None:
    (row,) = Message.objects.claim("house", 1)
    settle(row, Result(Outcome.DELIVERED, status=200))

    page = disown(client, action)

    assert read_counters() == {"actions": 0, "messages": 1, "pledges": 0}
    assert "Accepted by the office’s system" in page
    assert not Sender.objects.exists()
    assert findings() == []


def test_what_is_under_way_is_not_said_to_be_stopped_and_is_deleted_once_it_has_ended(
    client: Client, action: Action
) -> None:
    (row,) = Message.objects.claim("house", 1)

    disown(client, action)
    kept = Sender.objects.count()
    settle(row, Result(Outcome.DELIVERED, status=200))
    purge()

    assert kept == 1
    assert not Sender.objects.exists()
    row.refresh_from_db()
    assert (row.state, row.letter) == (State.DELIVERED, None)


def test_what_was_under_way_and_was_not_taken_does_not_go_again(client: Client, action: Action) -> None:
    (row,) = Message.objects.claim("house", 1)
    disown(client, action)

    settle(row, Result(Outcome.TRY_LATER, "http_503", 503))
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        again = Message.objects.claim("house", 1)
        look_after()

    row.refresh_from_db()
    assert again == []
    assert row.state == State.WITHDRAWN


def test_what_may_have_arrived_stays_unknown_and_is_not_asked_for_again(client: Client, action: Action) -> None:
    (row,) = Message.objects.claim("house", 1)
    Message.objects.body_starts([row])
    settle(row, Result(Outcome.UNKNOWN, "answer_TimeoutError"))

    disown(client, action)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        look_after()

    row.refresh_from_db()
    assert row.state == State.UNKNOWN


def test_a_held_action_ends(client: Client) -> None:
    held = take(create_campaign(), doubt="check")

    disown(client, held)

    assert {message.state for message in held.messages.all()} == {State.WITHDRAWN}
    assert held.confirm().counted_at is None
    assert read_counters()["actions"] == 0


def test_pressing_twice_counts_once(client: Client, action: Action) -> None:
    disown(client, action)
    disown(client, action)

    assert read_counters()["actions"] == 0


def test_the_person_may_act_afterwards(client: Client, action: Action) -> None:
    disown(client, action)

    own = take(action.campaign)

    assert own.counted_at is not None
    assert read_counters()["actions"] == 1
