"""What a campaign refuses, and what it keeps."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from actions.delivery.fields import TOPICS as TOPICS_OF_LETTERS
from actions.delivery.fields import limit
from campaigns.bills import congress_of, years_of
from campaigns.models import Campaign, CampaignText, Kind, Organisation, Status
from campaigns.topics import TOPICS
from tests.factories import create_campaign


def test_staff_and_letters_know_the_same_topics() -> None:
    assert tuple(TOPICS_OF_LETTERS) == TOPICS


@pytest.mark.parametrize(("day", "number"), [
    (date(1789, 3, 4), 1), (date(2022, 7, 14), 117), (date(2023, 1, 2), 117), (date(2023, 1, 3), 118),
    (date(2025, 1, 3), 119), (date(2026, 12, 31), 119), (date(2027, 1, 2), 119), (date(2027, 1, 3), 120),
])
def test_a_congress_turns_on_the_third_of_january(day: date, number: int) -> None:
    assert congress_of(day) == number


def test_a_congress_is_named_by_its_years() -> None:
    assert (years_of(117), years_of(119)) == ("2021–2022", "2025–2026")


A_BILL = {"bill_congress": 119, "bill_type": "hr", "bill_number": 99_999, "stance": "Pro"}


@pytest.mark.parametrize(("wrong", "field"), [
    ({"slug": "receipt"}, "slug"),
    ({"slug": "all"}, "slug"),
    ({"topics": ["Human Trafficking"]}, "topics"),
    ({"topics": []}, "topics"),
    ({"cwc_id": None}, "cwc_id"),
    ({"bill_number": 4323}, "bill_number"),
    ({**A_BILL, "stance": ""}, "stance"),
    ({**A_BILL, "bill_number": 100_000}, "bill_number"),
    ({"more_info_url": "ftp://example.org/bill"}, "more_info_url"),
])
def test_what_keeps_a_campaign_from_working_is_said_at_its_field(wrong: dict[str, object], field: str) -> None:
    values = {"slug": "fair-law", "topics": ["Law"], "cwc_id": "fair-law-pro", **wrong}
    campaign = Campaign(kind=Kind.MESSAGE, status=Status.OPEN, **values)

    with pytest.raises(ValidationError) as refused:
        campaign.clean()

    assert list(refused.value.message_dict) == [field]


def test_a_whole_bill_and_an_ordinary_address_are_taken() -> None:
    Campaign(
        kind=Kind.MESSAGE, status=Status.OPEN, slug="fair-law", topics=["Law"], cwc_id="fair-law-pro",
        more_info_url="https://example.org/bill", **A_BILL,
    ).clean()


def test_an_organisation_is_named_as_long_as_offices_ask() -> None:
    shortest = limit("organisation").shortest

    Organisation(name="x" * shortest).clean()
    with pytest.raises(ValidationError) as refused:
        Organisation(name="x" * (shortest - 1) + " ").clean()

    assert list(refused.value.message_dict) == ["name"]


@pytest.mark.django_db
def test_the_database_itself_refuses_letters_without_an_id() -> None:
    with pytest.raises(IntegrityError):
        create_campaign(cwc_id=None)


@pytest.mark.django_db
def test_the_same_words_make_no_new_version() -> None:
    campaign = create_campaign()
    words = {"subject_en": "Another ask", "statement_en": "Please vote for it."}

    first, again = CampaignText.publish(campaign, **words), CampaignText.publish(campaign, **words)

    assert first.pk == again.pk
    assert [text.version for text in campaign.texts.all()] == [2, 1]


@pytest.mark.django_db
def test_only_one_organisation_is_active() -> None:
    Organisation.objects.create(name="One")

    with pytest.raises(IntegrityError):
        Organisation.objects.create(name="Two")


@pytest.mark.django_db
def test_the_stand_in_organisation_has_no_links() -> None:
    assert not Organisation.current().links.all()
