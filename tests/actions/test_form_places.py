"""From a ZIP to the right offices: choosers, places with one seat or none, and a site without any table."""

import pytest
from django.test import Client

from actions.models import Message
from actions.states import State
from campaigns.models import Campaign
from tests.actions.posting import ADDRESS, find, page, state_of
from tests.factories import create_campaign, details

pytestmark = pytest.mark.django_db


def test_a_split_zip_gets_the_chooser_and_each_choice_its_offices(client: Client, campaign: Campaign) -> None:
    offices = find(client, "07302")
    typed = {**details(zip="07302"), "state": state_of(offices)}
    unchosen = client.post(ADDRESS, typed)
    chosen = client.post(ADDRESS, {**typed, "office": "NJ-10"})

    assert "Member of NJ-8" in page(offices)
    assert "Member of NJ-10" in page(offices)
    assert unchosen.status_code == 422
    assert "Choose your district, or say that you are not sure." in page(unchosen)
    assert "Member of NJ-10" in page(chosen)
    assert "Member of NJ-8" not in page(chosen)


def test_not_sure_leads_to_the_senators(client: Client, campaign: Campaign) -> None:
    offices = find(client, "07302")

    checked = client.post(
        ADDRESS, {**details(zip="07302"), "state": state_of(offices), "office": "NJ-not-sure"}
    )
    client.post(ADDRESS, {"step": "send", "state": state_of(checked)})

    assert set(Message.objects.values_list("seat__chamber", flat=True)) == {"senate"}
    assert Message.objects.count() == 2


def test_a_zip_across_states_offers_both(client: Client, campaign: Campaign) -> None:
    offices = page(find(client, "89439"))

    assert "California" in offices
    assert "Nevada" in offices


def test_a_zip_outside_the_table_offers_the_districts_of_its_state(client: Client, campaign: Campaign) -> None:
    offices = page(find(client, "07099"))

    assert offices.count("Member of NJ-") == 12


def test_without_any_data_the_district_is_asked_by_number(client: Client) -> None:
    create_campaign(slug="a-fair-law")
    offices = find(client)
    typed = {**details(), "state": state_of(offices)}

    too_high = client.post(ADDRESS, {**typed, "home_state": "NJ", "district_number": "13"})
    known = client.post(ADDRESS, {**typed, "home_state": "NJ", "district_number": "12"})
    client.post(ADDRESS, {"step": "send", "state": state_of(known)})

    assert too_high.status_code == 422
    assert "New Jersey has the districts 1 to 12." in page(too_high)
    assert sorted(message.office_code for message in Message.objects.all()) == ["HNJ12", "SNJ01", "SNJ02"]
    assert Message.objects.filter(state=State.QUEUED).count() == 1


@pytest.mark.parametrize(("state", "office"), [("DC", "HDC00"), ("PR", "HPR00"), ("AK", "HAK00")])
def test_without_any_data_a_place_with_one_seat_needs_no_number(client: Client, state: str, office: str) -> None:
    create_campaign(slug="a-fair-law")
    typed = {**details(), "state": state_of(find(client)), "home_state": state, "district_number": ""}

    sent = client.post(ADDRESS, {"step": "send", "state": state_of(client.post(ADDRESS, typed))})

    assert sent.status_code == 302
    assert office in [message.office_code for message in Message.objects.all()]


@pytest.mark.parametrize(("zip_code", "words"), [
    ("09123", "Use the ZIP code of your home"), ("96960", "No member of Congress serves this place"),
    ("00000", "We do not know this ZIP code"),
])
def test_a_place_without_a_member_gets_other_ways_and_never_an_error(
    client: Client, campaign: Campaign, zip_code: str, words: str
) -> None:
    answer = find(client, zip_code)

    assert answer.status_code == 200
    assert words in page(answer)
    assert "Other ways to help" in page(answer)


def test_dc_and_alaska_get_their_right_titles(client: Client, campaign: Campaign) -> None:
    assert "Delegate" in page(find(client, "20001"))
    assert "Senator" not in page(find(client, "20001"))
    assert "at large" in page(find(client, "99501"))
    assert "district 0" not in page(find(client, "99501")).lower()
