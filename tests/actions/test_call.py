"""Calls: whom to call, what to say, and what came of it. No phone number of the caller is ever asked for."""

from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.test import Client

from actions.congress.models import Member, Seat
from actions.models import Action, Call, OutcomeNotice, Sender, read_counters
from actions.views import tickets
from campaigns.models import Campaign, Status
from tests.factories import create_call, create_congress

pytestmark = pytest.mark.django_db

ADDRESS = "/take-action/a-call/"


@pytest.fixture
def campaign(db: None) -> Campaign:
    create_congress()
    return create_call(slug="a-call")


def offices_page(client: Client, zip_code: str = "07030") -> str:
    """Post a ZIP; return the address of the caller's own page."""
    answer = client.post(ADDRESS, {"zip": zip_code})
    assert answer.status_code == 302
    return str(answer["Location"])


def told(*outcomes: str, **more: str) -> dict[str, str]:
    """Return what is posted from New Jersey's 8th district: one outcome for each office, in the order of the page."""
    seats = Seat.objects.filter(state="NJ").exclude(chamber="house", district__in=range(9, 99)).exclude(
        chamber="house", district__lt=8
    )
    values = [*outcomes, "not_yet", "not_yet", "not_yet"]
    return {**{f"seat_{seat.pk}": value for seat, value in zip(seats, values, strict=False)}, "website": "", **more}


def test_a_zip_leads_to_three_numbers_that_dial_and_the_words(client: Client, campaign: Campaign) -> None:
    shown = client.get(offices_page(client)).content.decode()

    assert shown.count('href="tel:+12025550123"') == 3
    assert "Member of NJ-8" in shown
    assert "Please vote for the bill." in shown
    assert "leave a message" in shown
    assert 'type="tel"' not in shown


def test_neither_zip_nor_district_can_be_read_in_the_address(client: Client, campaign: Campaign) -> None:
    path = offices_page(client)

    assert "07030" not in path
    assert "NJ" not in path.split("/call/")[0]


def test_a_zip_of_two_districts_asks_which(client: Client, campaign: Campaign) -> None:
    path = offices_page(client, "07302")
    asked = client.get(path).content.decode()

    wrong = client.post(path, {"office": "TX-1"})
    chosen = client.post(path, {"office": "NJ-10"})

    assert "Which is your district?" in asked
    assert wrong.status_code == 422
    assert "Member of NJ-10" in client.get(chosen["Location"]).content.decode()


def test_an_empty_seat_is_said_and_the_others_can_be_called(client: Client, campaign: Campaign) -> None:
    shown = client.get(offices_page(client, "94501")).content.decode()

    assert "This seat is empty at the moment." in shown
    assert shown.count('href="tel:') >= 2


@pytest.mark.parametrize(("typed", "words"), [
    ("", "Enter your ZIP code."), ("0703", "Enter the five digits"), ("x" * 50, "Enter the five digits"),
])
def test_a_wrong_zip_is_said(client: Client, campaign: Campaign, typed: str, words: str) -> None:
    answer = client.post(ADDRESS, {"zip": typed})

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_what_came_of_a_call_counts_once_however_often_it_is_posted(client: Client, campaign: Campaign) -> None:
    path = offices_page(client)

    first = client.post(path, told("talked"))
    again = [client.post(path, told("talked")), client.post(path, told("voicemail")), client.get(path)]

    assert {answer["Location"] for answer in again} == {first["Location"]}
    assert read_counters() == {"actions": 1, "pledges": 0, "messages": 0}
    assert [call.outcome for call in Call.objects.all()] == ["talked"]


def test_nothing_personal_is_stored(client: Client, campaign: Campaign) -> None:
    client.post(offices_page(client), told("talked"))

    action = Action.objects.get()
    assert Sender.objects.count() == 0
    assert (action.person_key, action.email_key, action.state, action.district) == ("", "", "NJ", 8)


def test_the_code_of_a_shared_link_is_kept_and_nothing_else_of_it(client: Client, campaign: Campaign) -> None:
    create_call(slug="raise-awareness")
    page = client.get(f"{ADDRESS}?code=raise-awareness").content.decode()
    assert 'name="code" value="raise-awareness"' in page

    path = client.post(ADDRESS, {"zip": "07302", "code": "raise-awareness"})["Location"]
    client.post(client.post(path, {"office": "NJ-8"})["Location"], told("talked"))
    for code in ("<script>", "ana-muster-born-1970"):
        client.post(client.post(ADDRESS, {"zip": "07030", "code": code})["Location"], told("talked"))

    assert [action.source for action in Action.objects.order_by("pk")] == ["raise-awareness", "", ""]


def test_two_neighbours_are_two_actions(client: Client, campaign: Campaign) -> None:
    client.post(offices_page(client), told("talked"))
    client.post(offices_page(client), told("talked"))

    assert read_counters()["actions"] == 2


