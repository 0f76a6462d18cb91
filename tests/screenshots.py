"""Pictures of every page and state, to be looked at: `make screenshots`. They lie in VAR_DIR/screenshots.

On a phone and a desktop, in both languages, light and dark, each page whole; and what a small screen shows first.
ONLY limits it to pictures whose name holds one of these words: `make screenshots ONLY=take-action,receipt`.
"""

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import requests
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.running import Site, Visitor, running_site, wait_until

FOLDER = Path(os.environ.get("VAR_DIR", "var")).resolve() / "screenshots"
ONLY = [word for word in os.environ.get("ONLY", "").split(",") if word]
SIZES: list[ViewportSize] = [{"width": 390, "height": 844}, {"width": 1280, "height": 800}]
FIRST_SCREENS: list[ViewportSize] = [
    {"width": 390, "height": 664}, {"width": 320, "height": 568}, {"width": 390, "height": 360},
]
CAMPAIGN = "/take-action/enablers-act/"
PAGES = {
    "take-action": "/take-action/", "all-actions": "/take-action/all/", "how-we-count": "/take-action/how-we-count/",
    "campaign-won": "/take-action/criminal-records-relief/", "campaign-share": "/take-action/raise-awareness/",
    "campaign-training": "/take-action/human-trafficking-training/", "campaign-letter": CAMPAIGN,
    "campaign-letter-2": "/take-action/fund-legal-help/", "lost-receipt": "/take-action/receipt/",
    "newsletter": "/newsletter/", "newsletter-thanks": "/newsletter/thanks/", "link-is-over": "/newsletter/leave/none/",
    "safety": "/safety/", "practice": "/safety/try/", "not-found": "/no-such-page/", "dev-mail": "/dev/mail/",
    "styleguide": "/styleguide/",
}
# What the letter that we sent is turned into, and so what its sender reads; see `actions/states.py`.
RECEIPTS = {
    "delivered": "state = 'delivered'",
    "on-its-way": "state = 'queued', due = datetime('now', '+1 hour'), finished_at = NULL",
    "waiting": "state = 'waiting', finished_at = NULL",
    "unknown": "state = 'unknown', body_started_at = datetime('now'), finished_at = NULL",
    "failed": "state = 'failed', error = 'http_400 City'",
    "returned": "state = 'returned'",
    "unconfirmed": "state = 'unconfirmed', body_started_at = datetime('now')",
    "expired": "state = 'expired'",
}
OF_LAST_ACTION = "action_id = (SELECT max(id) FROM actions_action)"


@dataclass
class Camera:
    """Takes pictures of what one page shows now."""

    page: Page
    language: str
    taken: int = 0

    def take(self, name: str) -> None:
        """Draw the whole page, in each size and scheme."""
        for size in SIZES:
            for scheme in ("light", "dark"):
                self._draw(f"{name}-{self.language}-{size['width']}-{scheme}", size, scheme)
        self.page.set_viewport_size(SIZES[0])

    def take_first_screen(self, name: str) -> None:
        """Draw what a small screen shows before anybody scrolls."""
        for size in FIRST_SCREENS:
            screen = f"{size['width']}x{size['height']}"
            self._draw(f"{name}-first-{self.language}-{screen}", size, "light", whole=False)

    def _draw(self, name: str, size: ViewportSize, scheme: str, *, whole: bool = True) -> None:
        if ONLY and not any(word in name for word in ONLY):
            return
        self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        self.page.set_viewport_size(size)
        if whole:  # a window as high as the page: what sticks to its edge then lies over nothing
            height = max(self.page.evaluate("document.documentElement.scrollHeight"), size["height"])
            self.page.set_viewport_size({"width": size["width"], "height": height})
        self.page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        self.page.evaluate("Promise.all([...document.images].map(image => image.decode()))")
        self.page.evaluate("document.fonts.ready.then(() => null)")
        # What scrolls by itself, such as a long text to copy, is painted a little later.
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 60)))")
        self.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
        self.taken += 1


def make_receipts(site: Site) -> dict[str, str]:
    """Take actions and leave each in another state; return the addresses of what is to be seen of them."""
    found = {}
    unsent = f"SELECT 1 FROM actions_message WHERE {OF_LAST_ACTION} AND state IN ('queued', 'sending')"
    for name, change in RECEIPTS.items():
        found[f"receipt-{name}"] = Visitor(site.url, "enablers-act").act(own_words="My town needs this law.")
        wait_until("the letter is sent", lambda: not site.rows(unsent), within=30)
        site.rows(f"UPDATE actions_message SET {change} WHERE {OF_LAST_ACTION} AND gateway <> ''")
    found["receipt-nothing-left"] = Visitor(site.url, "enablers-act").act()
    site.rows(f"UPDATE actions_message SET self_sent_at = datetime('now') WHERE {OF_LAST_ACTION} AND gateway = ''")
    found["receipt-not-me"] = Visitor(site.url, "enablers-act").act()
    requests.post(f"{site.url}{found['receipt-not-me']}", data={"act": "not_me"}, timeout=30).raise_for_status()
    found["receipt-held"] = Visitor(site.url, "enablers-act").act(website="filled in by a program")
    return found


