"""Leaving, and the letter form, in Firefox and WebKit as Debian ships them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from actions.models import Action
from tests.browser.cover import Cover
from tests.browser.driven import DrivenBrowser
from tests.browser.firefox import PROGRAM as FIREFOX
from tests.browser.firefox import Firefox
from tests.browser.webkit import PROGRAM as DRIVER
from tests.browser.webkit import SCREEN, WebKit, mini_browser
from tests.factories import create_campaign, create_congress
from tests.running import free_port

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module", params=["Firefox", "WebKit"])
def browser(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,  # first: a test that has not run, too, ends by putting the seats back
) -> Iterator[Firefox | WebKit]:
    """One running browser for all tests of this file; a test without it has not run."""
    folder: Path = tmp_path_factory.mktemp("browser")
    if request.param == "Firefox":
        if not FIREFOX.exists():
            pytest.skip("no Firefox at /usr/bin/firefox-esr (package firefox-esr; set FIREFOX)")
        running: Firefox | WebKit = Firefox(folder)
    else:
        if not (DRIVER.exists() and SCREEN.exists() and mini_browser()):
            pytest.skip("no WebKit at /usr/bin/WebKitWebDriver (packages webkit2gtk-driver and xvfb)")
        running = WebKit(folder, free_port())
    yield running
    running.stop()


@pytest.fixture
def visitor(browser: Firefox | WebKit) -> Iterator[DrivenBrowser]:
    """A new visitor with one tab."""
    tab = browser.new_visitor()
    yield tab
    tab.close()


# Put in by a script: typing is slow, and what is typed by hand below shows that it works.
FILLED = {"honorific-prefix": "Ms.", "given-name": "Ana", "family-name": "Muster", "email": "ana@example.org",
          "address-line1": "1 Main Street", "address-level2": "Hoboken"}


def fill_in(visitor: DrivenBrowser) -> None:
    for name, text in FILLED.items():
        visitor.evaluate(f"document.querySelector('main [autocomplete={name}]').value = '{text}'")
    visitor.type("main textarea", "My town needs this law.")


def walk_to(step: str, visitor: DrivenBrowser, server: LiveServer) -> None:
    """Go from the first page to `step`, as a person does."""
    create_congress()
    create_campaign(slug="a-fair-law", position=1)
    visitor.goto(f"{server.url}/take-action/")
    visitor.goto(f"{server.url}/safety/")
    visitor.goto(f"{server.url}/take-action/a-fair-law/")
    if step == "reading page":
        return
    visitor.type("main [autocomplete=postal-code]", "07030")
    visitor.press("Enter")
    visitor.wait_for("document.querySelector('main [autocomplete=given-name]')")
    fill_in(visitor)
    if step == "details":
        return
    visitor.push("main form [type=submit]:not([data-back])")
    visitor.wait_for_text("Who gets it, and how")
    if step == "review":
        return
    visitor.push("main form [type=submit]:not([data-back])")
    visitor.wait_for_text("Your receipt")


@pytest.mark.parametrize("step", ["reading page", "details", "receipt"])
def test_five_presses_of_back_never_show_the_site(
    visitor: DrivenBrowser, live_server: LiveServer, cover: Cover, step: str
) -> None:
    walk_to(step, visitor, live_server)
    visitor.click(".exit")
    visitor.wait_for_text("Sunny")

    for _ in range(5):
        visitor.back()
        visitor.wait_for(
            f"location.href === '{cover.url}' && document.readyState === 'complete' || location.href === 'about:blank'",
            times=8,  # a press takes its time to lead anywhere
        )

    assert live_server.url not in visitor.evaluate("location.href")
    assert set(cover.referrers) == {None}


def test_shift_three_times_leaves_and_a_typed_address_is_welcome(
    visitor: DrivenBrowser, live_server: LiveServer, cover: Cover
) -> None:
    visitor.goto(f"{live_server.url}/newsletter/")
    visitor.type("main [type=email]", "AnA@example.org")  # with capital letters
    visitor.press("Shift", "Shift")
    assert visitor.evaluate("document.querySelector('main [type=email]').value") == "AnA@example.org"

    visitor.press("Shift")

    visitor.wait_for_text("Sunny")
    assert cover.referrers == [None]
    visitor.goto(f"{live_server.url}/safety/")
    assert visitor.evaluate("document.documentElement.hidden") is False
    assert visitor.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("browser", ["Firefox"], indirect=True)  # WebKit asks for nothing by itself
def test_no_name_of_another_host_leaves_this_machine(visitor: DrivenBrowser, cover: Cover) -> None:
    visitor.open(cover.url.replace("127.0.0.1", "elsewhere.example"))

    visitor.wait_for_text("Sunny")


def test_all_tabs_leave(visitor: DrivenBrowser, live_server: LiveServer, cover: Cover) -> None:
    other = visitor.another_tab()
    other.goto(f"{live_server.url}/newsletter/")
    visitor.goto(f"{live_server.url}/safety/")

    visitor.click(".exit")

    for tab in (visitor, other):
        tab.wait_for_text("Sunny")
    other.close()


def test_load_that_was_stopped_is_tried_again(visitor: DrivenBrowser, live_server: LiveServer, cover: Cover) -> None:
    visitor.goto(f"{live_server.url}/safety/")
    visitor.evaluate("addEventListener('quick-exit', () => queueMicrotask(() => stop()))")

    visitor.click(".exit")

    visitor.wait_for_text("Sunny")


def test_back_shows_what_was_typed_and_the_letter_is_taken_once(
    visitor: DrivenBrowser, live_server: LiveServer
) -> None:
    walk_to("review", visitor, live_server)

    visitor.back()
    visitor.wait_for("document.querySelector('main textarea')?.value === 'My town needs this law.'")
    visitor.push("main form [type=submit]:not([data-back])")
    visitor.wait_for_text("Who gets it, and how")
    visitor.push("main form [type=submit]:not([data-back])")
    visitor.wait_for_text("Your receipt")

    assert Action.objects.count() == 1
    assert visitor.evaluate("document.cookie.length + sessionStorage.length + localStorage.length") == 0
