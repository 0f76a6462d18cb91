"""The letter form as a browser without scripts uses it: three screens, one address, no cookie."""

import base64
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from actions.models import Action, Message, Sender
from actions.states import State
from campaigns.models import Campaign, CampaignText, Status
from newsletter.models import OutgoingMail, Subscriber
from tests.actions.posting import ADDRESS, find, page, review, send, state_of
from tests.factories import create_campaign, details

pytestmark = pytest.mark.django_db


def test_the_whole_way_without_a_cookie(client: Client, campaign: Campaign) -> None:
    first = client.get(ADDRESS)
    offices = find(client)
    checked = review(client, own_words="My town needs this.")
    sent = client.post(ADDRESS, {"step": "send", "state": state_of(checked)})
    receipt = client.get(sent["Location"])

    assert campaign.title in page(first)
    assert "Member of NJ-8" in page(offices)
    assert "My town needs this." in page(checked)
    assert "Please vote for this bill." in page(checked)
    assert sent.status_code == 302
    assert "On its way" in page(receipt)
    assert "Needs you" in page(receipt)
    assert not client.cookies
    assert "ana@example.org" not in page(receipt)
    assert "My town needs this." not in page(receipt)


def test_review_says_per_office_who_sends(client: Client, campaign: Campaign) -> None:
    checked = page(review(client))

    assert checked.count("We send this") == 1
    assert checked.count("You send this afterwards") == 2


def test_what_travels_through_the_page_cannot_be_read_in_it(client: Client, campaign: Campaign) -> None:
    carried = state_of(review(client, own_words="A parrot sat here.", first_name="Zebulon"))

    decoded = base64.urlsafe_b64decode(carried)
    for canary in ("parrot", "Zebulon", "example.org", "07030"):
        assert canary not in carried
        assert canary.encode() not in decoded


@pytest.mark.parametrize(("field", "typed", "words"), [
    ("first_name", "", "Enter your first name."),
    ("last_name", "", "Enter your last name."),
    ("prefix", "", "Choose a title."),
    ("email", "", "Enter your email address."),
    ("email", "ana at example", "Enter an email address in the form name@example.com."),
    ("address1", "", "Enter your street and number."),
    ("city", "", "Enter your city."),
    ("zip", "", "Enter your ZIP code."),
    ("zip", "0703", "Enter the five digits of your ZIP code"),
    ("phone", "12", "Enter a US phone number with ten digits, or leave it empty."),
    ("first_name", "x" * 101, "Use at most 100 characters. This has 101."),
    ("own_words", "x" * 1501, "Use at most 1500 characters. This has 1501."),
    ("own_words", "short", "Use at least 6 characters, or leave it empty."),
])
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_retyped(
    client: Client, campaign: Campaign, field: str, typed: str, words: str
) -> None:
    answer = review(client, **{"city": "Weehawken", field: typed}) if field != "zip" else client.post(
        ADDRESS, {**details(city="Weehawken", zip=typed), "state": state_of(find(client))}
    )

    text = page(answer)
    assert answer.status_code == 422
    assert words in text
    assert f'href="#id_{field}"' in text
    assert "<title>Error:" in text
    if field != "city":
        assert "Weehawken" in text
    assert "nvalid value" not in text
    assert Action.objects.count() == 0


def test_an_empty_post_shows_what_is_missing(client: Client, campaign: Campaign) -> None:
    answer = client.post(ADDRESS, {})

    assert answer.status_code == 422
    assert "Enter your ZIP code." in page(answer)


def test_a_changed_zip_leads_to_the_chooser_again(client: Client, campaign: Campaign) -> None:
    answer = client.post(ADDRESS, {**details(zip="07302"), "state": state_of(find(client, "07030"))})

    assert answer.status_code == 422
    assert "Choose your district" in page(answer)


def test_of_a_repeated_field_the_last_counts(client: Client, campaign: Campaign) -> None:
    answer = client.post(ADDRESS, {"step": "zip", "zip": ["99501", "07030"]})

    assert "Member of NJ-8" in page(answer)


def test_hidden_marks_go_before_review_and_emoji_stay(client: Client, campaign: Campaign) -> None:
    checked = page(review(client, own_words="Please \u202eact\u202c now\x07 👩‍👧 thank you"))

    assert "Please act now 👩‍👧 thank you" in checked


def test_nul_is_refused_on_a_page_that_helps(client: Client, campaign: Campaign) -> None:
    answer = client.post(ADDRESS, {"step": "zip", "zip": "07\x00030"})

    assert answer.status_code == 400
    assert "888" in page(answer)


def test_ten_megabytes_are_refused_on_a_page_that_helps(client: Client, campaign: Campaign) -> None:
    answer = client.post(ADDRESS, {"step": "zip", "zip": "1" * 10_000_000})

    assert answer.status_code == 413
    assert "888" in page(answer)


@pytest.mark.parametrize("step", ["details", "send", "edit"])
def test_a_forged_or_cut_state_is_refused_and_nothing_is_stored(client: Client, campaign: Campaign, step: str) -> None:
    good = state_of(review(client))

    for state in ("", "forged", good[:-4], good[::-1]):
        assert client.post(ADDRESS, {**details(), "step": step, "state": state}).status_code == 400
    assert Action.objects.count() == 0


def test_a_state_is_good_for_its_own_campaign_only(client: Client, campaign: Campaign) -> None:
    create_campaign(slug="another-law")
    state = state_of(review(client))

    answer = client.post("/take-action/another-law/", {"step": "send", "state": state})

    assert answer.status_code == 400
    assert Action.objects.count() == 0


