"""Signing up: one answer for everybody, one mail with a link, and nothing before its press."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from newsletter.models import ConsentEvent, ConsentKind, OutgoingMail, Subscriber, Subscription

pytestmark = pytest.mark.django_db


def sign_up(client: Client, email: str = "ana@example.org", path: str = "/newsletter/", **more: str) -> str:
    response = client.post(path, {"email": email, "page": "take-action", **more})
    assert response.status_code == 303
    return response["Location"]


def test_sign_up_stores_a_pending_subscriber_and_the_consent_asked(client: Client) -> None:
    assert sign_up(client) == "/newsletter/thanks/"

    subscriber = Subscriber.objects.get()
    event = ConsentEvent.objects.get()
    assert (subscriber.email, subscriber.state) == ("ana@example.org", Subscription.PENDING)
    assert (event.kind, event.page, event.language) == (ConsentKind.ASKED, "take-action", "en")
    assert event.wording


def test_sign_up_queues_one_mail_whose_first_words_tell_nothing(client: Client) -> None:
    sign_up(client)

    mail = OutgoingMail.objects.get()
    preview = f"{mail.subject} {mail.text[:140]}".lower()
    assert mail.to == "ana@example.org"
    assert not re.search(r"traffick|survivor|polaris|hotline|congress|http", preview)
    assert "/newsletter/confirm/" in mail.text


def test_known_and_new_addresses_get_the_same_answer(client: Client) -> None:
    Subscriber.objects.ask("known@example.org", page="newsletter", language="en")
    Subscriber.objects.get().confirm()

    known = client.post("/newsletter/", {"email": "known@example.org"})
    new = client.post("/newsletter/", {"email": "new@example.org"})

    assert (known.status_code, known["Location"], known.content) == (new.status_code, new["Location"], new.content)
    assert OutgoingMail.objects.count() == 2
    assert Subscriber.objects.get(state=Subscription.CONFIRMED).email == "known@example.org"


def test_a_fourth_sign_up_in_a_day_sends_no_fourth_mail(client: Client) -> None:
    for spelling in ("ana@example.org", "ANA@example.org", "ana+news@example.org", "ana@example.org"):
        sign_up(client, spelling)

    assert OutgoingMail.objects.count() == 3
    assert ConsentEvent.objects.count() == 3
    assert Subscriber.objects.count() == 1


def test_spanish_sign_up_is_remembered_as_spanish(client: Client) -> None:
    assert sign_up(client, path="/es/newsletter/") == "/es/newsletter/thanks/"

    assert Subscriber.objects.get().language == "es"
    assert "/es/newsletter/confirm/" in OutgoingMail.objects.get().text


@pytest.mark.parametrize("typed", ["", "ana", "ana@", "a b@example.org", "x" * 250 + "@example.org", "a@b@example.org"])
def test_an_address_that_cannot_be_is_asked_again_with_what_was_typed(client: Client, typed: str) -> None:
    response = client.post("/newsletter/", {"email": typed})

    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#newsletter_email"' in page
    assert typed in page
    assert "invalid" not in re.sub(r'aria-invalid="true"', "", page).lower()
    assert not Subscriber.objects.exists()


def test_filled_hidden_box_asks_for_one_more_press_instead_of_dropping_the_person(client: Client) -> None:
    first = client.post("/newsletter/", {"email": "ana@example.org", "leave_empty": "autofilled"})

    assert first.status_code == 422
    assert "ana@example.org" in first.content.decode()
    assert "autofilled" not in first.content.decode()
    assert not Subscriber.objects.exists()


def test_a_post_from_another_site_is_turned_away(client: Client) -> None:
    response = client.post("/newsletter/", {"email": "ana@example.org"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert response.status_code == 403
    assert not Subscriber.objects.exists()


def test_a_made_up_page_counts_as_the_page_of_its_own(client: Client) -> None:
    client.post("/newsletter/", {"email": "ana@example.org", "page": "<script>alert(1)</script>"})

    assert ConsentEvent.objects.get().page == "newsletter"


def test_pages_set_no_cookie_and_work_without_script(client: Client) -> None:
    for name in ("newsletter:sign_up", "newsletter:thanks"):
        response = client.get(reverse(name))

        assert response.status_code == 200
        assert not response.cookies
    assert "csrfmiddlewaretoken" not in client.get("/newsletter/").content.decode()


def test_address_lies_encrypted_in_the_tables(client: Client) -> None:
    sign_up(client)

    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM newsletter_subscriber UNION ALL SELECT text FROM newsletter_outgoingmail")
        stored = str(cursor.fetchall())
    assert "ana" not in stored
    assert "confirm" not in stored
