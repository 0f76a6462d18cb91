"""The mails of an action: each goes to the mailbox that acted, and none takes another's place."""

import re

import pytest

from actions.mails import mail_confirmed, mail_lost_links, mail_taken
from actions.models import Sender
from newsletter.models import OutgoingMail, Subscriber
from tests.factories import create_campaign, create_congress, person, take

pytestmark = pytest.mark.django_db


def test_sign_ups_for_news_leave_room_for_the_confirmation_of_a_letter() -> None:
    for _ in range(4):
        Subscriber.objects.ask("ana@example.org", page="newsletter", language="en")
    held = take(create_campaign(), doubt="check")

    stored = mail_taken(held)

    assert stored
    assert held.confirm_token in OutgoingMail.objects.latest("pk").text


def test_it_is_told_when_a_mailbox_has_had_its_confirmations_of_the_day() -> None:
    held = take(create_campaign(), doubt="check")

    assert [mail_taken(held) for _ in range(4)] == [True, True, True, False]


def test_a_receipt_is_stored_unless_no_mail_is_wanted() -> None:
    assert mail_taken(take(create_campaign()))
    assert not mail_taken(take(create_campaign(), no_mail=True))
    assert OutgoingMail.objects.get().kind == "receipt"


def test_after_confirmation_the_way_back_is_mailed_unless_no_mail_is_wanted() -> None:
    wanted, unwanted = (take(create_campaign(), doubt="check", no_mail=no_mail) for no_mail in (False, True))

    assert mail_confirmed(wanted.confirm())
    assert not mail_confirmed(unwanted.confirm())

    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.kind) == ("ana@example.org", "receipt")
    assert wanted.receipt_token in mail.text


def test_pressing_again_and_again_floods_nobody() -> None:
    confirmed = take(create_campaign(), doubt="check").confirm()

    assert sum(mail_confirmed(confirmed) for _ in range(30)) == 10


def test_a_confirmed_action_whose_sender_is_forgotten_mails_nobody() -> None:
    confirmed = take(create_campaign()).confirm()
    Sender.objects.all().delete()
    confirmed.refresh_from_db()

    assert not mail_confirmed(confirmed)


def test_lost_links_go_to_the_addresses_that_acted_whatever_was_typed() -> None:
    create_congress()
    plain = take(create_campaign())
    tagged = take(create_campaign(), person=person(email="ana+letters@example.org"))

    mail_lost_links("ana+stranger@example.org", [tagged, plain], "en")

    mails = {mail.to: mail.text for mail in OutgoingMail.objects.all()}
    assert set(mails) == {"ana@example.org", "ana+letters@example.org"}
    assert plain.receipt_token in mails["ana@example.org"]
    assert tagged.receipt_token in mails["ana+letters@example.org"]
    assert "".join(mails.values()).count("/take-action/receipt/") == 2


def test_a_lost_link_whose_sender_is_forgotten_goes_to_the_typed_address() -> None:
    action = take(create_campaign())
    Sender.objects.all().delete()
    action.refresh_from_db()

    mail_lost_links("Ana@example.org", [action], "en")

    mail = OutgoingMail.objects.get()
    assert mail.to == "Ana@example.org"
    assert action.receipt_token in mail.text


def test_a_lost_mail_asks_once_more_what_was_never_confirmed() -> None:
    create_congress()
    held, sent = take(create_campaign(), doubt="check"), take(create_campaign())

    mail_lost_links("ana@example.org", [held, sent], "en")

    mail = OutgoingMail.objects.get()
    links = re.findall(r"/take-action/(\w+)/(\w+)/", mail.text)
    assert links == [("receipt", sent.receipt_token), ("confirm", held.confirm_token)]
    assert not re.search(r"traffick|congress|letter|polaris", f"{mail.subject} {mail.text[:140]}".lower())


def test_no_confirmation_link_goes_to_an_address_that_was_only_typed() -> None:
    held = take(create_campaign(), doubt="check")
    Sender.objects.all().delete()
    held.refresh_from_db()

    mail_lost_links("ana+stranger@example.org", [held], "en")

    assert held.confirm_token not in OutgoingMail.objects.get().text
