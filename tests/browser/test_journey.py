"""The main way through the site, as a person goes it."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from actions.delivery.test_gateway import Gateway
from actions.models import Action, Message, read_counters
from actions.states import State
from actions.tasks import drain
from tests.factories import create_campaign, create_congress

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill_in(page: Page) -> None:
    page.get_by_label("Title, such as Ms. or Mr.").select_option("Ms.")
    page.get_by_label("First name").fill("Ana")
    page.get_by_label("Last name").fill("Muster")
    page.get_by_label("Email", exact=False).first.fill("ana@example.org")
    page.get_by_label("Street and number").fill("1 Main Street")
    page.get_by_label("City").fill("Hoboken")
    page.get_by_label("In your own words").fill("My town needs this law.")


def set_up() -> str:
    create_congress()
    return create_campaign(slug="a-fair-law", title="A fair law", position=1).slug


def go(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/take-action/")
    page.get_by_role("link", name="A fair law", exact=True).click()
    page.get_by_label("Your ZIP code").fill("07030")
    page.get_by_role("button", name="Find my representatives").click()
    expect(page.get_by_text("Member of NJ-8")).to_be_visible()
    fill_in(page)
    page.get_by_role("button", name="Review my letter").click()
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    expect(page.get_by_text("My town needs this law.")).to_be_visible()
    page.get_by_role("button", name="Send my letter").click()
    expect(page.get_by_role("heading", name="Your receipt")).to_be_visible()


@pytest.mark.parametrize("scripts", ["with scripts", "without scripts"])
def test_from_a_card_to_a_delivered_letter(
    scripts: str, page: Page, scriptless: Page, live_server: LiveServer, gateway: Gateway
) -> None:
    set_up()
    visitor = page if scripts == "with scripts" else scriptless

    go(visitor, live_server)
    waiting = visitor.get_by_text("On its way").first
    expect(waiting).to_be_visible()
    drain("house")
    if scripts == "without scripts":
        visitor.reload()

    # With scripts it comes by itself.
    expect(visitor.get_by_text("Accepted by the office’s system", exact=True)).to_be_visible()
    assert Message.objects.filter(state=State.DELIVERED).count() == read_counters()["messages"] == 1
    assert visitor.context.cookies() == []


def entries(page: Page) -> list[str]:
    client = page.context.new_cdp_session(page)
    history = client.send("Page.getNavigationHistory")
    return [entry["url"].removesuffix("/") for entry in history["entries"]]


def test_no_post_becomes_a_history_entry_and_back_shows_what_was_typed(page: Page, live_server: LiveServer) -> None:
    slug = set_up()
    page.goto(f"{live_server.url}/take-action/{slug}/")
    page.get_by_label("Your ZIP code").fill("07030")
    page.get_by_role("button", name="Find my representatives").click()
    fill_in(page)
    page.get_by_role("button", name="Review my letter").click()
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()

    page.go_back()

    expect(page.get_by_label("In your own words")).to_have_value("My town needs this law.")
    page.go_back()
    expect(page.get_by_label("Your ZIP code")).to_have_value("07030")
    page.go_forward()
    page.go_forward()
    page.get_by_role("button", name="Change something").click()
    expect(page.get_by_label("City")).to_have_value("Hoboken")
    page.get_by_role("button", name="Review my letter").click()
    page.get_by_role("button", name="Send my letter").click()
    expect(page.get_by_role("heading", name="Your receipt")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Your receipt")).to_be_visible()
    assert Action.objects.count() == 1
    assert len(set(entries(page))) <= 3  # blank, form and receipt: every one of them a GET


def test_what_is_wrong_is_said_without_leaving_the_page(page: Page, live_server: LiveServer) -> None:
    slug = set_up()
    page.goto(f"{live_server.url}/take-action/{slug}/")
    page.get_by_role("button", name="Find my representatives").click()
    expect(page.get_by_role("link", name="Enter your ZIP code. It has five digits, such as 20001.")).to_be_visible()
    before = len(entries(page))
    page.get_by_label("Your ZIP code").fill("07030")
    page.get_by_role("button", name="Find my representatives").click()
    page.get_by_label("City").fill("Hoboken")
    page.get_by_role("button", name="Review my letter").click()

    expect(page.get_by_role("link", name="Enter your first name.")).to_be_visible()
    expect(page.get_by_label("City")).to_have_value("Hoboken")
    page.get_by_role("link", name="Enter your first name.").click()
    expect(page.get_by_label("First name")).to_be_focused()
    assert len(entries(page)) <= before + 2  # one step on, and the link to the field


def test_a_dead_connection_keeps_what_was_typed_and_says_so(page: Page, live_server: LiveServer) -> None:
    slug = set_up()
    page.goto(f"{live_server.url}/take-action/{slug}/")
    page.get_by_label("Your ZIP code").fill("07030")
    page.context.set_offline(True)
    page.get_by_role("button", name="Find my representatives").click()
    expect(page.get_by_text("We could not reach the site just now.")).to_be_visible()

    page.context.set_offline(False)
    page.get_by_role("button", name="Find my representatives").click()

    expect(page.get_by_text("Member of NJ-8")).to_be_visible()


def test_quick_exit_leaves_from_the_middle_of_a_form(page: Page, live_server: LiveServer, settings: object) -> None:
    slug = set_up()
    page.context.route("https://www.weather.gov/", lambda route: route.fulfill(body="weather"))
    page.goto(f"{live_server.url}/take-action/{slug}/")
    page.get_by_label("Your ZIP code").fill("07030")
    page.get_by_role("button", name="Find my representatives").click()
    expect(page.get_by_label("First name")).to_be_visible()
    page.get_by_label("First name").fill("Ana")

    page.get_by_role("link", name=re.compile("^Quick Exit")).last.click()

    page.wait_for_url("https://www.weather.gov/")


def test_back_from_the_receipt_never_says_that_nothing_was_sent(page: Page, live_server: LiveServer) -> None:
    create_congress()
    create_campaign(slug="a-fair-law", position=1)
    page.goto(f"{live_server.url}/take-action/a-fair-law/")
    page.locator("#id_zip").fill("07030")
    page.locator("#go").click()
    fill_in(page)
    page.locator("#go").click()
    page.locator("button[value=send]").click()
    expect(page.locator(".tracker")).to_be_visible()

    page.go_back()

    expect(page.locator("h1")).to_have_text("A fair law")
    expect(page.locator("[data-reloaded]")).to_contain_text("If you pressed Send before, that letter stands")


def test_thanks_are_seen_after_a_mistake_too(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/newsletter/")
    page.locator("main [type=email]").fill("ana@example")
    page.locator("main [type=submit]").click()
    expect(page.locator("main [aria-invalid=true]")).to_be_visible()
    said_twice = page.locator("main").get_by_text("Check the email address")
    assert len([one for one in said_twice.all() if one.evaluate("one => one.offsetWidth > 1")]) == 1

    page.locator("main [type=email]").fill("ana@example.org")
    page.locator("main [type=submit]").click()

    thanks = page.locator("main").get_by_text("Thank you for subscribing!")
    expect(thanks).to_be_visible()
    assert thanks.evaluate("thanks => thanks.offsetWidth") > 100
