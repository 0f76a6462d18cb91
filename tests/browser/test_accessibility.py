"""What WCAG 2.2 AA asks, as far as a program can tell, and text contrast of AAA: on every page in every state.

With TEST_MATRIX=all in both languages, both colour schemes and three sizes (`make test-all`).
"""

from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.axe import faults, least_contrast, run_axe
from tests.browser.matrix import LANGUAGES, each_look
from tests.browser.states import Visit, every_state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_found_on_any_page_in_any_state(
    page: Page, live_server: LiveServer, settings: LazySettings, tmp_path: Path, language: str
) -> None:
    found: list[str] = []
    visit = Visit(page, live_server.url, settings, tmp_path, language)

    for name in every_state(visit):  # in one test: each would set the database up anew
        for look in each_look(page):
            found += [f"{name}, {look}: {fault}" for fault in faults(page)]

    assert found == [], "\n".join(found)


# What is put into a good page → the rule that has to speak up.
FAULTY = {
    "<img src='/static/img/star.svg'>": "image-alt",
    "<button></button>": "button-name",
    "<input>": "label",
    "<button aria-label='Go'>Send it</button>": "label-content-name-mismatch",
    "<nav aria-label='Main'></nav><nav aria-label='Main'></nav>": "landmark-unique",
    "<h5>Skips levels</h5>": "heading-order",
    "<p lang='xx-nothing'>?</p>": "valid-lang",
    "<p data-style='color: #808080; background: #fff'>Too pale for AA</p>": "color-contrast:",
    "<p data-style='color: #666; background: #fff'>Enough for AA, not for AAA</p>": "color-contrast-enhanced",
    "<p><button data-style='all: unset; width: 10px; height: 10px'>a</button>"
    "<button data-style='all: unset; width: 10px; height: 10px'>b</button></p>": "target-size",
    "<p data-style='color: #fff; background: linear-gradient(#000, #888)'>On a gradient</p>": "contrast measured",
}
INSERT = """html => {
    const main = document.querySelector("main");
    main.insertAdjacentHTML("beforeend", `<div id="faulty">${html}</div>`);
    for (const element of main.querySelectorAll("[data-style]")) element.style.cssText = element.dataset.style;
}"""


def test_faults_are_found(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/newsletter/thanks/")
    assert faults(page) == []

    for html, rule in FAULTY.items():
        page.evaluate(INSERT, html)
        assert any(fault.startswith(rule) for fault in faults(page)), (rule, faults(page))
        page.evaluate("document.querySelector('#faulty').remove()")

    assert faults(page) == []


def test_contrast_is_measured_from_the_pixels(page: Page) -> None:
    page.set_content("""
        <p id="far" style="color: #fff; background: linear-gradient(#000, #000)">Black and white</p>
        <p id="half" style="color: #fff; background: linear-gradient(#767676, #767676)">4.54:1</p>
        <p id="patch" style="width: 200px; color: #fff; background: linear-gradient(90deg, #000 50%, #fff 50%)">
            One part of it is lost</p>
        <p id="speck" style="color: #fff; background: linear-gradient(#fff, #fff) 20px 8px / 1px 1px no-repeat #000">
            One dot of light</p>
        <p id="thin" style="color: rgb(255 255 255 / .5); background: linear-gradient(#000, #000)">Half seen</p>
        <input id="field" value="Lost" style="color: #fff; background: linear-gradient(#fff, #fff)">
        <h1 id="large" style="color: #fff; background: linear-gradient(#000, #000)">Large</h1>
    """)

    names = ("far", "half", "patch", "speck", "thin", "field", "large")
    measured = {name: least_contrast(page, f"#{name}") for name in names}

    ratios = {name: ratio for name, (ratio, _) in measured.items()}
    assert ratios["far"] == pytest.approx(21)
    assert ratios["half"] == pytest.approx(4.54, abs=.01)
    assert ratios["patch"] == pytest.approx(1)
    assert ratios["speck"] > 15
    assert ratios["thin"] == pytest.approx(5.3, abs=.1)  # white at half is #808080
    assert ratios["field"] == pytest.approx(1)
    assert [name for name, (_, is_large) in measured.items() if is_large] == ["large"]
    assert run_axe(page)["incomplete"]
