"""Which offices take letters from us: the chambers' lists, what happens when one leaves, and email beside them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.utils import timezone

from actions.congress.models import Seat
from actions.delivery.fields import Chamber
from actions.delivery.outcomes import Outcome, Result
from actions.delivery.test_gateway import Gateway as FarEnd
from actions.models import Action, Message, Office
from actions.models import Gateway as GatewayRow
from actions.states import State
from actions.tasks import refresh_offices, sweep, tell_senders
from campaigns.models import Campaign
from newsletter.models import OutgoingMail
from tests.factories import create_campaign, create_congress, settle, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def senate(gateway: FarEnd, settings: LazySettings) -> FarEnd:
    """The test gateway, at the Senate's address too; of New Jersey's two senators one takes part."""
    settings.CWC_SENATE_URL = gateway.url
    gateway.offices = frozenset(gateway.offices) - {"SNJ02"}
    return gateway


def states(action: Action) -> dict[str, str]:
    return {message.office_code: message.state for message in action.messages.select_related("seat")}


def new_jersey() -> list[Seat]:
    return list(Seat.objects.filter(state="NJ").exclude(district__in=[1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12]))


def gateways() -> dict[str, str]:
    """Return which gateway takes letters to the offices of somebody in New Jersey's 8th district."""
    seats = new_jersey()
    found = Office.objects.gateways_of(seats)
    return {seat.code: found[seat.pk] for seat in seats}


@pytest.mark.usefixtures("senate")
def test_before_any_list_the_house_takes_part_and_the_senate_does_not() -> None:
    assert gateways() == {"HNJ08": "house", "SNJ01": "", "SNJ02": ""}


@pytest.mark.usefixtures("senate")
def test_a_list_says_who_takes_part() -> None:
    refresh_offices("house")
    refresh_offices("senate")

    assert gateways() == {"HNJ08": "house", "SNJ01": "senate", "SNJ02": ""}


@pytest.mark.parametrize(("url", "key"), [("", "a key"), ("http://127.0.0.1:9", "")])
def test_a_gateway_without_credentials_reaches_nobody(url: str, key: str, settings: LazySettings) -> None:
    settings.CWC_HOUSE_URL, settings.CWC_HOUSE_KEY = url, key

    action = take(create_campaign())
    sweep()

    assert states(action) == dict.fromkeys(["HNJ08", "SNJ01", "SNJ02"], State.SELF_SERVE)


def test_credentials_apply_to_new_letters_only(settings: LazySettings, gateway: FarEnd) -> None:
    url, settings.CWC_HOUSE_URL = settings.CWC_HOUSE_URL, ""
    before = take(create_campaign())

    settings.CWC_HOUSE_URL = url
    sweep()
    after = take(create_campaign())

    assert states(before)["HNJ08"] == State.SELF_SERVE
    assert states(after)["HNJ08"] == State.QUEUED


def test_a_letter_to_a_senator_who_takes_part_is_delivered(senate: FarEnd) -> None:
    refresh_offices("senate")
    action = take(create_campaign())

    sweep()

    assert states(action) == {
        "HNJ08": State.DELIVERED, "SNJ01": State.DELIVERED, "SNJ02": State.SELF_SERVE,
    }
    assert {receipt.chamber for receipt in senate.store.receipts} == {Chamber.HOUSE, Chamber.SENATE}


def test_an_office_that_leaves_turns_its_letters_back_and_tells_their_senders_once(senate: FarEnd) -> None:
    create_congress()
    refresh_offices("senate")
    action = take(create_campaign())

    senate.offices = frozenset(senate.offices) - {"SNJ01"}
    refresh_offices("senate")
    told = [tell_senders(), tell_senders()]

    assert states(action)["SNJ01"] == State.SELF_SERVE
    assert gateways()["SNJ01"] == ""
    assert told == [1, 0]
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.to) == ("news", "ana@example.org")
    assert action.receipt_token in mail.text
    assert "Congress" not in mail.subject + mail.text


def test_an_office_that_says_no_between_two_lists_is_as_one_that_left(senate: FarEnd) -> None:
    refresh_offices("senate")
    action = take(create_campaign())

    senate.offices = frozenset(senate.offices) - {"SNJ01"}
    sweep()

    assert states(action)["SNJ01"] == State.SELF_SERVE
    assert gateways()["SNJ01"] == ""
    assert OutgoingMail.objects.filter(kind="news").count() == 0  # the next round tells
    assert tell_senders() == 1


