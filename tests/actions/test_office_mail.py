"""A letter to an office that takes it by email, through a real mail server."""

from typing import Any

import pytest

from actions.congress.models import Seat
from actions.models import Action, Message, Office, read_counters
from actions.states import State
from actions.tasks import drain, tell_senders
from newsletter.models import OutgoingMail
from tests.factories import create_campaign, take
from tests.newsletter.mail_server import Inbox, running_mail_server

pytestmark = pytest.mark.django_db
OFFICE = "office@example.org"


@pytest.fixture
def inbox(settings: Any) -> Any:
    """A mail server, the site pointed at it, and an office of New Jersey that staff entered an address for."""
    with running_mail_server() as (running, port):
        settings.OFFICE_MAIL = settings.OFFICE_MAIL | {
            "host": "127.0.0.1", "port": port, "sender": "Polaris <letters@polaris.example>",
        }
        Office.objects.create(seat=Seat.objects.get(state="NJ", senate_class=1), email=OFFICE)
        yield running


def letter_of(action: Action) -> Message:
    return action.messages.get(seat__senate_class=1)


def test_it_arrives_from_us_with_replies_to_its_writer_and_counts(inbox: Inbox) -> None:
    action = take(create_campaign(), own_words="My town needs this. 🌟")

    drain("email")

    (mail,) = inbox.mails
    assert letter_of(action).state == State.DELIVERED
    assert read_counters()["messages"] == 1
    assert (mail["From"], mail["To"]) == ("Polaris <letters@polaris.example>", f"<{OFFICE}>")
    assert "ana@example.org" in mail["Reply-To"]
    assert letter_of(action).delivery_id in mail["Message-ID"]
    text = mail.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert "My town needs this. 🌟" in text.decode()


def test_an_office_that_refuses_ends_the_letter_and_its_writer_is_told(inbox: Inbox) -> None:
    inbox.recipient[OFFICE] = "550 no such mailbox"
    action = take(create_campaign())

    drain("email")
    tell_senders()

    assert (letter_of(action).state, letter_of(action).error) == (State.FAILED, "rcpt_550")
    assert OutgoingMail.objects.filter(kind="news").count() == 1


def test_where_nobody_can_tell_whether_it_arrived_it_is_not_sent_again(inbox: Inbox) -> None:
    inbox.hang_up = True
    action = take(create_campaign())

    drain("email")
    drain("email")

    assert letter_of(action).state == State.UNKNOWN
    assert inbox.connections == 1


def test_an_address_that_staff_took_away_turns_the_letter_back(inbox: Inbox) -> None:
    action = take(create_campaign())
    Office.objects.update(email="")

    drain("email")

    assert letter_of(action).state == State.SELF_SERVE
    assert inbox.mails == []
