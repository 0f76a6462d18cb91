"""Pledges and calls in every state, as `states.py` has the rest."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.factories import create_call, create_pledge

if TYPE_CHECKING:
    from tests.browser.states import Visit


def pledges(visit: "Visit") -> Iterator[str]:
    """From an untouched pledge to its receipts."""
    campaign = create_pledge(slug="a-pledge", title_es="Una promesa")
    visit.open_route("actions:campaign", campaign.slug)
    yield "pledge"
    visit.press("#go")
    visit.sees("main .error-summary")
    yield "pledge errors"
    visit.page.check("#id_promises_0")
    visit.page.fill("#id_first_name", "Ana")
    visit.page.fill("#id_email", "pledge@example.org")
    visit.press("#go")
    visit.page.wait_for_url("**/receipt/**")
    yield "pledge receipt"
    visit.open_route("actions:campaign", campaign.slug)
    visit.page.check("#id_promises_1")
    visit.page.fill("#id_first_name", "Bo")
    visit.page.fill("#id_email", "pledge@example.org")
    visit.press("#go")
    visit.page.wait_for_url("**/receipt/**")
    yield "pledge held"


def calls(visit: "Visit") -> Iterator[str]:
    """From the ZIP to what came of the calls."""
    campaign = create_call(slug="a-call", title_es="Una llamada", voicemail_script_en="Please vote for it.")
    visit.open_route("actions:campaign", campaign.slug)
    yield "call"
    visit.page.fill("#id_zip", "07302")
    visit.press("#go")
    visit.page.wait_for_url("**/call/**")
    yield "call district"
    visit.page.check("#id_office_0")
    visit.press("#go")
    visit.sees("a.button[href^='tel:']")
    yield "call offices"
    visit.press("#go")
    visit.sees("main .error-summary")
    yield "call errors"
    visit.page.locator("input[value=talked]").first.check()
    visit.press("#go")
    visit.page.wait_for_url("**/receipt/**")
    yield "call receipt"
    visit.open(f"/take-action/{campaign.slug}/call/forged/")
    yield "link leads nowhere"
