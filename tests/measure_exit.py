"""How fast Quick Exit is, beside a plain link of the same page: `make exit-times`.

It prints medians of many presses in Chromium at a phone's width, in milliseconds: from the press until the empty page
is painted, and until the other website (another server of this machine) is asked.
"""

import json
import sys
import tempfile
from pathlib import Path
from statistics import median
from threading import Thread

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, PHONE
from tests.browser.cover import Cover
from tests.running import running_site

PRESSES = 25

# Before any script of the page: when the press came, and when the first frame after it was painted.
WATCH = """addEventListener("click", event => {
    const pressed = event.timeStamp;
    requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => console.log(JSON.stringify(
            [performance.timeOrigin + pressed, performance.now() - pressed, document.body.innerText]));
        channel.port2.postMessage(0);
    });
}, true)"""


def press(browser: Browser, site: str, cover: Cover, *, plain: bool) -> tuple[float, float]:
    """Press once on a new page; return milliseconds until the next frame was painted, and until the cover was asked."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{site}/safety/")
    if plain:
        page.evaluate("document.querySelector('.exit').removeAttribute('data-exit')")
    asked = len(cover.asked_at)
    with page.expect_console_message(lambda message: message.text.startswith("[")) as said:
        page.locator(".exit").click(no_wait_after=True)
    pressed, painted, shown = json.loads(said.value.text)
    assert plain or shown == "Loading", shown
    while len(cover.asked_at) == asked:
        page.wait_for_timeout(5)
    context.close()
    return painted, cover.asked_at[asked] * 1000 - pressed


def main() -> int:
    """Print both, and the ratio."""
    with Cover() as cover, tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        cover.seconds = 0.5  # so that the page is still there to be measured
        Thread(target=cover.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with running_site(Path(folder), COVER_URL=cover.url) as site:
            exits = [press(browser, site.url, cover, plain=False) for _ in range(PRESSES)]
            links = [press(browser, site.url, cover, plain=True) for _ in range(PRESSES)]
        browser.close()
        cover.shutdown()
    painted, asked = (median(one[part] for one in exits) for part in (0, 1))
    limit = median(one[1] for one in links)
    print(  # this program talks to a terminal
        f"median of {PRESSES}: empty page painted after {painted:.0f} ms (slowest {max(one[0] for one in exits):.0f}), "
        f"other website asked after {asked:.0f} ms (slowest {max(one[1] for one in exits):.0f}); "
        f"a plain link asks after {limit:.0f} ms: ratio {asked / limit:.2f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
