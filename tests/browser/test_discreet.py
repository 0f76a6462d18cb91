"""Discreet mode: pages take each other's place, in one tab, from the press of a button until the tab is closed."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.cover import Cover
from tests.browser.tabs import Tab
from tests.browser.test_journey import fill_in
from tests.factories import create_campaign, create_congress
from tests.hotline.test_record import store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def turn_on(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/safety/")
    page.get_by_role("button", name="Discreet mode").click()
    expect(page.get_by_text("Discreet mode is on in this tab.")).to_be_visible()


def ours(page: Page, server: LiveServer) -> list[str]:
    return [entry.removeprefix(server.url) for entry in Tab(page).entries if entry.startswith(server.url)]


def test_back_leaves_the_site_after_any_number_of_pages(page: Page, live_server: LiveServer, cover: Cover) -> None:
    create_congress()
    create_campaign(slug="a-fair-law", title="A fair law", position=1)
    turn_on(page, live_server)

    page.get_by_role("link", name="Take Action", exact=True).click()
    page.get_by_role("link", name="A fair law", exact=True).click()
    page.get_by_label("Your ZIP code").fill("07030")
    page.get_by_role("button", name="Find my representatives").click()
    fill_in(page)
    page.get_by_role("button", name="Review my letter").click()
    page.get_by_role("button", name="Change something").click()
    expect(page.get_by_label("City")).to_have_value("Hoboken")
    page.get_by_role("button", name="Review my letter").click()
    page.get_by_role("button", name="Send my letter").click()
    expect(page.get_by_role("heading", name="Your receipt")).to_be_visible()
    assert len(ours(page, live_server)) == 1
    page.get_by_role("link", name="Skip to content").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Stay safe online").first.click()
    expect(page.get_by_text("Discreet mode is on in this tab.")).to_be_visible()

    assert ours(page, live_server) == ["/safety/"]
    page.get_by_role("link", name="Quick Exit").click()
    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    assert ours(page, live_server) == []


def test_it_counts_for_its_tab_and_is_turned_off_again(page: Page, live_server: LiveServer) -> None:
    turn_on(page, live_server)
    other = page.context.new_page()
    other.goto(f"{live_server.url}/safety/")
    expect(other.get_by_text("Discreet mode is off.")).to_be_visible()
    expect(other.get_by_role("button", name="Discreet mode", pressed=False)).to_be_visible()

    page.get_by_role("button", name="Discreet mode", pressed=True).click()

    expect(page.get_by_text("Discreet mode is off.")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
    page.get_by_role("link", name="Take Action", exact=True).click()
    expect(page.get_by_role("heading", name="Take Action")).to_be_visible()
    assert len(ours(page, live_server)) == 2


def test_without_scripts_it_says_that_it_needs_them(scriptless: Page, live_server: LiveServer) -> None:
    scriptless.goto(f"{live_server.url}/safety/")

    expect(scriptless.get_by_text("This needs JavaScript")).to_be_visible()
    expect(scriptless.get_by_role("button", name="Discreet mode")).to_be_hidden()


@pytest.mark.usefixtures("cover")
def test_trying_the_exit_leads_to_a_page_of_ours_and_leaves_no_mark(page: Page, live_server: LiveServer) -> None:
    other = page.context.new_page()
    other.goto(f"{live_server.url}/newsletter/")
    page.goto(f"{live_server.url}/safety/")

    page.get_by_role("link", name="Try it out").click()

    expect(page.get_by_role("heading", name="This was only a test")).to_be_visible()
    assert ours(page, live_server) == ["/safety/try/"]  # it took the place of the page, as in earnest
    assert page.evaluate("sessionStorage.length") == 0
    expect(other.get_by_role("heading", name="Hear how you can help")).to_be_visible()


def test_another_website_opened_from_here_takes_the_place_of_the_page(
    page: Page, live_server: LiveServer, cover: Cover
) -> None:
    store(chat_url=cover.url)
    turn_on(page, live_server)

    page.get_by_role("link", name="chat", exact=True).click()

    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    assert ours(page, live_server) == []
    assert cover.referrers == [None]


@pytest.mark.usefixtures("cover")
def test_who_tries_it_out_can_leave_in_earnest_meanwhile(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/safety/")
    page.route("**/safety/try/", lambda route: None)  # no answer
    with page.expect_request("**/safety/try/"):
        page.get_by_role("link", name="Try it out").click(no_wait_after=True)

    for _ in range(3):
        page.keyboard.press("Shift")

    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()


def test_where_the_browser_keeps_nothing_it_says_so(page: Page, live_server: LiveServer) -> None:
    page.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('blocked'); } })")
    page.goto(f"{live_server.url}/safety/")

    expect(page.get_by_text("Your browser blocks site data")).to_be_visible()
    expect(page.get_by_role("button", name="Discreet mode")).to_be_hidden()
