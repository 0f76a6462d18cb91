"""Every page in every state can be read at 400 % and with wide spacing, pressed by a shaking hand, and stands still."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.layout import MOTION, OUTLINE, REFLOW, TARGETS, reflow, said
from tests.browser.matrix import LANGUAGES, SIZES
from tests.browser.states import Visit, every_state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = [(320, 568), (320, 256)]  # the second is 1280x1024 at 400 %


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_fits_can_be_pressed_and_stands_still(
    page: Page, live_server: LiveServer, settings: LazySettings, tmp_path: Path, language: str
) -> None:
    found: list[str] = []
    page.emulate_media(reduced_motion="reduce")

    for name in every_state(Visit(page, live_server.url, settings, tmp_path, language)):
        found += [f"outline: {name}: {fault}" for fault in said(page, OUTLINE, language)]
        found += [f"motion: {name}: {fault}" for fault in said(page, MOTION)]
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            found += [f"target: {name}, {width} wide: {fault}" for fault in said(page, TARGETS)]
        for width, height in NARROW:
            found += [f"reflow: {name}, {width}x{height}: {fault}" for fault in reflow(page, width, height)]

    assert found == [], "\n".join(sorted(found))


GOOD = """<!doctype html><html lang="en"><title>Good</title><base href="https://example.org/">
    <a href="/es/" lang="es" hreflang="es" style="display: block; line-height: 44px">Español</a>
    <h1>Heading</h1><p>Some words and <a href="#" style="line-height: 24px">a link</a> between.</p>"""
# What is put at the end of a good page → the check that has to speak up, and how it begins.
FAULTY = [
    ("<p style='width: 700px'>Wide</p>", REFLOW, "scrolls sideways"),
    ("<p style='overflow: hidden; width: 40px; white-space: nowrap'>Longer than that</p>", REFLOW, "cut off"),
    ("<p>One line</p><p style='margin-top: -34px'>Another</p>", REFLOW, "over each other"),
    ("<p style='margin-left: -50px'>Gone</p>", REFLOW, "leaves the page"),
    ("<button style='width: 44px; height: 30px'>Go</button>", TARGETS, "<button"),
    ("<a class='exit' href='/away/' style='display: block; width: 47px; height: 47px'>Exit</a>", TARGETS, "<a"),
    ("<p><a href='/alone/'>Stands alone</a></p>", TARGETS, "<a"),
    ("<p style='line-height: 18px'>In <a href='/in/'>tight</a> lines</p>", TARGETS, "<a"),
    ("<label>Yes <input type='checkbox'></label>", TARGETS, "<input"),
    ("<p style='transition: opacity 1s'>Would fade</p>", MOTION, "would move"),
    ("<style>@keyframes turn { to { rotate: 1turn } }</style><p style='animation: turn 9s'>Turns</p>", MOTION, "runs"),
    ("<h1>Second</h1>", OUTLINE, "2 headings"),
    ("<a hreflang='es' lang='es' href='/here/'>Español</a>", OUTLINE, "/here/ is not in es"),
    ("<a hreflang='es' href='/es/'>Español</a>", OUTLINE, "a link in es says"),
    ("<input name='zip' aria-invalid='true'>", OUTLINE, "says nothing"),
    ("<input aria-invalid='true' aria-describedby='x'><p id='x'>Wrong</p>", OUTLINE, "the mistake is not announced"),
]
CHECKS = (REFLOW, TARGETS, MOTION, OUTLINE)


def test_faults_are_found(page: Page) -> None:
    def all_said() -> list[str]:
        return [line for check in CHECKS for line in said(page, check, *(["en"] if check is OUTLINE else []))]

    page.set_content(GOOD)
    assert all_said() == []

    for html, check, words in FAULTY:
        page.set_content(GOOD + html)
        spoken = said(page, check, *(["en"] if check is OUTLINE else []))
        assert any(line.startswith(words) for line in spoken), (html, spoken)


def test_a_first_heading_of_the_second_level_and_another_language_are_found(page: Page) -> None:
    page.set_content("<html lang='es'><h2>Before</h2><h1>Heading</h1></html>")

    spoken = said(page, OUTLINE, "en")

    assert {"first heading: Before", "language es", "no title", "no link to the other language"} <= set(spoken)


def test_a_press_beside_the_letters_counts_to_the_target(page: Page) -> None:
    page.set_content("""<div style="position: relative; height: 60px">
        <a href="#">Alone<span style="position: absolute; inset: 0"></span></a></div>""")

    assert said(page, TARGETS) == []


def test_a_small_link_is_enough_beside_a_large_one_to_the_same_place(page: Page) -> None:
    small, large = "<p><a href='#one'>One</a></p>", "<a href='#{}' style='display: block; height: 44px'>Go</a>"

    page.set_content(small + large.format("one"))
    assert said(page, TARGETS) == []

    page.set_content(small + large.format("two"))
    assert len(said(page, TARGETS)) == 1


def test_spacing_that_readers_set_is_tried(page: Page) -> None:
    page.set_content("<p style='overflow: hidden; height: 20px; line-height: 20px; margin: 0'>One line</p>")
    assert said(page, REFLOW) == []

    assert reflow(page, 320, 568)[0].startswith("with wide spacing: cut off")
    assert said(page, REFLOW) == []
