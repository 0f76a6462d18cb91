"""What a visit weighs: the bytes that come over the wire into an empty cache, and what moves or complains meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import sleep
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Route, ViewportSize

from tests.browser.conftest import PHONE

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
LATE = 0.5  # seconds: later than any browser waits for a font that is optional

# Before any script of the page. What somebody sets off themselves (within half a second of a press) is no shift.
WATCH = """
    window.shifts = [];
    const place = ({y, height}) => `${y} to ${y + height}`;
    const name = node => (node?.outerHTML ?? node?.textContent ?? "").slice(0, 60);
    const report = ({value, sources}) => value.toFixed(4) + sources.map(({node, previousRect, currentRect}) =>
        ` from ${place(previousRect)} now ${place(currentRect)}: ${name(node)}`);
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifts.push(report(entry));
    }).observe({type: "layout-shift", buffered: true});
"""
SCROLL = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
        scrollTo({top, behavior: "instant"});
        await frame();
        await frame();
    }
    scrollTo({top: 0, behavior: "instant"});
    await frame();
}"""
# The one inline script is the exit's: it has to work before any file arrives.
CLASSIC = """[...document.scripts].filter((script, place) => script.type !== "module" && (script.src || place))
    .map(script => script.src || script.text.slice(0, 60))"""


@dataclass
class Load:
    """One request of a page and what came back."""

    url: str
    kind: str  # as the browser says it: Document, Stylesheet, Script, Font, Image …
    bytes: int = 0  # over the wire, with headers
    encoding: str = ""
    ended: bool = False


@dataclass
class Budget:
    """What a page may cost."""

    bytes: int = 60_000
    bytes_of_pictures: int = 0  # on top
    requests: int = 12
    requests_for_pictures: int = 8  # on top


@dataclass
class Visit:
    """Everything a page loaded and did while somebody looked at it."""

    loads: list[Load] = field(default_factory=list)
    shifts: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    classic: list[str] = field(default_factory=list)

    def bytes(self, *kinds: str) -> int:
        """Return the bytes of some kinds; of all unless told which."""
        return sum(load.bytes for load in self.loads if not kinds or load.kind in kinds)

    def faults(self, site: str, budget: Budget) -> list[str]:
        """Return everything that is not as it should be; an empty list for a light page."""
        pictures = [load for load in self.loads if load.kind == "Image"]
        others = [load for load in self.loads if load.kind != "Image"]
        weight, weight_of_pictures = (sum(load.bytes for load in loads) for loads in (others, pictures))
        found = [f"layout shift: {shift}" for shift in self.shifts]
        found += [f"console: {line}" for line in self.said]
        found += [f"script that is no module: {script}" for script in self.classic]
        found += [f"another host: {load.url}" for load in self.loads if not load.url.startswith(f"{site}/")]
        found += [
            f"not compressed: {load.url}" for load in others
            if load.kind in ("Stylesheet", "Script") and load.encoding not in ("br", "gzip")
        ]
        if weight > budget.bytes:
            found.append(f"bytes: {weight} of {budget.bytes}")
        if weight + weight_of_pictures > budget.bytes + budget.bytes_of_pictures:
            found.append(f"bytes with pictures: {weight + weight_of_pictures}")
        if len(others) > budget.requests:
            found.append(f"requests: {len(others)} of {budget.requests}")
        if len(pictures) > budget.requests_for_pictures:
            found.append(f"requests for pictures: {len(pictures)} of {budget.requests_for_pictures}")
        return found


def watch(page: Page) -> Visit:
    """Begin to write down what the page loads from now on, and what its console says."""
    visit = Visit()
    loads: dict[str, Load] = {}
    client = page.context.new_cdp_session(page)

    def asked(event: dict[str, Any]) -> None:
        if "redirectResponse" in event:  # the same request goes on to another address
            loads[event["requestId"]].bytes = int(event["redirectResponse"]["encodedDataLength"])
            loads[event["requestId"]].ended = True
        if urlsplit(event["request"]["url"]).scheme.startswith("http"):
            load = loads[event["requestId"]] = Load(event["request"]["url"], event.get("type", ""))
            visit.loads.append(load)

    def answered(event: dict[str, Any]) -> None:
        if load := loads.get(event["requestId"]):
            headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
            load.encoding = headers.get("content-encoding", "")

    def finished(event: dict[str, Any]) -> None:
        if load := loads.get(event["requestId"]):
            load.bytes, load.ended = int(event["encodedDataLength"]), True

    def failed(event: dict[str, Any]) -> None:
        if load := loads.get(event["requestId"]):
            load.ended = True
            visit.said.append(f"{load.url} did not load: {event['errorText']}")

    def said(line: ConsoleMessage) -> None:
        is_about_the_page = line.location["url"] == page.url and "status of 404" in line.text  # a missing page is one
        if line.type == "error" and not is_about_the_page:
            visit.said.append(line.text)

    client.on("Network.requestWillBeSent", asked)
    client.on("Network.responseReceived", answered)
    client.on("Network.loadingFinished", finished)
    client.on("Network.loadingFailed", failed)
    client.send("Network.enable")
    page.on("pageerror", lambda error: visit.said.append(str(error)))
    page.on("console", said)
    return visit


def settle(page: Page, visit: Visit) -> None:
    """Wait until everything the page asked for is there, and the browser has said so."""
    for _ in range(100):
        page.wait_for_timeout(100)
        if all(load.ended for load in visit.loads):
            return
    raise AssertionError([load.url for load in visit.loads if not load.ended])


@contextmanager
def visitor(browser: Browser, size: ViewportSize = PHONE, *, font_is_late: bool = False) -> Iterator[Page]:
    """A page of somebody who has never been here."""

    def hold(route: Route) -> None:
        sleep(LATE)
        route.continue_()

    context = browser.new_context(viewport=size)
    context.set_default_timeout(10_000)
    context.add_init_script(WATCH)
    if font_is_late:
        context.route("**/*.woff2", hold)
    try:
        yield context.new_page()
    finally:
        context.close()


def look(browser: Browser, url: str, size: ViewportSize = PHONE, *, font_is_late: bool = False) -> Visit:
    """Visit a page for the first time, wait for everything, and scroll through it."""
    with visitor(browser, size, font_is_late=font_is_late) as page:
        visit = watch(page)
        page.goto(url)
        page.evaluate(SCROLL)
        settle(page, visit)
        visit.shifts = page.evaluate("shifts")
        visit.classic = page.evaluate(CLASSIC)
        return visit
