"""A receipt in every state a person can be left in: what happened, what to do next, and how to leave.

With RECEIPT_PICTURES set to a folder, each is drawn there too, at phone width, to be looked at.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from actions.models import Action, Gateway, Message
from actions.states import FINAL, State
from campaigns.models import Campaign, Status
from tests.factories import create_campaign, create_congress, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("RECEIPT_PICTURES")
NOTHING, WAIT, BY_HAND = "Nothing is left for you to do here", "You need to do nothing now", "is for you to send"

# Name → what the letter to the House is put into, what the page says of it, and the one next step.
STATES: dict[str, tuple[dict[str, Any], str, str]] = {
    "queued": ({"state": State.QUEUED, "due_in": 10}, "Goes out at", WAIT),
    "tried": ({"state": State.QUEUED, "due_in": 5, "attempts": 2}, "could not take it yet", WAIT),
    "resting": ({"state": State.QUEUED, "due_in": 0, "rests": True}, "takes no letters just now", WAIT),
    "maintenance": ({"state": State.QUEUED, "due_in": 0, "closed": True}, "closed for maintenance until", WAIT),
    "asked again": ({"state": State.QUEUED, "due_in": 5, "attempts": 1, "body": True}, "got no clear answer", WAIT),
    "sending": ({"state": State.SENDING, "body": True}, "handed over now", WAIT),
    "seat empty": ({"state": State.WAITING}, "This seat is empty", WAIT),
    "paused": ({"state": State.WAITING, "error": "paused"}, "The campaign is paused", WAIT),
    "unknown": ({"state": State.UNKNOWN, "body": True}, "We will not send it twice", WAIT),
    "delivered": ({"state": State.DELIVERED}, "Accepted at", NOTHING),
    "office left": ({"state": State.SELF_SERVE, "error": "office_left"}, "has stopped taking letters", BY_HAND),
    "failed": ({"state": State.FAILED, "error": "http_400 City"}, "did not take it", BY_HAND),
    "returned": ({"state": State.RETURNED}, "gave it back later", BY_HAND),
    "unconfirmed": ({"state": State.UNCONFIRMED, "body": True}, "could not find out", BY_HAND),
    "expired": ({"state": State.EXPIRED}, "waited 90 days", BY_HAND),
    "campaign over": ({"state": State.WITHDRAWN, "error": "campaign over", "over": True}, "campaign ended", NOTHING),
    "text gone": ({"state": State.DELIVERED, "letter": None}, "no longer keep the text", NOTHING),
}


def put(action: Action, settings: LazySettings, **facts: Any) -> None:
    """Leave the letter to the House as `facts` say; the two to the senators are done by hand."""
    now = timezone.now()
    action.messages.exclude(gateway="house").update(self_sent_at=now)
    if "letter" in facts:
        action.messages.update(letter=facts["letter"])
    due = facts.pop("due_in", None)
    if facts.pop("rests", False):
        Gateway.objects.update_or_create(name="house", defaults={"resting_until": now + timedelta(minutes=1)})
    if facts.pop("closed", False):
        Gateway.objects.get_or_create(name="house")
        settings.CWC_HOUSE_MAINTENANCE = "daily 00:00-23:59"
    if facts.pop("over", False):
        Campaign.objects.filter(pk=action.campaign_id).update(status=Status.WON, outcome="The bill became law.")
    values: dict[str, Any] = {"due": None if due is None else now + timedelta(minutes=due), **facts}
    if values.pop("body", False):
        values["body_started_at"] = now
    if values["state"] == State.SENDING:
        values |= {"lease_id": "somebody", "lease_ends": now + timedelta(minutes=1)}
    if values["state"] in FINAL:
        values["finished_at"] = now
    Message.objects.filter(action=action, gateway="house").update(**values)


def draw(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(PICTURES) / f"{name.replace(' ', '-')}.png", full_page=True)


def assert_one_can_leave(page: Page) -> None:
    leave = page.get_by_role("link", name="Quick Exit").last
    expect(leave).to_be_in_viewport(ratio=1)


def test_every_state_says_what_happened_what_is_next_and_how_to_leave(
    page: Page, live_server: LiveServer, settings: LazySettings
) -> None:
    create_congress()
    for name, (facts, says, following) in STATES.items():  # in one test: each would set the database up anew
        action = take(create_campaign(), own_words="My own words.")
        put(action, settings, **facts)

        page.goto(f"{live_server.url}{action.get_absolute_url()}")

        draw(page, name)
        expect(page.get_by_text(says).first, name).to_be_visible()
        expect(page.locator("[data-live]"), name).to_contain_text(following)
        expect(page.locator("main .next"), name).to_have_count(1)  # exactly one thing to do next
        assert_one_can_leave(page)
        Gateway.objects.all().delete()
        settings.CWC_HOUSE_MAINTENANCE = ""


def test_a_held_letter_sends_its_writer_to_their_mailbox(page: Page, live_server: LiveServer) -> None:
    create_congress()
    held = take(create_campaign(), doubt="check")

    page.goto(f"{live_server.url}{held.get_absolute_url()}")

    draw(page, "held")
    expect(page.locator(".next")).to_contain_text("open your email")
    assert_one_can_leave(page)


def test_what_nobody_confirmed_may_be_written_again(page: Page, live_server: LiveServer) -> None:
    create_congress()
    held = take(create_campaign(), doubt="check")
    Message.objects.update(state=State.EXPIRED, finished_at=timezone.now(), letter=None)

    page.goto(f"{live_server.url}{held.get_absolute_url()}")

    draw(page, "never-confirmed")
    expect(page.get_by_text("not confirmed within seven days").first).to_be_visible()
    page.get_by_role("link", name="Write again, if you like").click()
    expect(page.get_by_label("Your ZIP code")).to_be_visible()


def test_who_stopped_everything_may_write_again(page: Page, live_server: LiveServer) -> None:
    create_congress()
    action = take(create_campaign())
    page.goto(f"{live_server.url}{action.get_absolute_url()}")

    page.get_by_role("button", name="Stop what has not been sent").click()

    expect(page.get_by_text("1 letter was stopped before it was sent.")).to_be_visible()
    expect(page.get_by_role("link", name="Write again, if you like")).to_be_visible()
    draw(page, "withdrawn")
    assert_one_can_leave(page)


@pytest.mark.parametrize("scripts", ["with scripts", "without scripts"])
def test_this_was_not_me_takes_two_presses_and_puts_it_right(
    scripts: str, page: Page, scriptless: Page, live_server: LiveServer
) -> None:
    create_congress()
    action = take(create_campaign())
    visitor = page if scripts == "with scripts" else scriptless
    visitor.goto(f"{live_server.url}{action.get_absolute_url()}")
    button = visitor.get_by_role("button", name="This was not me: stop it")
    expect(button).to_be_hidden()

    visitor.get_by_text("This was not you?").click()
    button.click()

    expect(visitor.get_by_text("You told us that this was not you.").first).to_be_visible()
    expect(visitor.get_by_role("button", name="Show the text to copy")).to_have_count(0)
    draw(visitor, f"not-me-{scripts}")
    assert_one_can_leave(visitor)


def test_a_letter_that_failed_is_sent_by_hand_and_ticked_off(page: Page, live_server: LiveServer) -> None:
    create_congress()
    action = take(create_campaign(), own_words="My own words.")
    Message.objects.filter(gateway="house").update(state=State.FAILED, finished_at=timezone.now())
    page.goto(f"{live_server.url}{action.get_absolute_url()}")
    failed = page.locator("li.office", has_text="did not take it")

    failed.get_by_role("button", name="Show the text to copy").click()
    expect(page.get_by_label("The text, to copy")).to_contain_text("My own words.")
    draw(page, "text-to-copy")
    page.locator("li.office", has_text="did not take it").get_by_role("button", name="I sent it or called").click()

    expect(page.get_by_text("Done by you")).to_be_visible()


def test_what_becomes_of_a_letter_meanwhile_is_said_and_disturbs_nobody(page: Page, live_server: LiveServer) -> None:
    create_congress()
    action = take(create_campaign())
    Message.objects.filter(gateway__gt="").update(state=State.QUEUED, due=timezone.now() + timedelta(minutes=10))
    page.goto(f"{live_server.url}{action.get_absolute_url()}")
    page.evaluate("window.tracker = document.querySelector('.tracker')")
    page.wait_for_timeout(4000)  # it has looked, and nothing was new
    assert page.evaluate("tracker.isConnected")

    letter = Message.objects.filter(gateway__gt="").first()
    assert letter
    Message.objects.filter(pk=letter.pk).update(state=State.DELIVERED)

    expect(page.locator("[data-news]")).to_contain_text("Accepted by the office’s system")
    assert page.locator("[data-news]").inner_text().count(":") == 1
    expect(page.locator(f"#message-{letter.pk}.accepted")).to_be_visible()
