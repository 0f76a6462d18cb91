"""The front page, the list of actions, and the pages of campaigns without a form."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns import demo
from campaigns.models import Campaign, Kind, Organisation, Status
from tests.factories import create_campaign, create_organisation

pytestmark = pytest.mark.django_db


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_front_page_shows_a_card_of_every_kind_counters_and_the_newsletter_form(client: Client) -> None:
    demo.load()

    page = text_of(client, "/take-action/")

    assert page.count('<article class="card') == 6
    assert page.count("<h1") == 1
    assert page.count("<dd>0</dd>") == 3
    assert re.search(r'<form[^>]*action="/newsletter/"[^>]*data-newsletter', page)
    assert 'name="page" value="take-action"' in page


def test_front_page_says_so_when_nothing_is_open(client: Client) -> None:
    page = text_of(client, "/take-action/")

    assert "No campaign is open right now" in page


def test_drafts_and_scheduled_campaigns_are_shown_nowhere(client: Client) -> None:
    for status in (Status.DRAFT, Status.SCHEDULED):
        create_campaign(status=status, title=f"Hidden {status}", position=1)

    for path in ("/take-action/", "/take-action/all/"):
        assert "Hidden" not in text_of(client, path)


def test_the_list_shows_open_actions_before_ended_ones(client: Client) -> None:
    create_campaign(title="Law that passed", status=Status.WON, position=1, closed_at=timezone.now())
    create_campaign(title="Law to ask for", position=2)

    page = text_of(client, "/take-action/all/")

    assert page.index("Law to ask for") < page.index("Law that passed")


def test_each_card_button_names_its_campaign(client: Client) -> None:
    create_campaign(title="A fair law", button="Write now", position=1)

    page = text_of(client, "/take-action/")

    assert 'Write now<span class="visually-hidden">: A fair law</span>' in page


def test_a_won_campaign_says_what_changed_and_leads_on(client: Client) -> None:
    demo.load()

    page = text_of(client, "/take-action/criminal-records-relief/")

    assert "Public Law 119-73" in page
    assert "not legal advice" in page
    assert "January" in page
    assert 'href="/take-action/fund-legal-help/"' in page
    assert 'name="zip"' not in page


def test_a_bill_of_a_past_congress_is_said_to_need_introducing_again(client: Client) -> None:
    demo.load()

    page = text_of(client, "/take-action/enablers-act/")

    assert "Introduced in the Congress of 2021–2022" in page
    assert "introduced again" in page


def test_spanish_pages_show_the_spanish_words_of_staff(client: Client) -> None:
    demo.load()

    page = text_of(client, "/es/take-action/")

    assert "Ayude a frenar las redes de trata" in page
    assert "Help disrupt" not in page


def test_text_of_staff_is_text_and_never_markup(client: Client) -> None:
    campaign = create_campaign(
        kind=Kind.SHARE, title="<b>T</b>", summary="<i>S</i>", body="# <u>H</u>\n\n- <s>item</s>\n- two\n\nA & B",
    )

    page = text_of(client, campaign.get_absolute_url())

    assert not re.search(r"<(b|i|u|s)>", page)
    assert "<h2>&lt;u&gt;H&lt;/u&gt;</h2>" in page
    assert "<li>two</li>" in page


def test_pages_set_no_cookie(client: Client) -> None:
    demo.load()

    for path in ("/take-action/", "/take-action/all/", "/take-action/raise-awareness/"):
        assert not client.get(path).cookies


def test_a_site_without_an_organisation_still_stands(client: Client) -> None:
    assert not Organisation.objects.exists()

    assert "Our organisation" in text_of(client, "/take-action/")


def test_queries_of_the_front_page_do_not_grow_with_its_cards(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    create_organisation()
    for number in range(12):
        create_campaign(title=f"Law {number}", position=number + 1)

    with django_assert_max_num_queries(8):
        client.get("/take-action/")
    assert Campaign.objects.count() == 12
