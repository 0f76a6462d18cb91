"""Text as large, and spaces as wide, as somebody needs them: the way out stays whole and in sight."""

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.factories import create_campaign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATHS = ("/safety/", "/es/safety/", "/es/take-action/a-fair-law/")
# Of the first and the last screen: is Quick Exit wholly inside, and does a press on each corner meet it?
IN_SIGHT = """() => [0, 1].every(part => {
    scrollTo({top: document.documentElement.scrollHeight * part, behavior: "instant"});
    const exit = document.querySelector(".exit");
    const { left, right, top, bottom } = exit.getBoundingClientRect();
    const corners = [[left + 5, top + 5], [right - 5, top + 5], [left + 5, bottom - 5], [right - 5, bottom - 5]];
    return left >= 0 && right <= innerWidth && bottom <= innerHeight
        && corners.every(([x, y]) => document.elementFromPoint(x, y)?.closest("a") === exit);
})"""
WIDE_SPACES = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"


@pytest.mark.parametrize("size", [24, 32])
def test_quick_exit_stays_in_sight_where_all_text_is_large(
    chromium: Browser, live_server: LiveServer, size: int
) -> None:
    create_campaign(slug="a-fair-law")
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM, args=[*FLAGS, f"--blink-settings=defaultFontSize={size}"]
    )
    page = browser.new_page()

    for path in PATHS:
        page.goto(live_server.url + path)
        for width, height in [(320, 640), (390, 844), (1280, 800)]:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(IN_SIGHT), (path, width)

    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= size
    browser.close()


def test_quick_exit_stays_in_sight_where_all_spaces_are_wide(page: Page, live_server: LiveServer) -> None:
    create_campaign(slug="a-fair-law")

    for path in PATHS:
        page.goto(live_server.url + path)
        # By CSSOM: the policy of our pages refuses styles inside them.
        page.evaluate(f"""() => {{
            const sheet = new CSSStyleSheet();
            sheet.replaceSync({WIDE_SPACES!r});
            document.adoptedStyleSheets = [sheet];
        }}""")
        for width in (320, 390, 1024, 1280, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(IN_SIGHT), (path, width)


@pytest.mark.parametrize("size", [(1280, 500), (1024, 450), (1280, 720)], ids=["1280x500", "1024x450", "1280x720"])
def test_form_beside_the_text_is_never_under_the_bar(
    page: Page, live_server: LiveServer, size: tuple[int, int]
) -> None:
    create_campaign(slug="a-fair-law", body="A paragraph of the text beside it.\n\n" * 40)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{live_server.url}/take-action/a-fair-law/")
    page.locator("#go").click()
    page.locator(".error-summary").wait_for()

    page.locator("#id_zip").focus()
    page.keyboard.press("Tab")

    covered = page.evaluate("""() => {
        const [button, bar] = ["#go", ".bar"].map(name => document.querySelector(name).getBoundingClientRect());
        return button.bottom > bar.top || document.activeElement.id !== "go";
    }""")
    assert not covered
