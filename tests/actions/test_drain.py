"""From the outbox to an office's system over HTTP, and what happens when that is down."""

import json
import socket
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from actions.congress.models import Member, Seat
from actions.congress.states import SEATS
from actions.delivery.fields import Chamber
from actions.delivery.test_gateway import Gateway, running_gateway
from actions.models import Action, Attempt, Message, read_counters
from actions.models import Gateway as GatewayRow
from actions.sending import SLOTS
from actions.states import State
from actions.tasks import drain, refresh_offices, sweep
from campaigns.models import Campaign, Status
from tests.factories import create_campaign, create_congress, person, take, take_many

pytestmark = pytest.mark.django_db


def act(number: int = 1) -> list[Action]:
    """Have so many people of as many districts write."""
    return take_many(create_campaign(subject="Pass the bill, please"), number, own_words="Word 0 👋")


def held_at(gateway: Gateway) -> dict[str, Any]:
    with urllib.request.urlopen(f"{gateway.url}/held.json") as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_what_was_reviewed_is_what_arrives(gateway: Gateway) -> None:
    (action,) = act()

    drain("house")

    message = action.messages.get(gateway="house")
    with urllib.request.urlopen(f"{gateway.url}/held/{message.delivery_id}.xml") as answer:
        body = answer.read().decode()
    assert message.state == State.DELIVERED
    assert "<MemberOffice>HNJ08</MemberOffice>" in body
    assert "<OrganizationStatement>Please vote for this bill.</OrganizationStatement>" in body
    assert "<ConstituentMessage>Word 0 👋</ConstituentMessage>" in body


def test_counters_move_by_exactly_what_was_delivered(gateway: Gateway) -> None:
    act(25)

    drain("house")

    assert held_at(gateway)["count"] == read_counters()["messages"] == 25
    assert Message.objects.filter(state=State.DELIVERED).count() == 25
    assert Attempt.objects.filter(status=200).count() == 25


def test_letters_go_side_by_side_over_few_connections(gateway: Gateway) -> None:
    act(40)

    drain("house")

    assert 1 <= gateway.connections_taken <= SLOTS
    assert held_at(gateway)["count"] == 40


def test_many_letters_to_one_office_all_go_though_few_are_under_way_at_a_time(gateway: Gateway) -> None:
    campaign = create_campaign()
    for number in range(15):
        take(campaign, person=person(email=f"p{number}@example.org"))

    first = Message.objects.claim("house", 10)
    Message.objects.release(first)
    drain("house")

    assert len(first) == 2
    assert held_at(gateway)["count"] == 15


def test_while_the_gateway_is_down_letters_wait_and_then_go_out(tmp_path: Path, settings: Any) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.CWC_HOUSE_URL = f"http://127.0.0.1:{port}"
    act(5)

    drain("house")
    waiting = list(Message.objects.filter(gateway="house").values_list("state", flat=True))
    tried = Attempt.objects.count()
    drain("house")  # the gateway rests: nobody knocks again yet

    assert waiting == [State.QUEUED] * 5
    assert tried == Attempt.objects.count() == 0  # nobody was reached: no attempt counts
    assert GatewayRow.objects.get().resting_because == "connect_ConnectionRefusedError"
    keys = {Chamber.HOUSE: settings.CWC_HOUSE_KEY, Chamber.SENATE: ""}
    with (
        running_gateway(tmp_path, offices={seat.code for seat in SEATS}, keys=keys, port=port),
        time_machine.travel(timezone.now() + timedelta(minutes=2)),
    ):
        sweep()
    assert Message.objects.filter(state=State.DELIVERED).count() == 5


def test_a_key_that_is_refused_rests_the_gateway_and_loses_no_letter(gateway: Gateway, settings: Any) -> None:
    settings.CWC_HOUSE_KEY = "an old key"
    act(3)

    drain("house")

    assert Message.objects.filter(state=State.QUEUED).count() == 3
    assert GatewayRow.objects.get().resting_until is not None
    assert held_at(gateway)["count"] == 0


def test_a_letter_an_office_refuses_ends_and_the_others_go(gateway: Gateway) -> None:
    act(3)
    bad = Message.objects.filter(gateway="house").first()
    assert bad is not None
    bad.letter = {**bad.letter, "topics": ["Nonsense"]}
    bad.save()

    drain("house")

    bad.refresh_from_db()
    assert bad.state == State.FAILED
    assert Message.objects.filter(state=State.DELIVERED).count() == 2
    assert read_counters()["messages"] == 2


def test_what_the_nudge_lost_the_sweep_finds(gateway: Gateway) -> None:
    act(2)

    sweep()

    assert Message.objects.filter(state=State.DELIVERED).count() == 2


def test_a_dead_worker_s_letter_that_had_arrived_is_not_doubled(gateway: Gateway) -> None:
    act()
    drain("house")
    Message.objects.filter(gateway="house").update(
        state=State.SENDING, lease_id="dead", lease_ends=timezone.now() - timedelta(seconds=1), finished_at=None
    )

    sweep()

    assert Message.objects.get(gateway="house").state == State.DELIVERED
    assert held_at(gateway)["count"] == 1


