"""What is held until its mailbox confirms: too many actions from one mailbox or one network. Nobody is refused."""

import pytest
from django.conf import LazySettings
from django.test import Client

from actions.models import Action
from newsletter.models import OutgoingMail
from tests.actions.posting import review, state_of
from tests.factories import create_campaign, create_congress

pytestmark = pytest.mark.django_db


def send(client: Client, slug: str, address: str = "203.0.113.9", **typed: str) -> Action:
    """Send one letter in a campaign, from a network address; return the action it made."""
    path = f"/take-action/{slug}/"
    checked = review(client, address=path, **typed)
    answer = client.post(path, {"step": "send", "state": state_of(checked)}, REMOTE_ADDR=address)
    assert answer.status_code == 302
    return Action.objects.latest("pk")


@pytest.fixture
def slugs() -> list[str]:
    create_congress()
    return [create_campaign().slug for _ in range(6)]


def test_the_sixth_action_of_a_day_with_one_mailbox_waits_for_that_mailbox(client: Client, slugs: list[str]) -> None:
    held = [send(client, slug, first_name=f"Ana{slug}").held_because for slug in slugs]

    assert held == ["", "", "", "", "", "limit"]
    assert OutgoingMail.objects.filter(kind="confirmation").count() == 1


def test_another_spelling_of_a_mailbox_is_the_same_mailbox(client: Client, slugs: list[str]) -> None:
    spellings = ["ana@example.org", "ANA@example.org", "ana+1@example.org", "ana+2@Example.org", "Ana+3@example.org"]

    spellings.append("ana@example.org")
    held = [send(client, *pair[:1], email=pair[1]).held_because for pair in zip(slugs, spellings, strict=True)]

    assert held[-1] == "limit"


def test_beyond_its_hour_s_number_letters_from_a_network_wait_and_nobody_is_refused(
    client: Client, slugs: list[str], settings: LazySettings
) -> None:
    settings.ACTIONS_A_NETWORK_HOUR = 3

    here = [send(client, slugs[0], email=f"p{number}@example.org").held_because for number in range(5)]
    elsewhere = send(client, slugs[0], "198.51.100.7", email="q@example.org").held_because

    assert here == ["", "", "", "network", "network"]
    assert elsewhere == ""


def test_a_held_letter_goes_once_its_mailbox_confirms(client: Client, slugs: list[str], settings: LazySettings) -> None:
    settings.ACTIONS_A_NETWORK_HOUR = 0
    action = send(client, slugs[0])

    client.post(f"/take-action/confirm/{action.confirm_token}/")

    action.refresh_from_db()
    assert action.counted_at is not None


def test_sending_the_same_review_again_is_no_second_action(
    client: Client, slugs: list[str], settings: LazySettings
) -> None:
    settings.ACTIONS_A_NETWORK_HOUR = 1
    path = f"/take-action/{slugs[0]}/"
    state = state_of(review(client, address=path))

    receipts = {client.post(path, {"step": "send", "state": state})["Location"] for _ in range(5)}

    assert len(receipts) == 1
    assert Action.objects.get().held_because == ""
