"""Pledges and calls as people go them: from the Take Action page, without scripts, in Spanish, by keyboard."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from actions.models import Action, read_counters
from tests.browser.tabs import Tab
from tests.browser.test_keyboard import press, reach
from tests.factories import create_call, create_congress, create_pledge

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def receipt_is_shown(page: Page, heading: str = "Your receipt") -> None:
    expect(page.get_by_role("heading", name=heading)).to_be_visible()


@pytest.mark.parametrize("scripts", ["with scripts", "without scripts"])
def test_a_pledge_from_its_card_to_its_receipt(
    scripts: str, page: Page, scriptless: Page, live_server: LiveServer
) -> None:
    create_pledge("I will listen.", slug="a-pledge", title="A pledge", position=1)
    visitor = page if scripts == "with scripts" else scriptless
    visitor.goto(f"{live_server.url}/take-action/")
    visitor.get_by_role("link", name="A pledge", exact=True).click()

    visitor.get_by_role("button", name="Make my pledge").click()
    expect(visitor.get_by_role("link", name="Tick at least one promise.")).to_be_visible()
    visitor.get_by_label("I will listen.").check()
    visitor.get_by_label("First name").fill("Ana")
    visitor.get_by_label("Email").first.fill("ana@example.org")
    visitor.get_by_role("button", name="Make my pledge").click()

    receipt_is_shown(visitor)
    receipt = visitor.url
    visitor.reload()
    receipt_is_shown(visitor)
    if scripts == "with scripts":
        tab = Tab(visitor)
        tab.back()
        tab.settle(f"{live_server.url}/take-action/")
        assert tab.address.endswith("/take-action/")  # the form is no page of its own in history
    visitor.goto(f"{live_server.url}/take-action/a-pledge/")
    visitor.get_by_label("I will listen.").check()
    visitor.get_by_label("First name").fill("Ana")
    visitor.get_by_label("Email").first.fill("ana@example.org")
    visitor.get_by_role("button", name="Make my pledge").dblclick()
    receipt_is_shown(visitor)

    assert visitor.url == receipt
    assert read_counters() == {"actions": 1, "pledges": 1, "messages": 0}


@pytest.mark.parametrize("scripts", ["with scripts", "without scripts"])
def test_a_call_from_its_card_to_its_receipt(
    scripts: str, page: Page, scriptless: Page, live_server: LiveServer
) -> None:
    create_congress()
    create_call(slug="a-call", title="A call", position=1)
    visitor = page if scripts == "with scripts" else scriptless
    visitor.goto(f"{live_server.url}/take-action/")
    visitor.get_by_role("link", name="A call", exact=True).click()
    visitor.get_by_label("Your ZIP code").fill("07302")
    visitor.get_by_role("button", name="Find my representatives").click()
    visitor.get_by_label("Member of NJ-8").check()
    visitor.get_by_role("button", name="Show whom to call").click()

    expect(visitor.get_by_role("link", name="Call 202-555-0123").first).to_have_attribute("href", "tel:+12025550123")
    visitor.reload()  # who comes back from the phone may find the page loaded anew
    visitor.get_by_label("I left a message").first.check()
    visitor.get_by_role("button", name="Save what came of my calls").dblclick()
    receipt_is_shown(visitor)
    receipt = visitor.url
    visitor.reload()
    receipt_is_shown(visitor)
    if scripts == "without scripts":
        tab = Tab(visitor)
        tab.back()  # onto the caller's page as it was left; its key is used
        tab.settle(f"{live_server.url}/take-action/a-call/call/")
        visitor.get_by_role("button", name="Save what came of my calls").click()
        receipt_is_shown(visitor)

    assert visitor.url == receipt
    assert read_counters() == {"actions": 1, "pledges": 0, "messages": 0}


def test_both_by_keyboard_alone(page: Page, live_server: LiveServer) -> None:
    create_congress()
    create_pledge(slug="a-pledge", position=1)
    create_call(slug="a-call", position=2)
    page.goto(f"{live_server.url}/take-action/")
    press(page, "main a[href$='/a-pledge/']")
    page.wait_for_url("**/a-pledge/")
    press(page, "#id_promises_0", "Space")
    for css, text in (("#id_first_name", "Ana"), ("#id_email", "ana@example.org")):
        reach(page, css)
        page.keyboard.type(text)
    press(page, "#go")
    page.wait_for_url("**/receipt/**")

    page.goto(f"{live_server.url}/take-action/")
    press(page, "main a[href$='/a-call/']")
    page.wait_for_url("**/a-call/")
    reach(page, "#id_zip")
    page.keyboard.type("07030")
    page.keyboard.press("Enter")
    page.wait_for_url("**/call/**")
    reach(page, "input[value=not_yet]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[value=talked]").first).to_be_checked()
    press(page, "#go")
    page.wait_for_url("**/receipt/**")

    assert read_counters()["actions"] == 2


def test_both_in_spanish(page: Page, live_server: LiveServer) -> None:
    create_congress()
    create_pledge("I will listen.", slug="a-pledge", position=1)
    create_call(slug="a-call", position=2)
    page.goto(f"{live_server.url}/es/take-action/a-pledge/")
    page.get_by_label("I will listen. (es)").check()
    page.get_by_label("Nombre").fill("Ana")
    page.locator("#id_email").fill("ana@example.org")
    page.get_by_role("button", name="Hacer mi promesa").click()
    receipt_is_shown(page, "Su recibo")

    page.goto(f"{live_server.url}/es/take-action/a-call/")
    page.locator("#id_zip").fill("07030")
    page.locator("#go").click()
    expect(page.get_by_role("heading", name="Llame a sus oficinas")).to_be_visible()
    page.get_by_label("Hablé con alguien").first.check()
    page.get_by_role("button", name="Guardar el resultado de mis llamadas").click()
    receipt_is_shown(page, "Su recibo")

    assert {action.language for action in Action.objects.all()} == {"es"}


def test_twenty_presses_at_the_same_moment_are_one_pledge_and_one_call() -> None:
    create_congress()
    pledge, call = create_pledge(slug="a-pledge"), create_call(slug="a-call")
    page = Client().get(f"/take-action/{pledge.slug}/").content.decode()
    promise = page.split('name="promises" value="')[1].split('"')[0]
    path = Client().post(f"/take-action/{call.slug}/", {"zip": "07030"})["Location"]
    shown = Client().get(path).content.decode()
    seat = shown.split('name="seat_')[1].split('"')[0]
    unasked = {f"seat_{name}": "not_yet" for name in {part.split('"')[0] for part in shown.split('name="seat_')[1:]}}
    jobs = [
        (f"/take-action/{pledge.slug}/", {"promises": promise, "first_name": "Ana", "email": "ana@example.org"}),
        (path, {**unasked, f"seat_{seat}": "talked"}),
    ] * 20

    def post(job: tuple[str, dict[str, object]]) -> str:
        try:
            return str(Client().post(*job)["Location"])
        finally:
            connection.close()

    connection.close()
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(post, jobs))

    assert len(set(receipts)) == 2
    assert read_counters() == {"actions": 2, "pledges": 1, "messages": 0}
