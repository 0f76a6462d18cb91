"""How light the site is, on the bytes that a real server sends and a real browser with an empty cache takes.

Sizes count headers, and static files are compressed, as in production. A kilobyte is 1000 bytes.
"""

import gzip
import json
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, ViewportSize, expect

from polaris_site.cache_rules import RULES
from polaris_site.csp import EXIT_SCRIPT
from tests.browser.conftest import PHONE
from tests.browser.matrix import ALL
from tests.browser.test_every_page import NO_PAGES
from tests.browser.weight import DESKTOP, Budget, look, settle, visitor, watch
from tests.running import Site, Visitor, running_site

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SCRIPTS = 8_000  # bytes of all scripts together, compressed
STYLES = 15_000  # bytes of the styles that every page has, as written
STYLES_OF_A_PAGE = 1_500  # bytes of those that few pages add, each
ILLUSTRATED = Budget(bytes=60_000, bytes_of_pictures=40_000)  # a picture for each campaign
ALL_PARTS = Budget(bytes=80_000, bytes_of_pictures=40_000)  # no visitor's page, and sent as it is
BUDGETS = {"take-action": ILLUSTRATED, "raise-awareness": ILLUSTRATED, "styleguide": ALL_PARTS}
SLUG = "enablers-act"
ONE_WAY = [("en", PHONE, True)]  # language, window, and whether the font is late
WAYS_TO_LOOK = [*ONE_WAY, ("en", PHONE, False), ("es", PHONE, True), ("en", DESKTOP, True)] if ALL else ONE_WAY
ADDRESSES: dict[str, list[Any]] = {
    "actions:campaign": [SLUG], "newsletter:confirm": ["no-token"], "newsletter:leave": ["no-token"],
    "actions:confirm": ["no-token"], "actions:call": [SLUG, "no-ticket"], "actions:shared": [SLUG, "no-ticket"],
    "actions:course": [SLUG, "no-token"], "actions:lesson": [SLUG, "no-token", 1],
    "actions:certificate": [SLUG, "no-token"], "actions:certificate_found": ["NO-CODE"],
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The whole site with its demonstration content, served as production serves it."""
    with running_site(tmp_path_factory.mktemp("site"), CONGRESS_DATA_DIR="") as running:
        yield running


@pytest.fixture(scope="module")
def receipt(site: Site) -> str:
    """The address of somebody's receipt."""
    return Visitor(site.url, SLUG).act().removeprefix(site.url)


def addresses(language: str, receipt: str) -> Iterator[str]:
    """Return a path for every route that is a page, then for the pages that share one."""
    prefix = "" if language == "en" else f"/{language}"
    with translation.override(language):
        for route in sorted(set(RULES) - NO_PAGES - {"actions:receipt"}):
            yield reverse(route, args=ADDRESSES.get(route, []))
    yield prefix + receipt
    for slug in ("criminal-records-relief", "raise-awareness", "human-trafficking-training", "no-such-campaign"):
        yield f"{prefix}/take-action/{slug}/"


@pytest.mark.parametrize(("language", "size", "font_is_late"), WAYS_TO_LOOK, ids=str)
def test_every_page_is_light_stands_still_and_asks_nobody_else(
    chromium: Browser, site: Site, receipt: str, language: str, size: ViewportSize, font_is_late: bool
) -> None:
    for path in addresses(language, receipt):
        budget = BUDGETS.get(path.split("/")[-2], Budget())

        visit = look(chromium, site.url + path, size, font_is_late=font_is_late)

        assert visit.faults(site.url, budget) == [], path
        assert visit.bytes() > 1000, path  # something was measured


def test_no_step_of_the_form_costs_more_than_a_page(chromium: Browser, site: Site) -> None:
    with visitor(chromium) as page:
        visit = watch(page)
        page.goto(f"{site.url}/take-action/{SLUG}/")
        page.get_by_label("Your ZIP code").fill("07030")
        costs = [visit.bytes()]

        def press(button: str, leads_to: str) -> None:
            page.get_by_role("button", name=button).click()
            expect(page.get_by_role("heading", name=leads_to, exact=True)).to_be_visible()
            settle(page, visit)
            costs.append(visit.bytes() - sum(costs))

        press("Find my representatives", "Your letter")
        page.get_by_label("Title, such as Ms. or Mr.").select_option("Ms.")
        for label, text in {
            "First name": "Ana", "Last name": "Muster", "Street and number": "1 Main Street", "City": "Hoboken",
        }.items():
            page.get_by_label(label).fill(text)
        page.get_by_label("Email", exact=False).first.fill("ana@example.org")
        page.locator("[name=home_state]").select_option("NJ")
        page.locator("[name=district_number]").fill("8")
        press("Review my letter", "Check and send")
        press("Send my letter", "Your receipt")

        assert max(costs) <= Budget().bytes, costs
        assert min(costs) > 1000, costs
        assert visit.faults(site.url, Budget(bytes=sum(costs), requests=30)) == []


def script_bytes(site: Site, folder: Path) -> int:
    """Return what a browser loads that loads every script of the folder, and the one in each page's head."""
    names = json.loads((site.var / "static" / "staticfiles.json").read_text())["paths"]
    answers = [
        requests.head(f"{site.url}/static/{names[f'js/{file.name}']}", headers={"Accept-Encoding": "br, gzip"})
        for file in folder.glob("*.js")
    ]
    assert {answer.status_code for answer in answers} == {200}
    in_head = re.findall(r"<script>(.*?)</script>", requests.get(f"{site.url}/safety/").text, re.DOTALL)
    return sum(int(answer.headers["Content-Length"]) for answer in answers) + len(gzip.compress(in_head[0].encode()))


def test_all_scripts_together_are_small(site: Site) -> None:
    total = script_bytes(site, settings.BASE_DIR / "static" / "js")

    assert len(gzip.compress(EXIT_SCRIPT.encode())) < total <= SCRIPTS


def test_styles_are_small() -> None:
    sizes = {file.name: file.stat().st_size for file in (settings.BASE_DIR / "static" / "css").rglob("*.css")}

    assert sizes.pop("site.css") <= STYLES
    assert max(sizes.values()) <= STYLES_OF_A_PAGE, sizes


# --- Each of these checks finds what it looks for --------------------------------------------------


class HeavySite(BaseHTTPRequestHandler):
    """One page that does everything wrong, and its files."""

    PAGE = """<!doctype html><link rel="icon" href="data:,"><script>1</script><link rel="stylesheet" href="/heavy.css">
        <p id="first">Words</p><script src="/old.js"></script><script>console.error("trouble")</script>
        <img src="http://localhost:{port}/other.svg" width="9" height="9">
        <div style="height: 3000px"></div>""" + "".join(f'<img src="/{n}.svg" width="9" height="9">' for n in range(9))
    MOVE = """setInterval(() => first.before(Object.assign(document.createElement("p"), {innerText: "late"})), 100);
        throw new Error("broken");"""

    def do_GET(self) -> None:
        """Answer a file by its ending."""
        port = self.headers["Host"].rpartition(":")[2]
        noise = random.Random(1).randbytes(40_000).hex()  # cannot be compressed to less than half
        kind, body = {
            "css": ("text/css", f"/* {noise} */"), "js": ("text/javascript", self.MOVE),
            "svg": ("image/svg+xml", f"<svg xmlns='http://www.w3.org/2000/svg'><!-- {noise[:5000]} --></svg>"),
        }.get(self.path.rpartition(".")[2], ("text/html", self.PAGE.format(port=port)))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def heavy_site() -> Iterator[str]:
    """Run that site; yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), HeavySite) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_every_check_finds_what_is_wrong(chromium: Browser) -> None:
    with heavy_site() as url:
        visit = look(chromium, f"{url}/")

    found = visit.faults(url, Budget(requests=2))
    assert {fault.partition(":")[0] for fault in found} == {
        "layout shift", "console", "script that is no module", "another host", "not compressed", "bytes",
        "bytes with pictures", "requests", "requests for pictures",
    }
    assert "console: trouble" in found
    assert "console: broken" in found
    assert visit.faults(url, Budget(bytes=200_000, requests=3, requests_for_pictures=10)) == [
        fault for fault in found if not fault.startswith(("bytes", "requests"))
    ]
