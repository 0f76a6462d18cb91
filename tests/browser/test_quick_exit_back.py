"""After Quick Exit the Back button never shows the site, whatever page somebody left from."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.cover import Cover
from tests.browser.tabs import Tab
from tests.browser.test_journey import fill_in
from tests.factories import create_campaign, create_congress

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STEPS = ["reading page", "ZIP step", "chooser", "details with typed text", "answer with mistakes", "review", "receipt"]


def walk_to(step: str, page: Page, server: LiveServer) -> None:
    """Go from the first page to `step`, as a person does."""
    page.goto(f"{server.url}/take-action/")
    page.goto(f"{server.url}/safety/")
    if step == "reading page":
        page.goto(f"{server.url}/take-action/how-we-count/")
        return
    page.goto(f"{server.url}/take-action/a-fair-law/")
    page.get_by_label("Your ZIP code").fill("07302" if step == "chooser" else "07030")
    if step == "ZIP step":
        return
    page.get_by_role("button", name="Find my representatives").click()
    expect(page.get_by_label("First name")).to_be_visible()
    if step == "answer with mistakes":
        page.get_by_label("City").fill("Hoboken")
        page.get_by_role("button", name="Review my letter").click()
        expect(page.get_by_role("link", name="Enter your first name.")).to_be_visible()
    if step in ("chooser", "answer with mistakes"):
        return
    fill_in(page)
    if step == "details with typed text":
        return
    page.get_by_role("button", name="Review my letter").click()
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    if step == "review":
        return
    page.get_by_role("button", name="Send my letter").click()
    expect(page.get_by_role("heading", name="Your receipt")).to_be_visible()


# Writes to the console whenever something of a page of the site could be seen.
WATCH = """(() => {
  const look = () => {
    if (document.body?.checkVisibility() && document.body.innerText.trim()) console.log("seen at " + location.href);
    requestAnimationFrame(look);
  };
  look();
})()"""


@pytest.mark.parametrize("step", STEPS)
def test_five_presses_of_back_never_show_the_site(
    page: Page, live_server: LiveServer, cover: Cover, step: str
) -> None:
    create_congress()
    create_campaign(slug="a-fair-law", position=1)
    walk_to(step, page, live_server)
    page.get_by_role("link", name="Quick Exit").click()
    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    tab, sunny = Tab(page), page.screenshot()
    page.add_init_script(WATCH)
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text))

    for _ in range(5):
        if not tab.back():
            break
        tab.settle(cover.url, "about:blank")
        assert tab.address == "about:blank" or page.screenshot() == sunny

    assert [line for line in seen if line.startswith(f"seen at {live_server.url}")] == []
    assert tab.entries[0] == "about:blank"
    assert not tab.back()  # so many presses lead out of everything, and all entries between are the other website
    assert {entry for entry in tab.entries if entry != "about:blank"} == {cover.url}
    assert set(cover.referrers) == {None}


OLDER = "performance.getEntriesByType = () => []"  # as Safari had it before 15


@pytest.mark.parametrize("browser", ["", OLDER], ids=["this browser", "older browser"])
@pytest.mark.usefixtures("cover")
def test_who_types_the_address_again_is_welcome(page: Page, live_server: LiveServer, browser: str) -> None:
    page.add_init_script(browser)
    page.goto(f"{live_server.url}/newsletter/")
    page.goto(f"{live_server.url}/safety/")
    page.get_by_role("link", name="Quick Exit").click()
    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()

    page.goto(f"{live_server.url}/safety/")

    expect(page.get_by_role("heading", name="Stay safe online")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
    page.goto(f"{live_server.url}/newsletter/")
    tab = Tab(page)
    tab.back()
    tab.settle(f"{live_server.url}/safety/")
    expect(page.get_by_role("heading", name="Stay safe online")).to_be_visible()


def test_ordinary_back_shows_the_page_with_what_was_typed(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/newsletter/")
    page.locator("main [type=email]").fill("ana@example.org")
    page.evaluate("kept = true")
    page.get_by_role("link", name="Stay safe online").first.click()
    expect(page.get_by_role("heading", name="Stay safe online")).to_be_visible()
    tab = Tab(page)

    tab.back()
    tab.settle(f"{live_server.url}/newsletter/")

    assert page.evaluate("globalThis.kept")  # the browser had kept the page itself: the veil was lifted from it
    expect(page.locator("main [type=email]")).to_have_value("ana@example.org")
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_pages_the_browser_kept_are_dropped_and_cookies_with_them(
    page: Page, live_server: LiveServer, cover: Cover
) -> None:
    page.context.add_cookies([{"name": "sessionid", "value": "of-staff", "url": live_server.url}])
    page.goto(f"{live_server.url}/newsletter/")
    page.get_by_role("link", name="Stay safe online").first.click()
    page.get_by_role("link", name="Quick Exit").click()
    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()

    with page.expect_request(f"{live_server.url}/newsletter/"):  # asked of the server: no kept copy was shown
        Tab(page).back()

    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    assert page.context.cookies(live_server.url) == []


def test_all_tabs_leave_and_hold_nothing_typed(page: Page, live_server: LiveServer, cover: Cover) -> None:
    others = [page.context.new_page() for _ in range(2)]
    for other in others:
        other.goto(f"{live_server.url}/newsletter/")
    page.goto(f"{live_server.url}/safety/")

    page.get_by_role("link", name="Quick Exit").click()

    for tab in (page, *others):
        expect(tab.get_by_role("heading", name="Sunny")).to_be_visible()
        assert not [entry for entry in Tab(tab).entries if entry.startswith(live_server.url)]
