"""What staff can do, and what they are told, through the real admin pages."""

from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign

pytestmark = pytest.mark.django_db

NEW = "/admin/campaigns/campaign/add/"


def typed(**given: Any) -> dict[str, Any]:
    """Return what the form of a new campaign posts."""
    return {
        "title_en": "A fair law", "title_es": "Una ley justa", "slug": "fair-law", "kind": "message",
        "status": "open", "position": "1", "summary_en": "Why.", "summary_es": "Por qué.",
        "button_en": "Write", "button_es": "Escribir", "body_en": "", "body_es": "", "outcome_en": "",
        "outcome_es": "", "bill_status_en": "", "bill_status_es": "", "cwc_id": "fair-law-pro",
        "topics": ["Law"], "subject_en": "Please pass it", "statement_en": "Please vote for this law.",
        "subject_es": "", "statement_es": "", "sources-TOTAL_FORMS": "0", "sources-INITIAL_FORMS": "0",
        "audience_rules-TOTAL_FORMS": "0", "audience_rules-INITIAL_FORMS": "0",
        "graphics-TOTAL_FORMS": "0", "graphics-INITIAL_FORMS": "0", "targets-TOTAL_FORMS": "0",
        "recipients": "congress", "promises-TOTAL_FORMS": "0", "promises-INITIAL_FORMS": "0", **given,
    }


def problems(response: Any) -> str:
    """Return what the form says is wrong."""
    return str(response.context["errors"])


def test_staff_open_a_campaign_with_its_text(admin_client: Client) -> None:
    response = admin_client.post(NEW, typed())

    assert response.status_code == 302, problems(response)
    campaign = Campaign.objects.get()
    assert campaign.opened_at
    assert campaign.text
    assert (campaign.text.version, campaign.text.statement_en) == (1, "Please vote for this law.")


def test_a_letter_campaign_does_not_open_without_text(admin_client: Client) -> None:
    response = admin_client.post(NEW, typed(subject_en="", statement_en=""))

    assert response.status_code == 200
    assert "needs a subject and a statement" in problems(response)
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("wrong", [
    {"slug": "receipt"}, {"topics": []}, {"topics": ["Unknown"]}, {"cwc_id": ""}, {"statement_en": "x" * 2001},
])
def test_what_offices_would_not_take_is_refused(admin_client: Client, wrong: dict[str, Any]) -> None:
    response = admin_client.post(NEW, typed(**wrong))

    assert response.status_code == 200
    assert problems(response) != "[]"
    assert not Campaign.objects.exists()


def test_a_draft_may_be_unfinished(admin_client: Client) -> None:
    response = admin_client.post(
        NEW, typed(status="draft", cwc_id="", topics=[], subject_en="", statement_en="")
    )

    assert response.status_code == 302, problems(response)
    assert Campaign.objects.get().text is None


def test_a_changed_text_is_a_new_version_and_the_old_one_stays_to_read(admin_client: Client) -> None:
    admin_client.post(NEW, typed())
    campaign = Campaign.objects.get()
    path = f"/admin/campaigns/campaign/{campaign.pk}/change/"

    admin_client.post(path, typed(statement_en="Please vote for this better law."))
    admin_client.post(path, typed(statement_en="Please vote for this better law."))

    assert [text.version for text in campaign.texts.all()] == [2, 1]
    assert "Please vote for this law." in admin_client.get(path).content.decode()


def test_the_id_for_offices_is_fixed_once_letters_may_have_gone_out(admin_client: Client) -> None:
    admin_client.post(NEW, typed())
    campaign = Campaign.objects.get()

    admin_client.post(f"/admin/campaigns/campaign/{campaign.pk}/change/", typed(cwc_id="another-id"))

    campaign.refresh_from_db()
    assert campaign.cwc_id == "fair-law-pro"


def test_a_bill_of_a_past_congress_is_pointed_out(admin_client: Client) -> None:
    response = admin_client.post(
        NEW, typed(bill_congress="117", bill_type="hr", bill_number="7900", stance="Pro"), follow=True
    )

    assert "Congress of 2021–2022" in response.content.decode()


@pytest.mark.parametrize("path", [
    "/admin/campaigns/campaign/", "/admin/campaigns/organisation/add/", "/admin/newsletter/subscriber/",
    "/admin/newsletter/outgoingmail/",
])
def test_staff_pages_open(admin_client: Client, path: str) -> None:
    assert admin_client.get(path).status_code == 200
