"""The code of a shared link travels through the letter, sealed after its first step, into the ledger."""

import re
from typing import Any

import pytest
from django.test import Client

from actions.models import Action
from tests.factories import create_campaign, create_congress, details

pytestmark = pytest.mark.django_db
PAGE = "/take-action/a-fair-law/"


def state_of(response: Any) -> str:
    found = re.search(r'name="state" value="([^"]+)"', response.content.decode())
    assert found, response.content.decode()
    return found[1]


def write(client: Client, first: dict[str, str], **later: str) -> Action:
    """Write a letter; `later` goes with each step after the first."""
    create_congress()
    create_campaign(slug="a-fair-law")
    create_campaign(slug="spread")
    state = state_of(client.post(PAGE, {"step": "zip", "zip": "07030", **first}))
    state = state_of(client.post(PAGE, {**details(), "state": state, **later}))
    client.post(PAGE, {"step": "send", "state": state, **later})
    return Action.objects.get()


def test_a_letter_knows_which_link_led_to_it(client: Client) -> None:
    assert write(client, {"code": "spread"}).source == "spread"


def test_without_a_code_there_is_none(client: Client) -> None:
    assert write(client, {}).source == ""


def test_what_is_no_code_is_left_out_and_later_steps_change_nothing(client: Client) -> None:
    assert write(client, {"code": "<b>"}, code="spread").source == ""


def test_a_wrong_zip_loses_no_code(client: Client) -> None:
    create_congress()
    create_campaign(slug="a-fair-law")
    create_campaign(slug="spread")

    wrong = client.post(PAGE, {"step": "zip", "zip": "1", "code": "spread"})
    unknown = client.post(PAGE, {"step": "zip", "zip": "00000", "code": "spread"})

    for answer in (wrong, unknown):
        assert '<input type="hidden" name="code" value="spread">' in answer.content.decode()
