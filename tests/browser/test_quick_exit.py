"""Leaving in one press, in a real browser, to a second server that stands in for the other website."""

from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories import create_campaign, ensure_seats, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Cover(ThreadingHTTPServer):
    """The other website: one page, and what each visitor's browser said about where it came from."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Weather)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.referrers: list[str | None] = []
        self.seconds = 0
        self.answered = 0


class Weather(BaseHTTPRequestHandler):
    """Answers every request with that page, after the site's `seconds`."""

    server: Cover

    def do_GET(self) -> None:
        """Answer."""
        if self.path == "/":
            self.server.referrers.append(self.headers.get("Referer"))
        sleep(self.server.seconds)
        self.server.answered += 1
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):  # a load that was stopped
            self.wfile.write(b"<title>Weather</title><h1>Sunny</h1>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def cover(settings: LazySettings) -> Iterator[Cover]:
    """The other website, running."""
    with Cover() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.COVER_URL = server.url
        yield server
        server.shutdown()


def history(page: Page) -> list[str]:
    """The addresses the tab's Back and Forward buttons know."""
    entries = page.context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"]
    return [entry["url"] for entry in entries]


def test_one_press_replaces_the_page_and_tells_nobody(page: Page, live_server: LiveServer, cover: Cover) -> None:
    page.goto(f"{live_server.url}/newsletter/")
    page.goto(f"{live_server.url}/safety/")

    page.get_by_role("link", name="Quick Exit").click()

    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    assert not [address for address in history(page) if address.endswith("/safety/")]
    assert cover.referrers == [None]


@pytest.mark.usefixtures("cover")
def test_it_works_before_any_file_of_ours_arrives(page: Page, live_server: LiveServer) -> None:
    page.route("**/static/**", lambda route: route.abort())
    page.goto(f"{live_server.url}/safety/")

    page.get_by_role("link", name="Quick Exit").click()

    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    assert not [address for address in history(page) if address.startswith(live_server.url)]


def test_without_script_it_is_a_link(scriptless: Page, live_server: LiveServer, cover: Cover) -> None:
    scriptless.goto(f"{live_server.url}/safety/")

    scriptless.get_by_role("link", name="Quick Exit").click()

    expect(scriptless.get_by_role("heading", name="Sunny")).to_be_visible()
    assert cover.referrers == [None]


def test_page_is_blank_and_typed_text_gone_while_a_slow_site_takes_its_time(
    page: Page, live_server: LiveServer, cover: Cover
) -> None:
    cover.seconds = 6
    page.goto(f"{live_server.url}/newsletter/")
    page.locator("input[type=email]").fill("somebody@example.org")
    page.evaluate("""addEventListener("quick-exit", () => setTimeout(() => console.log(
        document.body.checkVisibility(), document.title, `[${document.querySelector("[type=email]").value}]`)))""")

    with page.expect_console_message() as seen:
        page.get_by_role("link", name="Quick Exit").click(no_wait_after=True)

    assert seen.value.text == "false … []"
    expect(page.get_by_role("heading", name="Sunny")).to_be_visible(timeout=20_000)
    assert cover.referrers == [None]  # asked once: asking again would begin the wait anew


def test_load_that_was_stopped_is_tried_again(page: Page, live_server: LiveServer, cover: Cover) -> None:
    cover.seconds = 2
    page.clock.install()
    page.goto(f"{live_server.url}/safety/")
    page.evaluate("addEventListener('quick-exit', () => setTimeout(() => { stop(); console.log('stopped') }, 500))")
    with page.expect_console_message():
        page.get_by_role("link", name="Quick Exit").click(no_wait_after=True)
    cover.seconds = 0

    page.clock.fast_forward(10_000)  # milliseconds

    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()


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
    cover.seconds = 2

    with page.expect_event("requestfailed", lambda request: request.url.endswith(address)):
        page.get_by_role("link", name="Quick Exit").last.click(no_wait_after=True)

    assert cover.answered == 0  # dropped by the press itself, not only when the page went
    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    assert not [entry for entry in history(page) if entry.endswith(address)]


@pytest.mark.usefixtures("cover")
def test_keyboard_finds_the_way_out_second(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/safety/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Leave this site")).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()


@pytest.mark.parametrize("size", [(390, 844), (320, 568), (1280, 800), (568, 320), (390, 360), (320, 256)])
def test_way_out_can_be_pressed_wherever_one_has_scrolled(
    chromium: Browser, live_server: LiveServer, size: tuple[int, int]
) -> None:
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(f"{live_server.url}/safety/")

    for part in (0, 0.5, 1):
        page.evaluate(f"scrollTo({{top: document.body.scrollHeight * {part}, behavior: 'instant'}})")
        box = page.locator(".exit").bounding_box()
        assert box
        assert box["width"] >= 48
        assert box["height"] >= 48
        hit = page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y)?.closest('a')?.className",
            [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
        )
        assert hit == "exit"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bar = page.locator(".bar").bounding_box()
    assert bar
    assert bar["height"] <= 56
    context.close()


@pytest.mark.parametrize("address", ["/safety/", "/es/safety/", "/nothing-here/", "/admin/login/"])
def test_browser_finds_nothing_our_policy_forbids(page: Page, live_server: LiveServer, address: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))

    page.goto(live_server.url + address)

    assert [line for line in said if "404" not in line] == []
    assert all(url.startswith(live_server.url) for url in asked)
    assert address == "/admin/login/" or page.context.cookies() == []


@pytest.mark.parametrize("address", ["/admin/", "/admin/hotline/hotline/add/", "/admin/campaigns/campaign/add/"])
def test_admin_works_under_the_policy(page: Page, live_server: LiveServer, address: str) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("staff"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(live_server.url + address)

    expect(page.locator("#user-tools")).to_be_visible()
    assert said == []
