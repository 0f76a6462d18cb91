"""The list narrowed down without scripts and by keyboard alone, and the page on which staff end a campaign."""

import re

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from actions.models import OutcomeNotice
from campaigns.models import Campaign, Kind, Status
from newsletter.models import OutgoingMail
from tests.factories import create_campaign, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def three() -> None:
    """Store an open letter, an open pledge and a call that was won."""
    create_campaign(title="Write for law", topics=["Law"])
    create_campaign(title="Promise it", kind=Kind.PLEDGE, topics=["Health"])
    create_campaign(title="Call for it", kind=Kind.CALL, topics=["Law"], status=Status.WON, closed_at=timezone.now())


def test_the_list_is_narrowed_down_without_scripts(scriptless: Page, live_server: LiveServer) -> None:
    three()
    scriptless.goto(f"{live_server.url}/take-action/all/")

    scriptless.locator("main summary").click()
    scriptless.get_by_label("Topic").select_option(label="Law")
    scriptless.get_by_label("Where it stands").select_option(label="Won")
    scriptless.get_by_role("button", name="Show these actions").click()

    expect(scriptless).to_have_url(re.compile(r"/take-action/all/\?kind=&topic=Law&status=won#found$"))
    expect(scriptless.get_by_role("heading", name="1 action found")).to_be_in_viewport()
    expect(scriptless.get_by_label("Topic")).to_have_value("Law")
    assert scriptless.locator("main .card h3").all_inner_texts() == ["Call for it"]
    scriptless.get_by_role("link", name="Show every action").click()
    assert scriptless.locator("main .card").count() == 3
    assert scriptless.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_list_is_narrowed_down_by_keyboard_alone(page: Page, live_server: LiveServer) -> None:
    three()
    page.goto(f"{live_server.url}/take-action/all/")

    page.locator("main summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("P")  # as one chooses a line of a list by its first letter
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="1 action found")).to_be_focused()
    assert page.locator("main .card h3").all_inner_texts() == ["Promise it"]
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Promise it", exact=True)).to_be_focused()


def test_staff_see_what_an_end_does_before_they_press(page: Page, live_server: LiveServer) -> None:
    User.objects.create_superuser("root", "root@example.org", "root")
    campaign = create_campaign(title="Write for law")
    action = take(campaign)
    OutcomeNotice.objects.ask(campaign, "one@example.org", action_id=action.pk, language="en")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/admin/login/?next=/admin/campaigns/campaign/{campaign.pk}/change/")
    page.fill("#id_username", "root")
    page.fill("#id_password", "root")
    page.get_by_role("button", name="Log in").click()

    page.get_by_role("link", name="End this campaign…").click()
    expect(page.get_by_text("1 person asked to be told")).to_be_visible()
    page.get_by_role("button", name="See what this does").click()
    expect(page.locator(".errorlist")).to_have_count(2)
    page.get_by_label("Won:").check()
    page.get_by_label("What happened, English").fill("The bill became law.")
    page.get_by_role("button", name="See what this does").click()
    expect(page.get_by_text("It was won on").first).to_be_visible()
    page.get_by_role("button", name="Change something").click()
    expect(page.get_by_label("What happened, English")).to_have_value("The bill became law.")
    page.get_by_role("button", name="See what this does").click()
    page.get_by_role("button", name="End this campaign now").click()

    expect(page.get_by_text("The campaign is over.")).to_be_visible()
    assert Campaign.objects.get().status == Status.WON
    assert [mail.to for mail in OutgoingMail.objects.filter(kind="outcome")] == ["one@example.org"]