def walk_pages(camera: Camera, site: str, prefix: str, receipts: dict[str, str]) -> None:
    """Draw everything that an address alone leads to."""
    for name, path in (PAGES | receipts).items():
        camera.page.goto(f"{site}{path if name == 'dev-mail' else prefix + path}")
        camera.take(name)
        if name in ("take-action", "campaign-letter"):
            camera.take_first_screen(name)


def walk_form(camera: Camera, site: str, prefix: str) -> None:
    """Write a letter, draw every step and what is said of mistakes on the way."""
    page = camera.page

    def enter_zip(code: str) -> None:
        page.goto(f"{site}{prefix}{CAMPAIGN}")
        page.locator("[name=zip]").fill(code)
        page.locator("[name=zip]").press("Enter")

    def send_details() -> None:
        page.locator("form:has([name=step][value=details]) [type=submit]").click()

    enter_zip("0703")
    page.locator("[aria-invalid=true]").wait_for()
    camera.take("campaign-zip-error")
    if os.environ.get("CONGRESS_DATA_DIR"):
        enter_zip("07302")  # lies in two districts
        page.locator("[name=office]").first.wait_for()
        camera.take("district-chooser")
        enter_zip("09012")  # a military address abroad
        page.locator("main").get_by_text("09012").first.wait_for()
        camera.take("no-member")
    enter_zip("07030")
    page.locator("[name=first_name]").wait_for()
    camera.take("details")
    page.locator("[name=email]").first.fill("ana@example")
    send_details()
    page.locator("[aria-invalid=true]").first.wait_for()
    camera.take("details-errors")
    page.locator("[name=prefix]").select_option("Ms.")
    typed = {
        "first_name": "Ana", "last_name": "Muster", "email": f"ana.{camera.language}@example.org",
        "address1": "1 Main Street", "city": "Hoboken", "own_words": "My town needs this law.",
    }
    for name, text in typed.items():
        page.locator(f"form:has([value=details]) [name={name}]").fill(text)
    if page.locator("[name=home_state]").count():  # no tables of Congress are loaded
        page.locator("[name=home_state]").select_option("NJ")
        page.locator("[name=district_number]").fill("8")
    camera.take("details-filled-in")
    send_details()
    page.locator("button[value=send]").wait_for()
    camera.take("review")
    page.locator("button[value=send]").click()
    page.wait_for_url("**/receipt/*/")
    camera.take("receipt-new")
    page.locator("button[value=words]").first.click()
    page.locator("textarea[readonly], main pre").first.wait_for()
    camera.take("receipt-text-to-copy")


def walk_newsletter(camera: Camera, site: str, prefix: str) -> None:
    """Draw what is said of an address that is none, and of one that is."""
    field = camera.page.locator("[name=email]")
    camera.page.goto(f"{site}{prefix}/newsletter/")
    field.fill("ana@example")
    field.press("Enter")
    camera.page.locator("[aria-invalid=true]").wait_for()
    camera.take("newsletter-error")
    field.fill("ana@example.org")
    field.press("Enter")
    field.wait_for(state="detached")
    camera.take("newsletter-signed-up")


def walk(browser: Browser, site: Site, language: str, receipts: dict[str, str]) -> int:
    """Go everywhere in one language; return how many pictures that made."""
    prefix = "" if language == "en" else f"/{language}"
    with browser.new_context(viewport=SIZES[0]) as context:
        context.set_default_timeout(10_000)
        camera = Camera(context.new_page(), language)
        walk_pages(camera, site.url, prefix, receipts)
        walk_form(camera, site.url, prefix)
        walk_newsletter(camera, site.url, prefix)
        return camera.taken


def main() -> int:
    """Draw everything on a site of its own, and say where it lies."""
    if not ONLY:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_site(Path(folder)) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        receipts = make_receipts(site)
        taken = sum(walk(browser, site, language, receipts) for language in ("en", "es"))
        browser.close()
    print(f"{taken} pictures in {FOLDER}")  # this program talks to a terminal
    return 0


if __name__ == "__main__":
    sys.exit(main())