def test_an_office_that_comes_back_takes_new_letters(senate: FarEnd) -> None:
    everybody = senate.offices
    refresh_offices("senate")
    senate.offices = frozenset(everybody) - {"SNJ01"}
    refresh_offices("senate")

    senate.offices = everybody
    refresh_offices("senate")

    assert gateways()["SNJ01"] == "senate"


@pytest.mark.parametrize("left", [frozenset(), frozenset({"SNJ01", "SNY01", "SCA01"})], ids=["none", "hardly any"])
def test_a_list_that_names_none_or_hardly_any_changes_nothing(senate: FarEnd, left: frozenset[str]) -> None:
    refresh_offices("senate")
    taking_part = Office.objects.filter(takes_part=True).count()
    action = take(create_campaign())

    senate.offices = left
    refresh_offices("senate")

    assert Office.objects.filter(takes_part=True).count() == taking_part
    assert states(action)["SNJ01"] == State.QUEUED
    assert GatewayRow.objects.get(name="senate").offices_error


def test_a_list_is_asked_for_each_day_and_when_a_campaign_opens(senate: FarEnd) -> None:
    sweep()
    first = GatewayRow.objects.get(name="senate").offices_listed_at
    sweep()
    still = GatewayRow.objects.get(name="senate").offices_listed_at
    Campaign.objects.filter(pk=create_campaign().pk).update(opened_at=timezone.now())
    sweep()
    opened = GatewayRow.objects.get(name="senate").offices_listed_at
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        sweep()
    next_day = GatewayRow.objects.get(name="senate").offices_listed_at

    assert first is not None
    assert first == still
    assert opened is not None
    assert next_day is not None
    assert first < opened < next_day


def test_a_list_that_cannot_be_had_is_asked_for_again_later_and_not_at_every_sweep(
    senate: FarEnd, settings: LazySettings
) -> None:
    sweep()
    senate.offices = frozenset()
    with time_machine.travel(timezone.now() + timedelta(hours=25)) as clock:
        sweep()
        failed = GatewayRow.objects.get(name="senate")
        needed_soon = GatewayRow.objects.needs_list("senate")
        clock.shift(timedelta(hours=1, minutes=1))
        needed_later = GatewayRow.objects.needs_list("senate")

    assert failed.offices_error == "empty"
    assert (needed_soon, needed_later) == (False, True)


def test_an_office_with_an_email_address_is_written_to_where_its_chamber_does_not_reach_it(
    senate: FarEnd, settings: Any
) -> None:
    refresh_offices("senate")
    for code in ("SNJ01", "SNJ02"):
        seat = next(seat for seat in new_jersey() if seat.code == code)
        Office.objects.update_or_create(seat=seat, defaults={"email": f"{code.lower()}@example.org"})
    without_server = gateways()

    settings.OFFICE_MAIL = settings.OFFICE_MAIL | {"host": "127.0.0.1"}

    assert without_server == {"HNJ08": "house", "SNJ01": "senate", "SNJ02": ""}
    assert gateways() == {"HNJ08": "house", "SNJ01": "senate", "SNJ02": "email"}


def test_what_ends_without_being_delivered_is_told_unless_no_mail_is_wanted() -> None:
    wanted, unwanted = take(create_campaign()), take(create_campaign(), no_mail=True)
    for row in Message.objects.claim("house", 5):
        settle(row, Result(Outcome.REFUSED, "http_400", 400))

    tell_senders()

    mail = OutgoingMail.objects.get()
    assert wanted.receipt_token in mail.text
    assert unwanted.receipt_token not in mail.text
    assert not Message.objects.filter(news_since__isnull=False).exists()


def test_two_letters_that_fail_together_make_one_mail(senate: FarEnd) -> None:
    refresh_offices("senate")
    take(create_campaign())
    for name in ("house", "senate"):
        for row in Message.objects.claim(name, 5):
            settle(row, Result(Outcome.REFUSED, "http_400", 400))

    tell_senders()

    assert OutgoingMail.objects.filter(kind="news").count() == 1


def test_nobody_is_told_of_what_they_did_themselves() -> None:
    action = take(create_campaign())
    action.withdraw()

    assert tell_senders() == 0
