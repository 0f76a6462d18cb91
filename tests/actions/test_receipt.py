"""The supporter's own page: five words, what to do next, and nothing personal."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from actions.delivery.outcomes import Outcome, Result
from actions.models import Action, Message, read_counters
from actions.states import State
from newsletter.models import OutgoingMail
from tests.factories import create_campaign, create_congress, settle, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def action() -> Action:
    create_congress()
    return take(create_campaign(), own_words="A parrot lives here.")


def text_of(client: Client, action: Action) -> str:
    return client.get(action.get_absolute_url()).content.decode()


def put(action: Action, state: State, **also: Any) -> None:
    """Put the letter to the House into a state, as the database would hold it."""
    lease = {"lease_id": "somebody", "lease_ends": timezone.now()} if state == State.SENDING else {}
    due = timezone.now() if state == State.QUEUED else None
    action.messages.filter(gateway="house").update(state=state, **{"due": due, **lease, **also})


@pytest.mark.parametrize(("state", "word"), [
    (State.HELD, "Waiting"), (State.QUEUED, "On its way"), (State.SENDING, "On its way"),
    (State.UNKNOWN, "On its way"), (State.WAITING, "Waiting"), (State.DELIVERED, "Accepted by the office’s system"),
    (State.SELF_SERVE, "Needs you"), (State.FAILED, "Not sent"), (State.RETURNED, "Not sent"),
    (State.WITHDRAWN, "Not sent"), (State.EXPIRED, "Not sent"), (State.UNCONFIRMED, "Not sent"),
])
def test_every_state_has_one_of_five_words_and_says_what_to_do(
    client: Client, action: Action, state: State, word: str
) -> None:
    put(action, state)

    row = re.search(r"(?s)<li[^>]*>(?:(?!</li>).)*Member of NJ-8.*?</p>", text_of(client, action))

    assert row
    assert word in row[0]
    assert len(re.sub(r"<[^>]+>|\s+", " ", row[0].rpartition("<p>")[2]).strip()) > 20


def test_times_name_their_zone(client: Client, action: Action) -> None:
    assert re.search(r"(a\.m\.|p\.m\.|\d) E[SD]T", text_of(client, action))


def test_it_shows_nothing_personal_until_asked_and_then_the_words(client: Client, action: Action) -> None:
    closed = text_of(client, action)
    by_hand = action.messages.filter(gateway="").first()
    assert by_hand is not None
    opened = client.post(
        action.get_absolute_url(), {"act": "words", "message": str(by_hand.pk)}
    ).content.decode()

    for canary in ("parrot", "Muster", "Main Street", "ana@example.org"):
        assert canary not in closed
    assert "A parrot lives here." in opened
    assert "Muster" not in opened


def test_it_is_kept_nowhere(client: Client, action: Action) -> None:
    assert client.get(action.get_absolute_url())["Cache-Control"] == "private, no-store"


def test_withdrawing_stops_what_is_unsent(client: Client, action: Action) -> None:
    answer = client.post(action.get_absolute_url(), {"act": "withdraw"})

    assert "1 letter was stopped before it was sent." in client.get(answer["Location"]).content.decode()
    assert Message.objects.get(gateway="house").state == State.WITHDRAWN
    assert "Stopped before it was sent." in text_of(client, action)


def test_withdrawing_too_late_changes_nothing(client: Client, action: Action) -> None:
    (row,) = Message.objects.select_related("action").claim("house", 1)
    settle(row, Result(Outcome.DELIVERED, status=200))

    answer = client.post(action.get_absolute_url(), {"act": "withdraw"})

    assert Message.objects.get(gateway="house").state == State.DELIVERED
    assert "It was too late" in client.get(answer["Location"]).content.decode()


def test_what_may_have_arrived_is_never_said_to_be_stopped(client: Client, action: Action) -> None:
    (row,) = Message.objects.select_related("action").claim("house", 1)
    Message.objects.body_starts([row])
    settle(row, Result(Outcome.UNKNOWN, "answer_TimeoutError"))

    client.post(action.get_absolute_url(), {"act": "withdraw"})

    assert Message.objects.get(gateway="house").state == State.QUEUED  # the test gateway drops repeats: it goes again
    assert "got no clear answer" in text_of(client, action)


def test_i_sent_it_is_noted_and_not_counted_as_ours(client: Client, action: Action) -> None:
    by_hand = action.messages.filter(gateway="").first()
    assert by_hand is not None

    client.post(action.get_absolute_url(), {"act": "sent", "message": str(by_hand.pk)})
    for odd in ("' OR 1=1", "9" * 40, "9" * 5000, "-1", ""):
        client.post(action.get_absolute_url(), {"act": "sent", "message": odd})

    by_hand.refresh_from_db()
    assert by_hand.self_sent_at is not None
    assert "Done by you" in text_of(client, action)
    assert read_counters()["messages"] == 0
    client.post(action.get_absolute_url(), {"act": "unsent", "message": str(by_hand.pk)})
    assert "Done by you" not in text_of(client, action)


def test_senators_come_with_form_phone_and_script(client: Client, action: Action) -> None:
    page = text_of(client, action)

    assert page.count('href="https://example.org/contact"') == 2
    assert 'href="tel:+12025550123"' in page
    assert "What to say" in page


@pytest.mark.parametrize("token", ["x", "0" * 32, "../../etc/passwd", "%00", "ñ" * 200])
def test_a_link_that_is_not_ours_is_not_found(client: Client, token: str) -> None:
    assert client.get(f"/take-action/receipt/{token}/").status_code in (400, 404)


def test_a_receipt_s_address_opens_nothing_else(client: Client, action: Action) -> None:
    assert client.get(f"/take-action/confirm/{action.receipt_token}/").status_code == 404
    assert client.get(f"/take-action/receipt/{action.confirm_token}/").status_code == 404


def test_opening_a_confirmation_changes_nothing_and_pressing_sends(client: Client) -> None:
    held = take(create_campaign(), doubt="check")
    address = f"/take-action/confirm/{held.confirm_token}/"

    for _ in range(20):
        client.get(address)
        client.head(address)
    unchanged = set(Message.objects.values_list("state", flat=True))
    pressed = client.post(address)
    mailed = OutgoingMail.objects.filter(kind="receipt").count()
    client.post(address)

    assert mailed == OutgoingMail.objects.filter(kind="receipt").count() == 1
    assert unchanged == {State.HELD}
    assert pressed["Location"] == held.get_absolute_url()
    assert Message.objects.filter(state=State.QUEUED).count() == 1
    assert "nothing left to confirm" in client.get(address).content.decode()


def test_a_lost_link_is_mailed_and_the_answer_is_the_same_for_everybody(client: Client, action: Action) -> None:
    known = client.post("/take-action/receipt/", {"email": "Ana@example.org"})
    unknown = client.post("/take-action/receipt/", {"email": "nobody@example.org"})

    mail = OutgoingMail.objects.get()
    assert known.content == unknown.content
    assert action.receipt_token in mail.text
    assert mail.to == "ana@example.org"  # as it was when they acted


def test_a_mailbox_gets_at_most_three_lost_links_a_day(client: Client, action: Action) -> None:
    for _ in range(5):
        client.post("/take-action/receipt/", {"email": "ana@example.org"})

    assert OutgoingMail.objects.count() == 3


def test_after_the_text_is_gone_the_receipt_says_so(client: Client, action: Action) -> None:
    action.messages.update(letter=None)

    page = text_of(client, action)

    assert "We no longer keep the text" in page
    assert client.post(action.get_absolute_url(), {"act": "words"}).status_code == 200
