"""A real Chromium against the live site, at the width of a phone unless a test says otherwise."""

import os
from collections.abc import Iterator
from threading import Thread

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser.cover import Cover

PHONE: ViewportSize = {"width": 390, "height": 664}
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]

# Playwright's loop runs in the thread of the test, which Django would take for an asynchronous view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(autouse=True)
def static_files(settings: LazySettings) -> None:
    """The live server finds static files under their own names, not under hashed ones."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests, with the back/forward cache that people have and Playwright turns off."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
        )
        yield browser
        browser.close()


def _context(chromium: Browser, **options: object) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=PHONE, **options)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A visitor on a phone."""
    yield from _context(chromium)


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer) -> Page:
    """A page of that visitor."""
    return context.new_page()


@pytest.fixture
def scriptless(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of a visitor without JavaScript."""
    for context in _context(chromium, java_script_enabled=False):
        yield context.new_page()


@pytest.fixture
def cover(settings: LazySettings) -> Iterator[Cover]:
    """The other website, running."""
    with Cover() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.COVER_URL = server.url
        yield server
        server.shutdown()
