"""Pledges: one page, a first name and an email address, and each person counts once."""

import re
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client

from actions.models import Action, OutcomeNotice, Sender, read_counters
from actions.tasks import purge
from campaigns.models import Campaign
from newsletter.models import OutgoingMail, Subscriber
from tests.factories import create_pledge

pytestmark = pytest.mark.django_db

ADDRESS = "/take-action/a-pledge/"


@pytest.fixture
def campaign(db: None) -> Campaign:
    return create_pledge("I will listen.", "I will learn.", slug="a-pledge")


def values(campaign: Campaign) -> list[str]:
    """Return what a browser posts for each promise of the page."""
    page = Client().get(f"/take-action/{campaign.slug}/").content.decode()
    return re.findall(r'name="promises" value="([^"]+)"', page)


def typed(campaign: Campaign, **given: Any) -> dict[str, Any]:
    """Return a pledge as a browser posts it: the first promise ticked."""
    return {"promises": values(campaign)[:1], "first_name": "Ana", "email": "ana@example.org", "website": "", **given}


def test_a_pledge_leads_to_its_receipt_and_into_two_counters(client: Client, campaign: Campaign) -> None:
    answer = client.post(ADDRESS, typed(campaign), follow=True)

    shown = answer.content.decode()
    assert answer.redirect_chain[0][1] == 302
    assert "Thank you for your pledge. It counts." in shown
    assert "I will listen." in shown
    assert "I will learn." not in shown
    assert "Ana" not in shown
    assert "ana@example.org" not in shown
    assert read_counters() == {"actions": 1, "pledges": 1, "messages": 0}


def test_only_first_name_and_email_are_asked_for(client: Client, campaign: Campaign) -> None:
    client.post(ADDRESS, typed(campaign, last_name="Muster", address1="1 Main Street"))

    sender = Sender.objects.get()
    kept = {name: getattr(sender, name) for name in ("first_name", "email", "last_name", "address1", "zip", "phone")}
    assert kept == {
        "first_name": "Ana", "email": "ana@example.org", "last_name": "", "address1": "", "zip": "", "phone": "",
    }


def test_pressing_twice_is_pledging_once(client: Client, campaign: Campaign) -> None:
    first, second = client.post(ADDRESS, typed(campaign)), client.post(ADDRESS, typed(campaign))

    assert first["Location"] == second["Location"]
    assert Action.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_who_ticks_something_else_is_not_led_to_the_first_receipt(client: Client, campaign: Campaign) -> None:
    first = client.post(ADDRESS, typed(campaign))

    second = client.post(ADDRESS, typed(campaign, promises=values(campaign)[1:]), follow=True)

    assert second.redirect_chain[0][0] != first["Location"]
    assert "open your email" in second.content.decode()
    assert read_counters()["pledges"] == 1


def test_at_the_turn_of_a_minute_it_is_still_the_same_press(client: Client, campaign: Campaign) -> None:
    with time_machine.travel("2026-11-24T12:09:59Z", tick=False):
        first = client.post(ADDRESS, typed(campaign))
    with time_machine.travel("2026-11-24T12:10:01Z", tick=False):
        second = client.post(ADDRESS, typed(campaign))

    assert first["Location"] == second["Location"]


def test_the_same_name_from_another_device_is_held_and_sees_nothing_of_the_first(
    client: Client, campaign: Campaign
) -> None:
    first = client.post(ADDRESS, typed(campaign))

    second = client.post(ADDRESS, typed(campaign), HTTP_USER_AGENT="another browser", follow=True)

    assert second.redirect_chain[0][0] != first["Location"]
    assert "open your email" in second.content.decode()
    assert read_counters()["pledges"] == 1


def test_confirming_the_second_shows_the_first_and_counts_nothing(client: Client, campaign: Campaign) -> None:
    first = client.post(ADDRESS, typed(campaign))
    client.post(ADDRESS, typed(campaign), HTTP_USER_AGENT="another browser")
    held = Action.objects.latest("pk")

    asked = client.get(f"/take-action/confirm/{held.confirm_token}/").content.decode()
    confirmed = client.post(f"/take-action/confirm/{held.confirm_token}/")

    assert "That first pledge stands." in asked
    assert "letter" not in asked.split("<main")[1].split("</main")[0]
    assert confirmed["Location"] == first["Location"]
    assert read_counters() == {"actions": 1, "pledges": 1, "messages": 0}


def test_two_people_share_a_mailbox_and_the_second_counts_once_it_confirms(client: Client, campaign: Campaign) -> None:
    client.post(ADDRESS, typed(campaign))
    client.post(ADDRESS, typed(campaign, first_name="Bo"))
    held = Action.objects.latest("pk")
    assert (held.held_because, held.is_held) == ("mailbox", True)

    client.post(f"/take-action/confirm/{held.confirm_token}/")

    assert read_counters()["pledges"] == 2