def test_one_letter_that_cannot_be_read_stops_no_other(gateway: Gateway) -> None:
    act(4)
    first, second = Message.objects.filter(gateway="house").order_by("pk")[:2]
    with connection.cursor() as cursor:  # as a lost key or a broken disk would leave it
        cursor.execute("UPDATE actions_message SET letter = 'gibberish' WHERE id = %s", [first.pk])
        cursor.execute("UPDATE actions_message SET letter = NULL WHERE id = %s", [second.pk])

    drain("house")

    rows = Message.objects.filter(gateway="house").order_by("pk").values_list("state", "error")
    assert list(rows) == [
        (State.QUEUED, "letter_unreadable"),  # another key, or newer code, may read it
        (State.FAILED, "letter_gone"), (State.DELIVERED, ""), (State.DELIVERED, ""),
    ]


def test_a_letter_that_a_lost_key_hid_goes_once_the_key_is_back(gateway: Gateway, settings: Any) -> None:
    act()
    keys, settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS, ["YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyE="]
    drain("house")
    hidden = Message.objects.defer("letter").get(gateway="house").state

    settings.ENCRYPTION_KEYS = keys
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        drain("house")

    assert hidden == State.QUEUED
    assert Message.objects.get(gateway="house").state == State.DELIVERED


def test_a_key_that_is_refused_leaves_the_letter_to_be_stopped(gateway: Gateway, settings: Any) -> None:
    settings.CWC_HOUSE_KEY = "an old key"
    (action,) = act()

    drain("house")

    assert Message.objects.get(gateway="house").body_started_at is None
    assert action.withdraw() == 1


def test_one_address_that_cannot_be_read_stops_nobody_s_letters(gateway: Gateway) -> None:
    broken, _ = act(2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE actions_sender SET email = 'gibberish' WHERE action_id = %s", [broken.pk])
    Message.objects.filter(action=broken, gateway="").update(news_since=timezone.now())

    sweep()

    assert Message.objects.filter(state=State.DELIVERED).count() == 2
    assert not Message.objects.filter(news_since__isnull=False).exists()


def test_what_fails_at_one_gateway_stops_no_other(gateway: Gateway, settings: Any) -> None:
    settings.CWC_SENATE_URL = gateway.url
    gateway.offices = {"SNJ01", "SNJ02"}
    refresh_offices("senate")
    act()
    settings.CWC_HOUSE_URL = "ftp://nowhere"

    with pytest.raises(ValueError, match="http"):
        sweep()

    assert Message.objects.filter(gateway="senate", state=State.DELIVERED).count() == 2


def test_without_a_key_letters_wait_a_day_and_then_go_back_to_their_senders(settings: Any) -> None:
    (action,) = act()
    settings.CWC_HOUSE_KEY = ""

    sweep()
    soon = action.messages.get(seat__chamber="house").state
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        sweep()

    assert soon == State.QUEUED
    assert action.messages.get(seat__chamber="house").state == State.SELF_SERVE


def test_a_setting_that_is_wrong_claims_nothing(settings: Any) -> None:
    act(3)
    settings.CWC_HOUSE_URL = "ftp://nowhere"

    with pytest.raises(ValueError, match="http"):
        drain("house")

    letters = Message.objects.filter(gateway="house")
    assert set(letters.values_list("state", "attempts", "lease_id")) == {(State.QUEUED, 0, "")}


def test_a_late_holder_sends_nothing_any_more(gateway: Gateway) -> None:
    act()
    (late,) = Message.objects.claim("house", 1)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        sweep()

        assert Message.objects.body_starts([late]) == set()
    assert held_at(gateway)["count"] == 1


def test_a_paused_campaign_sends_nothing_and_goes_on_later(gateway: Gateway) -> None:
    create_congress()
    (action,) = act()
    campaign = action.campaign
    Campaign.objects.filter(pk=campaign.pk).update(status=Status.PAUSED)

    drain("house")
    sweep()
    paused = Message.objects.get(gateway="house").state
    Campaign.objects.filter(pk=campaign.pk).update(status=Status.OPEN)
    sweep()

    assert paused == State.WAITING
    assert Message.objects.get(gateway="house").state == State.DELIVERED


def test_what_is_unsent_ends_with_its_campaign(gateway: Gateway) -> None:
    (action,) = act()
    Campaign.objects.filter(pk=action.campaign_id).update(status=Status.WON)

    sweep()

    assert Message.objects.filter(state=State.WITHDRAWN).count() == 1
    assert held_at(gateway)["count"] == 0


def test_a_letter_to_an_empty_seat_goes_to_whoever_fills_it(gateway: Gateway) -> None:
    create_congress()
    action = take(create_campaign(), home=("CA", 14))
    sweep()
    before = action.messages.get(seat__district=14).state

    Member.objects.create(
        bioguide="N000001", seat=Seat.objects.get(state="CA", district=14), name="A successor", party="Independent",
        term_start=timezone.localdate(),
    )
    sweep()

    assert before == State.WAITING
    assert action.messages.get(seat__district=14).state == State.DELIVERED
