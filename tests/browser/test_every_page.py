"""Every page the site has, in both languages and three sizes: the way out is in reach, and nothing is left behind."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from actions.models import Action
from campaigns.templatetags.open_graph import PAGES
from polaris_site.cache_rules import RULES
from tests.browser.tabs import Tab
from tests.factories import create_campaign, create_organisation, ensure_seats, take
from tests.test_cache_rules import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NO_PAGES = {
    "favicon", "leave", "counters", "health_live", "health_ready", "dev_mail_one", "campaigns:site_picture",
    "campaigns:campaign_picture", "campaigns:graphic",
}
SIZES = [(390, 844), (320, 568), (1280, 800), (568, 320), (390, 360), (320, 256)]
# What history, a bookmark or a shared link shows of a page on which somebody looks for help or did something.
NEUTRAL = {
    "hotline:safety": "Safety", "hotline:practice": "Safety", "actions:receipt": "Your receipt",
    "actions:confirm": "Please confirm", "actions:lost_receipt": "Find your receipt",
    "actions:shared": "This link leads nowhere",
    "newsletter:sign_up": "News by email", "newsletter:thanks": "Thank you for subscribing",
    "newsletter:confirm": "This link has ended", "newsletter:leave": "This link has ended",
    "actions:course": "This link leads nowhere", "actions:lesson": "This link leads nowhere",
    "actions:certificate": "This link leads nowhere", "actions:certificate_found": "This link leads nowhere",
}

# In each part of the page: is the one way out in sight, large enough, and what a press there meets?
HITS = """() => [0, .5, 1].map(part => {
    scrollTo({top: document.documentElement.scrollHeight * part, behavior: "instant"});
    const found = [...document.querySelectorAll(".exit")];
    const box = found[0].getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const corners = [[x, y], [box.x + 4, box.y + 4], [box.right - 4, box.bottom - 4]];
    return found.length === 1 && box.width >= 48 && box.height >= 48
        && document.documentElement.scrollWidth <= innerWidth
        && corners.every(([x, y]) => document.elementFromPoint(x, y)?.closest("a") === found[0]);
})"""
KEPT = "sessionStorage.length + localStorage.length + document.cookie.length"


@pytest.fixture
def action() -> Action:
    ensure_seats()
    create_organisation()
    return take(create_campaign(slug="a-fair-law", position=1), doubt="check")


def pages(action: Action, language: str) -> Iterator[tuple[str, str]]:
    """Return route and address of every page; a new route without one fails in `tests/test_cache_rules.py`."""
    with translation.override(language):
        yield from [(route, address(route, action)) for route in RULES if route not in NO_PAGES]
    yield "a missing page", "/nothing-here/" if language == "en" else "/es/nothing-here/"


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_can_be_left_and_leaves_nothing_behind(
    page: Page, live_server: LiveServer, action: Action, language: str
) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))

    for route, path in pages(action, language):
        page.goto(live_server.url + path)
        for width, height in SIZES if language == "es" else SIZES[:3]:  # Spanish words are longer
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(HITS) == [True] * 3, (route, width, height)
        assert page.evaluate(KEPT) == 0, route
        passed_on = route in {*PAGES, "home"}  # the others show no picture where somebody pastes their link
        assert page.evaluate("Boolean(document.querySelector('meta[property*=image]'))") == passed_on, route
        if language == "en" and route in NEUTRAL:
            assert page.title() == NEUTRAL[route]

    assert page.context.cookies() == []
    assert {url for url in asked if not url.startswith(live_server.url)} == set()
    assert [line for line in said if "404" not in line] == []


def test_bar_wraps_no_word_and_keeps_one_row(page: Page, live_server: LiveServer) -> None:
    for path in ("/safety/", "/es/safety/"):
        page.goto(live_server.url + path)
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 664})
            box = page.locator(".bar").bounding_box()
            assert box
            assert box["height"] <= 56
            clipped = page.evaluate(
                "[...document.querySelectorAll('.bar a')].filter(a => a.checkVisibility())"
                ".filter(a => a.scrollWidth > a.offsetWidth).map(a => a.innerText)"
            )
            assert clipped == [], (path, width)


def test_with_a_keyboard_open_nothing_else_can_be_pressed_near_the_button(page: Page, live_server: LiveServer) -> None:
    create_campaign(slug="a-fair-law")
    page.set_viewport_size({"width": 390, "height": 360})
    page.goto(f"{live_server.url}/take-action/a-fair-law/")
    around = """() => {
        const { left, right, top, bottom } = document.querySelector(".exit").getBoundingClientRect();
        const pressed = new Set();
        for (let x = Math.max(left - 23, 0); x < Math.min(right + 23, innerWidth); x += 4)
            for (let y = top - 23; y < Math.min(bottom + 23, innerHeight); y += 4)
                pressed.add(document.elementFromPoint(x, y)?.closest("a, button, input, label, summary"));
        return [...pressed].filter(Boolean).map(one => one.className);
    }"""

    # Put Send, and then each line of the page, where it would be nearest.
    for step in range(0, 1200, 12):
        page.evaluate(f"scrollTo({{top: {step}, behavior: 'instant'}})")
        assert page.evaluate(around) == ["exit"], step

    others = page.locator(".bar a:not(.exit)")
    assert not any(other.is_visible() for other in others.all())


def test_button_stays_in_sight_where_somebody_zooms_in(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/newsletter/")

    Tab(page).send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2.5})

    page.wait_for_function("""(() => {
        const box = document.querySelector(".exit").getBoundingClientRect();
        const { offsetLeft, offsetTop, width, height, scale } = visualViewport;
        return scale === 2.5 && box.left >= offsetLeft && box.right <= offsetLeft + width + 1
            && box.top >= offsetTop && box.bottom <= offsetTop + height + 1;
    })()""")


def test_printed_page_holds_the_numbers_once_and_no_button(page: Page, live_server: LiveServer) -> None:
    for path in ("/safety/", "/newsletter/"):
        page.goto(live_server.url + path)
        page.emulate_media(media="print")

        numbers = page.locator("a[href='tel:+18883737888']").all()
        assert len([number for number in numbers if number.is_visible()]) == 1, path
        assert not page.locator(".exit").is_visible()


@pytest.mark.usefixtures("live_server")
def test_button_has_an_edge_where_colours_are_the_readers_own(chromium: Browser, live_server: LiveServer) -> None:
    context = chromium.new_context(forced_colors="active", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{live_server.url}/safety/")

    style = page.evaluate("(({borderTopWidth, borderTopStyle, borderTopColor}) => [borderTopWidth, borderTopStyle, "
                          "borderTopColor])(getComputedStyle(document.querySelector('.exit')))")

    assert style[:2] == ["2px", "solid"]
    assert style[2] != page.evaluate("getComputedStyle(document.querySelector('.bar')).backgroundColor")
    assert page.evaluate("document.getAnimations().length") == 0
    context.close()


@pytest.mark.parametrize("path", ["/admin/", "/admin/hotline/hotline/add/", "/admin/campaigns/campaign/add/"])
def test_admin_works_under_the_policy(page: Page, live_server: LiveServer, path: str) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("staff"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(live_server.url + path)

    expect(page.locator("#user-tools")).to_be_visible()
    assert said == []


def test_sign_in_page_of_staff_works_under_the_policy(page: Page, live_server: LiveServer) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(f"{live_server.url}/admin/login/")

    assert said == []
