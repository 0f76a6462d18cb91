"""Leaving by the keyboard alone: Shift three times."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.cover import Cover

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reading(page: Page, live_server: LiveServer, cover: Cover) -> Page:
    """A page of the site with the cover's address in it, and a clock that stands still until it is moved."""
    page.clock.install()
    page.goto(f"{live_server.url}/newsletter/")
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def expect_left(page: Page) -> None:
    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()


def expect_stays(page: Page) -> None:
    page.clock.run_for(100)  # milliseconds
    assert page.evaluate("document.body.checkVisibility() && document.title !== '…'")


def said(page: Page) -> str:
    return page.locator("[data-exit-status]").inner_text()


@pytest.mark.parametrize("keys", [("Shift",), ("ShiftLeft", "ShiftRight")], ids=["one side", "sides in turn"])
def test_shift_three_times_leaves(reading: Page, cover: Cover, keys: tuple[str, ...]) -> None:
    press(reading, *(keys * 3)[:3])

    expect_left(reading)
    assert cover.referrers == [None]


def test_it_leaves_from_a_text_field_too(reading: Page) -> None:
    reading.locator("main [type=email]").fill("ana@example.org")

    press(reading, "Shift", "Shift", "Shift")

    expect_left(reading)


def test_it_leaves_from_a_dialog_that_covers_everything_else(reading: Page) -> None:
    reading.evaluate("""() => {
        const dialog = document.createElement("dialog");
        dialog.innerHTML = "<input>";
        document.body.append(dialog);
        dialog.showModal();
    }""")

    press(reading, "Shift", "Shift", "Shift")

    expect_left(reading)


def test_capital_letters_and_a_held_key_do_not_leave(reading: Page) -> None:
    reading.locator("main [type=email]").focus()
    for key in ("A", "B", "C", " ", "D", "e", "f"):
        press(reading, f"Shift+{key}")
    for _ in range(5):
        reading.keyboard.down("Shift")  # the key is held: only the first is a press
    reading.keyboard.up("Shift")

    expect_stays(reading)
    press(reading, "x", "Shift", "Shift", "a", "Shift", "Shift")
    expect_stays(reading)
    press(reading, "Shift")
    expect_left(reading)


@pytest.mark.usefixtures("reading")
def test_shift_with_another_key_or_the_wheel_is_something_else(reading: Page) -> None:
    for other in ("Alt", "Control", "Meta"):
        reading.keyboard.down(other)
        press(reading, "Shift", "Shift", "Shift")
        reading.keyboard.up(other)
    for _ in range(3):
        reading.keyboard.down("Shift")
        reading.mouse.wheel(40, 0)
        reading.keyboard.up("Shift")

    expect_stays(reading)


def test_escape_never_leaves(page: Page) -> None:
    press(page, "Escape", "Escape", "Escape")

    expect_stays(page)


def test_a_screen_reader_hears_how_many_presses_are_left(reading: Page) -> None:
    press(reading, "Shift")
    assert reading.evaluate("getComputedStyle(document.querySelector('.exit'), '::after').content").startswith('"●○○"')
    reading.clock.run_for(600)
    assert said(reading) == "To leave this site, press Shift two more times."
    press(reading, "Shift")
    reading.clock.run_for(600)
    assert said(reading) == "To leave this site, press Shift once more."

    reading.clock.run_for(6_000)

    assert said(reading) == "You are still on this page. Start again with Shift."
    press(reading, "Shift", "Shift")
    expect_stays(reading)


def test_who_types_a_capital_letter_hears_nothing(reading: Page) -> None:
    press(reading, "Shift+A")
    reading.clock.run_for(6_000)

    assert said(reading) == ""


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A page on a device with a touch screen."""
    context = chromium.new_context(viewport={"width": 390, "height": 664}, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


@pytest.mark.usefixtures("cover")
def test_keyboard_of_a_touch_screen_may_send_shift_by_itself(phone: Page, live_server: LiveServer) -> None:
    phone.goto(f"{live_server.url}/newsletter/")
    phone.locator("main [type=email]").tap()

    press(phone, "Shift", "Shift", "Shift")

    assert phone.evaluate("document.body.checkVisibility()")
    phone.locator("h1").tap()
    press(phone, "Shift", "Shift", "Shift")
    expect_left(phone)


@pytest.mark.usefixtures("cover")
def test_keyboard_finds_the_way_out_second(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/safety/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Leave this site")).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect_left(page)
