"""What a phone shows before anybody scrolls: where one is, what one can do, the other language, and the way out."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from campaigns import demo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Wholly in the window, and over no bar.
SEEN = """element => {
    const { top, bottom, left, right } = element.getBoundingClientRect();
    const bar = document.querySelector(".bar").getBoundingClientRect();
    return top >= 0 && left >= 0 && right <= innerWidth && bottom <= bar.top;
}"""


@pytest.mark.parametrize("size", [(390, 664), (320, 568)], ids=["390x664", "320x568"])
@pytest.mark.parametrize("prefix", ["", "/es"], ids=["English", "Spanish"])
def test_headline_and_what_to_do_are_on_the_first_screen(
    page: Page, live_server: LiveServer, prefix: str, size: tuple[int, int]
) -> None:
    demo.load()
    page.set_viewport_size({"width": size[0], "height": size[1]})

    for path, to_do in {"": ".hero .button", "enablers-act/": "#id_zip", "fund-legal-help/": "#id_zip"}.items():
        page.goto(f"{live_server.url}{prefix}/take-action/{path}")
        for part in ("h1", to_do, "header [hreflang]"):
            assert page.locator(part).first.evaluate(SEEN), (path, part)
