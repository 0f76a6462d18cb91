"""Leaving in one press, in a real browser, to a second server that stands in for the other website."""

import re
from typing import Literal

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.cover import Cover
from tests.browser.tabs import Tab
from tests.factories import create_campaign, ensure_seats, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BASE = settings.BASE_DIR


def test_one_press_replaces_the_page_and_tells_nobody(page: Page, live_server: LiveServer, cover: Cover) -> None:
    page.goto(f"{live_server.url}/newsletter/")
    page.goto(f"{live_server.url}/safety/")

    page.get_by_role("link", name="Quick Exit").click()

    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    assert not [address for address in Tab(page).entries if address.endswith("/safety/")]
    assert cover.referrers == [None]


@pytest.mark.usefixtures("cover")
def test_it_works_before_any_file_of_ours_arrives(page: Page, live_server: LiveServer) -> None:
    page.route("**/static/**", lambda route: route.abort())
    page.goto(f"{live_server.url}/safety/")

    page.get_by_role("link", name="Quick Exit").click()

    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    assert not [address for address in Tab(page).entries if address.startswith(live_server.url)]


def test_without_script_it_is_a_link(scriptless: Page, live_server: LiveServer, cover: Cover) -> None:
    scriptless.goto(f"{live_server.url}/safety/")

    scriptless.get_by_role("link", name="Quick Exit").click()

    expect(scriptless.get_by_role("heading", name="Sunny")).to_be_visible()
    assert cover.referrers == [None]


@pytest.mark.parametrize("address", ["/take-action/a-fair-law/", "/newsletter/", "receipt"])
def test_answer_still_on_its_way_is_dropped(page: Page, live_server: LiveServer, cover: Cover, address: str) -> None:
    ensure_seats()
    action = take(create_campaign(slug="a-fair-law"))
    address = action.get_absolute_url() if address == "receipt" else address
    page.clock.install()
    page.goto(live_server.url + address)
    page.route(f"**{address}", lambda route: None)  # no answer
    with page.expect_request(f"**{address}"):
        if "receipt" in address:
            page.clock.fast_forward(4_000)  # milliseconds: the page looks for news
        else:
            page.locator("main form button").first.click()
    cover.seconds = 1.9  # less than the pause before a second try

    with page.expect_event("requestfailed", lambda request: request.url.endswith(address)):
        page.get_by_role("link", name="Quick Exit").last.click(no_wait_after=True)

    assert cover.answered == 0  # dropped by the press itself, not only when the page went
    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    assert not [entry for entry in Tab(page).entries if entry.endswith(address)]


@pytest.mark.parametrize("button", ["left", "middle"])
def test_screen_is_empty_at_once_and_a_screen_reader_hears_one_word(
    page: Page, live_server: LiveServer, cover: Cover, button: Literal["left", "middle"]
) -> None:
    page.clock.install()  # no second try before the picture is taken
    cover.seconds = 2
    page.goto(f"{live_server.url}/newsletter/")
    page.locator("main [type=email]").fill("somebody@example.org")
    page.evaluate("""() => {
        const field = document.querySelector("main [type=email]");
        const sound = document.createElement("audio");
        sound.pause = () => sound.title = "silent";
        document.body.append(sound);
        addEventListener("quick-exit", () => queueMicrotask(() => {
            stop();
            const page = document.body;
            atOnce = [page.innerText, document.title, field.value, sound.title, page.childElementCount];
        }));
    }""")

    page.get_by_role("link", name="Quick Exit").click(button=button, no_wait_after=True)

    assert page.evaluate("atOnce") == ["Loading", "…", "", "silent", 1]  # in the same task as the press
    tab = Tab(page)
    picture = tab.send("Page.captureScreenshot")["data"]
    nodes = [node for node in tab.send("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]
    heard = {node["name"]["value"] for node in nodes if "name" in node}
    assert heard - {""} == {"…", "Loading"}
    assert "status" in {node["role"]["value"] for node in nodes}
    page.evaluate("document.body.replaceChildren()")
    assert tab.send("Page.captureScreenshot")["data"] == picture  # of that word nothing was to be seen
    cover.seconds = 0
    page.clock.fast_forward(2_000)  # milliseconds
    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    assert set(cover.referrers) == {None}


def test_load_that_was_stopped_is_tried_again_also_where_the_other_website_is_slow(
    page: Page, live_server: LiveServer, cover: Cover
) -> None:
    cover.seconds = 2.2  # longer than the first pause
    page.goto(f"{live_server.url}/safety/")
    page.evaluate("addEventListener('quick-exit', () => queueMicrotask(() => stop()))")

    page.get_by_role("link", name="Quick Exit").click(no_wait_after=True)

    expect(page.get_by_role("heading", name="Sunny")).to_be_visible(timeout=20_000)
    assert 1 <= len(cover.asked_at) <= 3


def test_nothing_of_ours_holds_a_visitor_back() -> None:
    for file in [*BASE.glob("static/js/*.js"), *BASE.glob("hotline/*.js"), *BASE.glob("templates/**/*.html")]:
        assert not re.search(r"beforeunload|serviceWorker|localStorage|\bconfirm\(", file.read_text("utf-8")), file