def test_a_held_pledge_keeps_its_address_for_the_week_it_waits_and_no_longer(
    client: Client, campaign: Campaign
) -> None:
    with time_machine.travel("2026-11-01T12:00:00Z", tick=False):
        client.post(ADDRESS, typed(campaign, website="http://spam"))
    held = Action.objects.get()
    with time_machine.travel("2026-11-08T11:00:00Z", tick=False):
        purge()
        kept = Sender.objects.count()
        waits = held.is_held
    with time_machine.travel("2026-11-08T13:00:00Z", tick=False):
        purge()
        client.post(f"/take-action/confirm/{held.confirm_token}/")

    assert (kept, waits) == (1, True)
    assert Sender.objects.count() == 0
    assert read_counters()["pledges"] == 0


def test_withdrawn_by_its_owner_it_leaves_both_counters(client: Client, campaign: Campaign) -> None:
    client.post(ADDRESS, typed(campaign))
    action = Action.objects.get()

    shown = client.post(action.get_absolute_url(), {"act": "not_me"}, follow=True).content.decode()

    assert "You told us that this was not you." in shown
    assert "I will listen." not in shown
    assert read_counters() == {"actions": 0, "pledges": 0, "messages": 0}


@pytest.mark.parametrize(("wrong", "words"), [
    ({"promises": []}, "Tick at least one promise."),
    ({"promises": ["99999"]}, "The promises have just been changed."),
    ({"promises": ["'; DROP TABLE"]}, "The promises have just been changed."),
    ({"first_name": ""}, "Enter your first name."),
    ({"first_name": "\u202e\u200b"}, "Enter your first name."),
    ({"first_name": "x" * 101}, "Use at most 100 characters."),
    ({"email": "nobody"}, "Enter an email address in the form name@example.com."),
])
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: Client, campaign: Campaign, wrong: dict[str, Any], words: str
) -> None:
    answer = client.post(ADDRESS, typed(campaign, **wrong))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Action.objects.count() == 0
    if "email" not in wrong:
        assert 'value="ana@example.org"' in answer.content.decode()


def test_an_empty_post_says_all_there_is_to_fill_in(client: Client, campaign: Campaign) -> None:
    answer = client.post(ADDRESS, {})

    assert answer.status_code == 422
    assert answer.content.decode().count("Enter your") >= 2


def test_the_two_boxes_are_consents_of_their_own(client: Client, campaign: Campaign) -> None:
    client.post(ADDRESS, typed(campaign))
    neither = (Subscriber.objects.count(), OutcomeNotice.objects.count())
    client.post(ADDRESS, typed(campaign, email="b@example.org", news="on"))
    client.post(ADDRESS, typed(campaign, email="c@example.org", outcome="on"))

    assert neither == (0, 0)
    assert Subscriber.objects.count() == 1
    assert OutcomeNotice.objects.get().to == "c@example.org"


def test_the_boxes_stand_unticked(client: Client, campaign: Campaign) -> None:
    assert " checked" not in client.get(ADDRESS).content.decode().split("<main")[1]


def test_no_public_page_shows_a_name(client: Client, campaign: Campaign) -> None:
    client.post(ADDRESS, typed(campaign, first_name="Wilhelmina"))

    for path in (ADDRESS, "/take-action/", "/take-action/all/", "/take-action/counters.json"):
        assert "Wilhelmina" not in client.get(path).content.decode()


def test_a_promise_without_spanish_stands_in_english_and_is_marked(client: Client, campaign: Campaign) -> None:
    campaign.promises.update(text_es="")

    assert '<span lang="en">I will listen.</span>' in client.get(f"/es{ADDRESS}").content.decode()


def test_who_took_it_back_may_pledge_again_at_once(client: Client, campaign: Campaign) -> None:
    first = client.post(ADDRESS, typed(campaign))["Location"]
    client.post(first, {"act": "not_me"})

    again, twice = client.post(ADDRESS, typed(campaign)), client.post(ADDRESS, typed(campaign))

    assert again["Location"] != first
    assert twice["Location"] == again["Location"]
    assert read_counters()["pledges"] == 1


def test_a_promise_that_staff_reword_meanwhile_is_read_before_it_is_made(client: Client, campaign: Campaign) -> None:
    read = typed(campaign)
    campaign.promises.update(text_en="I will pay.", text="I will pay.")

    answer = client.post(ADDRESS, read)

    assert answer.status_code == 422
    assert "The promises have just been changed." in answer.content.decode()


def test_a_receipt_keeps_the_words_that_were_promised(client: Client, campaign: Campaign) -> None:
    receipt = client.post(ADDRESS, typed(campaign))["Location"]
    campaign.promises.update(text_en="I will pay.", text="I will pay.")

    shown = client.get(receipt).content.decode()

    assert "I will listen." in shown
    assert "I will pay." not in shown


def test_staff_cannot_count_a_pledge_that_waits_for_its_mailbox(
    client: Client, admin_client: Client, campaign: Campaign
) -> None:
    client.post(ADDRESS, typed(campaign, website="http://spam"))
    held = Action.objects.get()

    admin_client.post("/admin/actions/action/", {"action": "count_held", "_selected_action": [held.pk]})

    assert read_counters()["actions"] == 0
    assert Action.objects.get().counted_at is None
    assert not LogEntry.objects.exists()