def test_sending_before_the_details_is_refused(client: Client, campaign: Campaign) -> None:
    answer = client.post(ADDRESS, {"step": "send", "state": state_of(find(client))})

    assert answer.status_code == 400


def test_a_review_older_than_a_day_keeps_the_words_and_asks_again(client: Client, campaign: Campaign) -> None:
    checked = review(client, own_words="These words took me long.")

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        again = client.post(ADDRESS, {"step": "send", "state": state_of(checked)})
        stored_before = Action.objects.count()
        sent = client.post(ADDRESS, {"step": "send", "state": state_of(again)})

    assert "These words took me long." in page(again)
    assert "Nothing has been sent yet." in page(again)
    assert stored_before == 0
    assert sent.status_code == 302


def test_a_text_that_changes_under_review_is_shown_before_it_goes(client: Client, campaign: Campaign) -> None:
    checked = review(client)
    CampaignText.publish(campaign, subject_en="A better subject", statement_en="A better statement.")

    again = client.post(ADDRESS, {"step": "send", "state": state_of(checked)})
    stored_before = Action.objects.count()
    client.post(ADDRESS, {"step": "send", "state": state_of(again)})

    assert "A better statement." in page(again)
    assert stored_before == 0
    letter = Message.objects.filter(gateway="house").get().read_letter()
    assert letter is not None
    assert letter.statement == "A better statement."


def test_a_campaign_that_ends_while_somebody_writes_gives_the_words_back(client: Client, campaign: Campaign) -> None:
    checked = review(client, own_words="Please keep these words.")
    Campaign.objects.filter(pk=campaign.pk).update(status=Status.PAUSED)

    answer = client.post(ADDRESS, {"step": "send", "state": state_of(checked)})

    assert "Please keep these words." in page(answer)
    assert Action.objects.count() == 0


@pytest.mark.parametrize("meanwhile", ["text", "day", "pause"])
def test_a_send_whose_answer_was_lost_leads_to_its_receipt(client: Client, campaign: Campaign, meanwhile: str) -> None:
    state = state_of(review(client))
    first = client.post(ADDRESS, {"step": "send", "state": state})
    now = timezone.now()
    if meanwhile == "text":
        CampaignText.publish(campaign, subject_en="Another subject", statement_en="Another statement.")
    elif meanwhile == "day":
        now += timedelta(hours=25)
    else:
        Campaign.objects.filter(pk=campaign.pk).update(status=Status.PAUSED)

    with time_machine.travel(now):
        again = client.post(ADDRESS, {"step": "send", "state": state})

    assert again["Location"] == first["Location"]


def test_a_name_nobody_can_see_is_no_name(client: Client, campaign: Campaign) -> None:
    assert "Enter your first name." in page(review(client, first_name="\u200b"))


def test_edit_brings_everything_back(client: Client, campaign: Campaign) -> None:
    checked = review(client, own_words="Let me change this.", city="Weehawken", phone="(202) 555-0100")

    back = page(client.post(ADDRESS, {"step": "edit", "state": state_of(checked)}))

    for typed in ("Let me change this.", "Weehawken", "202-555-0100", "ana@example.org"):
        assert typed in back


def test_a_post_from_another_site_is_refused(client: Client, campaign: Campaign) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        answer = client.post(ADDRESS, {"step": "zip", "zip": "07030"}, headers=headers)
        assert answer.status_code == 403, headers
    assert client.post(
        ADDRESS, {"step": "zip", "zip": "07030"}, headers={"Sec-Fetch-Site": "same-origin"}
    ).status_code == 200


def test_acting_joins_nothing(client: Client, campaign: Campaign) -> None:
    send(client)

    assert Subscriber.objects.count() == 0


def test_the_ticked_box_asks_for_news_and_nothing_more(client: Client, campaign: Campaign) -> None:
    send(client, news="on")

    assert Subscriber.objects.get().state == "pending"


def test_a_filled_honeypot_holds_the_action_and_drops_nothing(client: Client, campaign: Campaign) -> None:
    sent = send(client, website="https://spam.example")

    assert set(Message.objects.values_list("state", flat=True)) == {State.HELD}
    assert "open your email" in page(client.get(sent["Location"]))
    assert OutgoingMail.objects.get().kind == "confirmation"


def test_a_form_filled_in_faster_than_a_person_types_is_held(client: Client, campaign: Campaign, settings: Any) -> None:
    settings.MIN_FORM_SECONDS = 3

    send(client)

    assert set(Message.objects.values_list("state", flat=True)) == {State.HELD}


def test_the_receipt_mail_names_no_topic_and_may_be_declined(client: Client, campaign: Campaign) -> None:
    send(client)
    mail = OutgoingMail.objects.get()
    send(client, email="other@example.org", no_mail="on")

    assert OutgoingMail.objects.count() == 1
    assert "/take-action/receipt/" in mail.text
    for word in ("Congress", "traffick", "campaign", campaign.title):
        assert word not in mail.subject + mail.text[:140]


def test_in_spanish_the_office_still_receives_english(client: Client, campaign: Campaign) -> None:
    address = f"/es{ADDRESS}"
    checked = review(client, address=address)
    client.post(address, {"step": "send", "state": state_of(checked)})

    letter = Message.objects.filter(gateway="house").get().read_letter()
    assert letter is not None
    assert letter.statement == "Please vote for this bill."
    assert "Por favor vote por esta ley." in page(checked)
    assert Action.objects.get().language == "es"


def test_personal_details_are_kept_in_the_sender_alone(client: Client, campaign: Campaign) -> None:
    send(client, first_name="Zebulon")

    assert Sender.objects.get().first_name == "Zebulon"
    assert "Zebulon" not in str(Sender.objects.get())
