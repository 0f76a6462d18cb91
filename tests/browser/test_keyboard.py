"""Everything works with the keyboard alone, and what has the focus can be seen: on every page in every state."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.matrix import ALL, LANGUAGES, each_look
from tests.browser.states import Visit, every_state
from tests.browser.stops import kinds_of_stops, tab_through
from tests.browser.test_journey import fill_in
from tests.factories import create_campaign, create_congress

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The first two stops skip to the content and leave the site, the last one is Quick Exit.
ENDS = """[
    stops[0].getAttribute("href"), stops[1].getAttribute("data-exit"), stops.at(-1).matches(".exit"),
]"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_tab_leads_through_every_state_and_back_and_nothing_it_comes_to_is_covered(
    page: Page, live_server: LiveServer, settings: LazySettings, tmp_path: Path, language: str
) -> None:
    found: list[str] = []
    seen: set[tuple[str, str]] = set()

    for name in every_state(Visit(page, live_server.url, settings, tmp_path, language)):
        kinds = kinds_of_stops(page)
        if page.evaluate(ENDS) != ["#content", "", True]:
            found.append(f"{name}: the ways out are not where they should be")
        if kinds <= seen and not ALL:
            continue  # what Tab comes to here, it came to elsewhere
        seen |= kinds
        for look in each_look(page):
            found += [f"{name}, {look}: {fault}" for fault in tab_through(page)]

    assert found == [], "\n".join(found)


# The head of a page with two good links, and what comes between them → what is said of it.
GOOD = """<!doctype html><html lang="en"><style>
    :focus-visible { outline: 3px solid #000; outline-offset: 2px }
    body { margin: 20px }
    .bar { position: fixed; bottom: 0; width: 100%; height: 60px; background: #eee }
    </style><p><a href="#a">First</a></p>{}<p><a href="#b">Last</a></p>"""
FAULTY = {
    "<p><a href='#c' style='outline: none'>No ring</a></p>": "ring: ",
    "<p><a href='#c' style='outline-width: 1px'>Thin ring</a></p>": "ring: ",
    "<p><a href='#c' style='outline-color: #bbb'>Pale ring</a></p>": "ring rgb(187, 187, 187) on rgb(255 255 255) 1.92",
    "<p style='background: #222'><br><a href='#c'>Dark on dark</a><br><br></p>": "ring rgb(0, 0, 0) on rgb(34 34 34)",
    "<p style='background: linear-gradient(#fff, #000)'><br><a href='#c'>On a gradient</a><br><br></p>": "ring rgb(0",
    "<p style='overflow: hidden; padding: 0 20px'><a href='#c' style='display: block'>Cut</a></p>": "ring cut by <p",
    "<p style='margin-left: -60px'><a href='#c'>Outside</a></p>": "out of the window",
    "<p style='position: relative'><a href='#c'>Covered</a><b style='position: absolute; inset: 0'></b></p>": "covered",
    "<p style='height: 3000px'></p><div class='bar'></div>": "covered",
    "<p><a href='#c' tabindex='1'>Out of order</a></p>": "stop 2 where 1 of 3 comes",
    "<p><a href='#c' onkeydown='return false'>A trap</a></p>": "stop 1 where 2 of 3 comes",
}


def test_faults_are_found(page: Page) -> None:
    page.set_content(GOOD.replace("{}", "<p><input type=radio name=r><input type=radio name=r></p>"))
    assert tab_through(page) == []

    for html, words in FAULTY.items():
        page.set_content(GOOD.replace("{}", html))
        said = tab_through(page)
        assert any(words in fault for fault in said), (html, said)


