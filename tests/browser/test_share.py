"""Sharing as a person does it on a phone: without script, with the keyboard alone, and with the phone's own way."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from actions.models import Action, read_counters
from tests.browser.test_journey import entries
from tests.factories import create_organisation, create_share_campaign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Keeps what a page hands to the phone's own share sheet.
PHONE_SHARES = """
    window.handed = [];
    navigator.canShare = ({files}) => FILES && Boolean(files?.length);
    const named = ({name, type, size}) => [name, type, size];
    navigator.share = async what => handed.push({...what, files: what.files?.map(named)});
"""


def set_up(**given: Any) -> None:
    create_organisation()
    create_share_campaign(slug="spread", position=1, title="Spread the word", **given)


def test_from_a_card_to_a_receipt_without_script(scriptless: Page, live_server: LiveServer) -> None:
    set_up()
    scriptless.goto(f"{live_server.url}/take-action/")
    scriptless.get_by_role("link", name="Spread the word", exact=True).click()
    picture = scriptless.get_by_role("img", name="One star in a night sky.")
    picture.scroll_into_view_if_needed()
    assert scriptless.evaluate("document.querySelector('.graphic img').decode().then(() => true)")
    with scriptless.expect_download() as download:
        scriptless.get_by_role("link", name=re.compile("Save the picture.*Square, for a post")).click()
    assert download.value.suggested_filename.startswith("spread-")
    # What needs a script is not there.
    expect(scriptless.get_by_role("button", name="Copy the words")).to_be_hidden()
    expect(scriptless.get_by_role("button", name="Share with an app")).to_have_count(0)

    scriptless.get_by_role("button", name="Count my share").click()
    expect(scriptless.get_by_role("heading", name="Count my share")).to_be_visible()
    scriptless.reload()
    scriptless.get_by_role("button", name="I shared it: count it").click()

    scriptless.wait_for_url("**/receipt/**")
    assert read_counters()["actions"] == Action.objects.count() == 1
    receipt = scriptless.url
    scriptless.go_back(wait_until="commit")  # the browser may have kept the page, and the button with it
    scriptless.get_by_role("button", name="I shared it: count it").click()
    scriptless.wait_for_url(receipt)
    assert Action.objects.count() == 1
    assert scriptless.context.cookies() == []


def test_the_keyboard_is_enough_and_no_post_becomes_a_history_entry(page: Page, live_server: LiveServer) -> None:
    set_up()
    page.goto(f"{live_server.url}/take-action/spread/")
    page.get_by_role("button", name="Count my share").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/shared/**")
    before = entries(page)
    page.locator("main summary").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="Send me news").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="I shared it: count it").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Email", exact=False).last).to_be_focused()
    page.keyboard.type("ana@example.org")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt/**")

    assert len(entries(page)) == len(before)
    assert not [entry for entry in entries(page) if "/shared/" in entry]
    assert read_counters()["actions"] == 1


def test_words_and_descriptions_are_copied(page: Page, live_server: LiveServer) -> None:
    set_up()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}/take-action/spread/")
    copied = []
    # What is in the clipboard, pasted by hand: the page itself may not read it.
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<textarea id=paste></textarea>')")
    page.locator("summary").first.click()
    for name in ("Copy the words", "Copy the description", "Copy the link"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("button", name="Copied")).not_to_have_count(0)
        page.locator("#paste").fill("")
        page.locator("#paste").press("Control+V")
        copied.append(page.locator("#paste").input_value())

    assert copied[:2] == ["Good to know.", "One star in a night sky."]
    assert copied[2].endswith("/take-action/spread/?code=spread")


@pytest.mark.parametrize("takes_files", [True, False])
def test_a_phone_shares_the_picture_where_it_takes_files(
    page: Page, live_server: LiveServer, takes_files: bool
) -> None:
    set_up()
    page.add_init_script(PHONE_SHARES.replace("FILES", str(takes_files).lower()))
    page.goto(f"{live_server.url}/take-action/spread/")

    page.get_by_role("button", name=re.compile("Share with an app.*It begins")).click()
    (handed,) = page.evaluate(
        "new Promise(done => { const look = () => handed.length ? done(handed) : setTimeout(look, 20); look() })"
    )
    assert (handed["title"], handed["text"]) == ("It begins with attention", "Good to know.")
    assert handed["url"].endswith("?code=spread")
    if takes_files:
        ((name, kind, size),) = handed["files"]
        assert (name, kind) == ("square.png", "image/png")
        assert size > 10_000
    else:
        assert not handed.get("files")


def test_a_graphic_opened_by_itself_shows_its_typeface_and_breaks_no_policy(
    page: Page, live_server: LiveServer
) -> None:
    set_up()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{live_server.url}/take-action/spread/")
    address = page.get_by_role("link", name=re.compile("SVG.*Wide, for a link")).get_attribute("href") or ""

    page.goto(live_server.url + address.removesuffix("?download"))

    assert page.evaluate("document.fonts.load('800 20px \"Public Sans\"').then(found => found.length)") == 1
    assert said == []