def test_the_receipt_takes_the_other_calls_and_is_still_one_action(client: Client, campaign: Campaign) -> None:
    receipt = client.post(offices_page(client), told("talked"))["Location"]
    before = client.get(receipt).content.decode()

    client.post(receipt, {"act": "calls", **told("talked", "voicemail", "no_luck")})

    assert before.count('href="tel:+12025550123"') == 2
    assert sorted(call.outcome for call in Call.objects.all()) == ["no_luck", "talked", "voicemail"]
    assert read_counters()["actions"] == 1


def test_without_any_call_nothing_counts_and_the_page_says_what_to_do(client: Client, campaign: Campaign) -> None:
    path = offices_page(client)

    for posted in (told(), {}, told("shouted")):
        answer = client.post(path, posted)
        assert answer.status_code == 422
    assert "Tell us about at least one call." in client.post(path, told()).content.decode()
    assert Action.objects.count() == 0


def test_a_box_needs_an_address_and_an_address_alone_goes_nowhere(client: Client, campaign: Campaign) -> None:
    path = offices_page(client)

    without = client.post(path, told("talked", outcome="on"))
    client.post(path, told("talked", outcome="on", email="ana@example.org"))

    assert "Enter your email address, or untick the boxes." in without.content.decode()
    assert OutcomeNotice.objects.get().to == "ana@example.org"


@pytest.mark.parametrize("cut", [lambda ticket: ticket[:-9], lambda ticket: "x" * 40, lambda ticket: ticket[::-1]])
def test_a_forged_or_cut_link_leads_to_the_page_that_helps(client: Client, campaign: Campaign, cut: Any) -> None:
    ticket = offices_page(client).split("/call/")[1].rstrip("/")

    answer = client.get(f"{ADDRESS}call/{cut(ticket)}/")

    assert answer.status_code == 404
    assert "This link leads nowhere" in answer.content.decode()


def test_a_link_of_another_campaign_leads_nowhere(client: Client, campaign: Campaign) -> None:
    other = create_call(slug="another")
    ticket = tickets.mint(other, "calls", home=["NJ", 8], code="")

    assert client.get(f"{ADDRESS}call/{ticket}/").status_code == 404


def test_after_a_day_a_link_leads_to_a_fresh_page_and_does_not_count_twice(client: Client, campaign: Campaign) -> None:
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        used, unused = offices_page(client), offices_page(client)
        receipt = client.post(used, told("talked"))["Location"]
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        assert client.get(used)["Location"] == receipt
        fresh = client.get(unused)["Location"]
        assert "/call/" in fresh
        assert "Member of NJ-8" in client.get(fresh).content.decode()
        # What was told on the old page is not lost.
        assert client.post(unused, told("talked"))["Location"] == client.post(unused, told("talked"))["Location"]

    assert read_counters()["actions"] == 2


def test_a_campaign_that_closed_meanwhile_says_so(client: Client, campaign: Campaign) -> None:
    path = offices_page(client)
    Campaign.objects.update(status=Status.WON)

    answer = client.post(path, told("talked"))

    assert answer.status_code == 200
    assert Action.objects.count() == 0
    assert "tel:+1202" not in answer.content.decode()


def test_what_a_machine_did_waits_until_staff_count_it(
    client: Client, admin_client: Client, campaign: Campaign
) -> None:
    receipt = client.post(offices_page(client), told("talked", website="http://spam"))["Location"]
    held = Action.objects.get()
    shown = client.get(receipt).content.decode()

    admin_client.post("/admin/actions/action/", {"action": "count_held", "_selected_action": [held.pk]})
    admin_client.post("/admin/actions/action/", {"action": "count_held", "_selected_action": [held.pk]})

    assert "Somebody looks at it before it counts" in shown
    assert get_user_model().objects.count() == 1
    assert read_counters()["actions"] == 1
    assert LogEntry.objects.get().object_id == str(held.pk)


def test_who_calls_in_spanish_reads_both_languages(client: Client, campaign: Campaign) -> None:
    path = client.post(f"/es{ADDRESS}", {"zip": "07030"})["Location"]

    shown = client.get(path).content.decode()

    assert path.startswith("/es/")
    assert "Please vote for the bill." in shown
    assert "Por favor, vote por la ley." in shown


def test_a_successor_takes_the_place_of_who_left(client: Client, campaign: Campaign) -> None:
    receipt = client.post(offices_page(client), told("talked"))["Location"]
    Member.objects.filter(seat__state="NJ", seat__district=8).update(name="Somebody New")

    assert "Somebody New" in client.get(receipt).content.decode()


def test_who_did_not_get_through_is_not_thanked_for_a_call_and_may_try_again(
    client: Client, campaign: Campaign
) -> None:
    receipt = client.post(offices_page(client), told("no_luck"))["Location"]
    tried = client.get(receipt).content.decode()

    client.post(receipt, {"act": "calls", **told("talked")})
    reached = client.get(receipt).content.decode()

    assert "Thank you for trying." in tried
    assert tried.count('href="tel:+12025550123"') == 3
    assert "Offices count every call." in reached
    assert reached.count('href="tel:+12025550123"') == 2