def reach(page: Page, css: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(80):
        if page.evaluate("css => document.activeElement.matches(css)", css):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{css} is not reached by Tab")


def press(page: Page, css: str, key: str = "Enter") -> None:
    """Go to a button or link, and press it."""
    reach(page, css)
    page.keyboard.press(key)


def test_from_a_card_to_the_receipt_without_a_mouse(page: Page, live_server: LiveServer) -> None:
    create_congress()
    create_campaign(slug="a-fair-law", position=1)
    page.goto(f"{live_server.url}/take-action/")
    press(page, "main a[href$='/a-fair-law/']")
    page.wait_for_url("**/a-fair-law/")

    # A mistake: what is wrong is said, and its link leads to the field.
    press(page, "#go")
    expect(page.locator("#id_zip")).to_have_attribute("aria-invalid", "true")
    press(page, "main a[href='#id_zip']")
    expect(page.locator("#id_zip")).to_be_focused()
    page.keyboard.type("07302")
    page.keyboard.press("Enter")
    expect(page.locator("[data-steps=details] h1")).to_be_focused()

    # A choice by its arrows, the rest by its letters.
    reach(page, "#id_office_0")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#id_office_1")).to_be_checked()
    typed = {
        "#id_prefix": "Ms", "#id_first_name": "Ana", "#id_last_name": "Muster", "#id_email": "a@example.org",
        "#id_address1": "1 Main Street", "#id_city": "Jersey City", "#id_own_words": "My town needs this law.",
    }
    for css, text in typed.items():
        reach(page, css)
        page.keyboard.type(text)
    press(page, "#id_news", "Space")
    press(page, "#go")
    expect(page.locator("[data-steps=review] h1")).to_be_focused()

    # Back to change something, and on again.
    press(page, "button[value=edit]")
    expect(page.locator("[data-steps=details] h1")).to_be_focused()
    expect(page.locator("#id_city")).to_have_value("Jersey City")
    press(page, "#go")
    expect(page.locator("[data-steps=review] h1")).to_be_focused()
    press(page, "button[value=send]")
    page.wait_for_url("**/receipt/*/")

    # On the receipt a press opens the text, and "not me" stops it.
    press(page, "button[value=words]")
    expect(page.locator("#copy")).to_be_visible()
    press(page, "summary:not(li summary)")
    press(page, "button[value=not_me]", "Space")
    expect(page.locator("button[value=not_me]")).to_have_count(0)


def test_the_second_stop_leaves_the_site(page: Page, live_server: LiveServer) -> None:
    page.context.route("https://www.weather.gov/", lambda route: route.fulfill(body="weather"))
    page.goto(f"{live_server.url}/take-action/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Leave this site")).to_be_focused()

    page.keyboard.press("Enter")

    page.wait_for_url("https://www.weather.gov/")


def test_skipping_to_the_content_goes_on_there(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/newsletter/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


# What is read first to last, without style: the shortcuts, the header, the page, the footer and the bar.
PARTS = """[...document.body.children].filter(part => part.checkVisibility() && part.innerText.trim())
    .map(part => part.matches(".bar") ? "bar" : part.localName)"""


@pytest.mark.parametrize("scripts", ["with scripts", "without scripts"])
def test_without_style_the_letter_reads_in_order_and_is_sent(
    scripts: str, page: Page, scriptless: Page, live_server: LiveServer
) -> None:
    create_congress()
    create_campaign(slug="a-fair-law", position=1)
    visitor = page if scripts == "with scripts" else scriptless
    stopped: list[str] = []

    def without(route: Route) -> None:
        stopped.append(route.request.url)
        route.abort()

    visitor.route("**/*.css", without)
    visitor.goto(f"{live_server.url}/take-action/a-fair-law/")
    assert visitor.evaluate(PARTS) == ["nav", "header", "main", "footer", "bar"]
    assert visitor.evaluate("document.querySelector('h1, h2, h3').localName") == "h1"
    assert stopped

    visitor.get_by_label("Your ZIP code").fill("07030")
    visitor.get_by_role("button", name="Find my representatives").click()
    for field in ("Title", "First name", "Last name", "Email", "Street", "City", "In your own words"):
        expect(visitor.get_by_label(field, exact=False).first).to_be_visible()
    fill_in(visitor)
    # The box for programs has no style to hide it, so its label says what to do.
    expect(visitor.get_by_text("Leave this empty")).to_be_visible()
    visitor.get_by_role("button", name="Review my letter").click()
    expect(visitor.get_by_text("My town needs this law.")).to_be_visible()
    visitor.get_by_role("button", name="Send my letter").click()

    expect(visitor.get_by_role("heading", name="Your receipt")).to_be_visible()
    assert visitor.evaluate(PARTS) == ["nav", "header", "main", "footer", "bar"]
