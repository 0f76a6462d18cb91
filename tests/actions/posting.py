"""How a browser without scripts goes through the letter form, one post a step."""

import re
from typing import Any

from django.test import Client

from tests.factories import details

ADDRESS = "/take-action/a-fair-law/"


def page(response: Any) -> str:
    text: str = response.content.decode()
    return text


def state_of(response: Any) -> str:
    found = re.search(r'name="state" value="([^"]+)"', page(response))
    assert found, page(response)
    return found[1]


def find(client: Client, zip_code: str = "07030", address: str = ADDRESS) -> Any:
    return client.post(address, {"step": "zip", "zip": zip_code})


def review(client: Client, *, address: str = ADDRESS, **typed: str) -> Any:
    first = find(client, typed.get("zip", "07030"), address)
    return client.post(address, {**details(**typed), "state": state_of(first)})


def send(client: Client, **typed: str) -> Any:
    return client.post(ADDRESS, {"step": "send", "state": state_of(review(client, **typed))})
