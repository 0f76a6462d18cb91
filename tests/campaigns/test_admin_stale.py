"""A campaign that somebody else changed while its page was open: nothing of theirs is undone, nothing typed is lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, Status
from tests.campaigns.test_admin import problems, typed
from tests.factories import create_campaign

pytestmark = pytest.mark.django_db

CHANGED = "Somebody else changed this campaign while you had it open. Nothing was saved"


@pytest.fixture
def campaign(db: None) -> Campaign:
    return create_campaign(slug="fair-law", cwc_id="fair-law-pro", opened_at=timezone.now())


def address(campaign: Campaign) -> str:
    return f"/admin/campaigns/campaign/{campaign.pk}/change/"


def opened(client: Client, campaign: Campaign) -> dict[str, str]:
    """Open the page of a campaign; return what it posts without being typed."""
    return carried(client.get(address(campaign)))


def carried(response: Any) -> dict[str, str]:
    found = re.search(r'<input type="hidden" name="as_of" value="([^"]+)"', response.content.decode())
    assert found
    return {"as_of": found[1]}


def test_a_page_from_before_the_end_does_not_undo_it(admin_client: Client, campaign: Campaign) -> None:
    before = opened(admin_client, campaign)
    over = {
        "status": "won", "outcome_en": "It passed.", "outcome_es": "", "button_en": "See", "button_es": "",
        "letters": "withdraw", "step": "end",
    }
    assert admin_client.post(f"/admin/campaigns/campaign/{campaign.pk}/end/", over).status_code == 302

    refused = admin_client.post(address(campaign), typed(title_en="A fairer law", **before))
    again = admin_client.post(address(campaign), typed(title_en="A fairer law", **carried(refused)))

    for response in (refused, again):
        assert CHANGED in problems(response)
        assert "A fairer law" in response.content.decode()
    stored = Campaign.objects.get()
    assert (stored.status, stored.outcome, stored.title) == (Status.WON, "It passed.", "A fair law")
    assert stored.closed_at


def test_a_page_from_before_its_hour_does_not_put_a_campaign_back(admin_client: Client, campaign: Campaign) -> None:
    Campaign.objects.update(status=Status.SCHEDULED, opens_at=timezone.now() - timedelta(minutes=1))
    before = opened(admin_client, campaign)
    assert Campaign.objects.begin_scheduled() == 1

    refused = admin_client.post(address(campaign), typed(status="draft", **before))

    assert CHANGED in problems(refused)
    assert Campaign.objects.get().status == Status.OPEN


def test_of_two_who_change_it_at_once_the_later_one_is_told(admin_client: Client, campaign: Campaign) -> None:
    one, other = opened(admin_client, campaign), opened(admin_client, campaign)

    kept = admin_client.post(address(campaign), typed(title_en="A fairer law", **one))
    refused = admin_client.post(address(campaign), typed(title_en="A fair low", **other))
    anew = admin_client.post(address(campaign), typed(title_en="The fairest law", **opened(admin_client, campaign)))

    assert (kept.status_code, refused.status_code, anew.status_code) == (302, 200, 302)
    assert Campaign.objects.get().title == "The fairest law"


def test_who_receives_the_letters_is_fixed_once_it_has_opened(admin_client: Client, campaign: Campaign) -> None:
    response = admin_client.post(address(campaign), typed(recipients="targets", **opened(admin_client, campaign)))

    assert response.status_code == 302, problems(response)
    assert Campaign.objects.get().recipients == "congress"
    assert 'name="recipients"' not in admin_client.get(address(campaign)).content.decode()
