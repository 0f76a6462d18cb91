"""Confirming and leaving: only a press does either, once or ten times."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from newsletter.models import ConsentEvent, ConsentKind, OutgoingMail, Subscriber, Subscription, Suppression
from newsletter.models.subscribers import suppression_key
from newsletter.tasks import purge_mail

pytestmark = pytest.mark.django_db


def asked(email: str = "ana@example.org") -> tuple[str, str]:
    """Return the paths of the confirm and the leave link that somebody got by mail."""
    Subscriber.objects.ask(email, page="newsletter", language="en")
    text = OutgoingMail.objects.latest("pk").text
    confirm, leave = (re.search(rf"/newsletter/{name}/\S+", text) for name in ("confirm", "leave"))
    assert confirm
    assert leave
    return confirm[0], leave[0]


def test_opening_the_links_again_and_again_changes_nothing(client: Client) -> None:
    confirm, leave = asked()

    for _ in range(10):
        for path in (confirm, leave):
            assert client.get(path).status_code == client.head(path).status_code == 200

    assert Subscriber.objects.get().state == Subscription.PENDING
    assert ConsentEvent.objects.count() == 1


def test_pressing_the_button_confirms_once(client: Client) -> None:
    confirm, _ = asked()

    answers = [client.post(confirm) for _ in range(10)]

    assert {answer.status_code for answer in answers} == {303}
    assert Subscriber.objects.get().state == Subscription.CONFIRMED
    assert ConsentEvent.objects.filter(kind=ConsentKind.CONFIRMED).count() == 1
    assert "You are on the list" in client.get(confirm).content.decode()


def test_a_confirm_link_works_for_seven_days(client: Client) -> None:
    confirm, _ = asked()

    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        within = client.get(confirm).status_code
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        after = client.post(confirm).status_code

    assert (within, after) == (200, 404)
    assert Subscriber.objects.get().state == Subscription.PENDING


@pytest.mark.parametrize("token", ["x", "1:abc:def", "1-00", "²-00", "9" * 40 + "-00", "%00"])
def test_forged_links_open_a_page_that_helps(client: Client, token: str) -> None:
    asked()

    for name in ("confirm", "leave"):
        response = client.post(f"/newsletter/{name}/{token}/")

        assert response.status_code == 404
        assert "/newsletter/" in response.content.decode()
    assert Subscriber.objects.get().state == Subscription.PENDING


def test_one_click_leaving_acts_at_once_without_cookie_or_redirect(client: Client) -> None:
    _, leave = asked()
    Subscriber.objects.get().confirm()

    response = client.post(leave, {"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"})

    subscriber = Subscriber.objects.get()
    assert response.status_code == 200
    assert not response.cookies
    assert (subscriber.state, subscriber.email) == (Subscription.LEFT, "")
    assert Suppression.objects.get().address_key == suppression_key("ana@example.org")


def test_leaving_twice_leaves_one_event(client: Client) -> None:
    _, leave = asked()

    for _ in range(3):
        assert client.post(leave)["Location"] == leave  # a page, so that the post stands in no history

    assert ConsentEvent.objects.filter(kind=ConsentKind.LEFT).count() == 1
    assert "You have left the list" in client.get(leave).content.decode()


def test_an_old_confirm_link_does_not_bring_back_who_left(client: Client) -> None:
    confirm, leave = asked()
    client.post(confirm)
    client.post(leave)

    response = client.post(confirm)

    assert response.status_code == 404
    assert Subscriber.objects.get().state == Subscription.LEFT


def test_who_left_may_come_back_by_asking_again(client: Client) -> None:
    _, leave = asked()
    client.post(leave)

    confirm, _ = asked()
    client.post(confirm)

    assert Subscriber.objects.get().state == Subscription.CONFIRMED
    assert not Suppression.objects.exists()


def test_an_address_that_left_is_asked_again_at_most_once_in_thirty_days(client: Client) -> None:
    _, leave = asked()
    client.post(leave)
    first, now = OutgoingMail.objects.get().pk, timezone.now()

    mailed = []
    for day in (0, 0, 4, 10, 29, 31):
        with time_machine.travel(now + timedelta(days=day)):
            purge_mail()
            for spelling in ("ana@example.org", "Ana+again@example.org"):
                Subscriber.objects.ask(spelling, page="newsletter", language="en")
            new = OutgoingMail.objects.filter(pk__gt=first)
            mailed += [day] * new.count()
            first = max([first, *new.values_list("pk", flat=True)])

    assert mailed == [0, 31]


def test_who_leaves_again_by_the_mail_that_asked_is_not_asked_once_more(client: Client) -> None:
    _, leave = asked()
    client.post(leave)
    _, leave = asked()
    client.post(leave)

    answer = client.post("/newsletter/", {"email": "ana@example.org"})

    assert (answer.status_code, answer["Location"]) == (303, "/newsletter/thanks/")
    assert OutgoingMail.objects.count() == 2
    assert Subscriber.objects.get().state == Subscription.LEFT


def test_the_tag_of_an_address_counts_for_suppression() -> None:
    assert suppression_key("ana+news@example.org") != suppression_key("ana@example.org")
    assert suppression_key("ANA@Example.org") == suppression_key("ana@example.org")


def test_who_never_confirmed_is_forgotten_and_who_once_did_stays_as_having_left(client: Client) -> None:
    asked("never@example.org")
    confirm, leave = asked("once@example.org")
    client.post(confirm)
    client.post(leave)
    asked("once@example.org")

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        purge_mail()

    left = Subscriber.objects.get()
    assert (left.state, left.email) == (Subscription.LEFT, "")
    assert left.events.filter(kind=ConsentKind.CONFIRMED).exists()


def test_nothing_personal_in_what_ends_up_in_logs() -> None:
    asked()

    shown = " ".join(str(row) for model in (Subscriber, ConsentEvent, OutgoingMail) for row in model.objects.all())
    assert "ana" not in shown
