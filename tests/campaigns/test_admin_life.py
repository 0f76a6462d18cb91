"""What staff are told before a campaign opens, and what the form offers, through the real admin pages."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, Graphic, Kind, Lesson, Promise, Recipients, Status, Target
from tests.campaigns.test_admin import NEW, problems, typed
from tests.factories import create_campaign

pytestmark = pytest.mark.django_db
NO_LETTER = {"subject_en": "", "statement_en": "", "cwc_id": ""}


def at(name: str, moment: datetime) -> dict[str, str]:
    """Return how the form posts a time."""
    local = moment.astimezone(ZoneInfo("America/New_York"))
    return {f"{name}_0": local.strftime("%Y-%m-%d"), f"{name}_1": local.strftime("%H:%M:%S")}


def promised(text: str = "I will listen.", **given: str) -> dict[str, str]:
    """Return one promise as the form of a new pledge posts it."""
    return {
        "promises-TOTAL_FORMS": "1", "promises-0-text_en": text, "promises-0-text_es": "", "promises-0-position": "0",
        **given,
    }


def test_one_save_adds_the_promise_and_opens_the_pledge(admin_client: Client) -> None:
    response = admin_client.post(NEW, typed(kind="pledge", **NO_LETTER, **promised()))

    assert response.status_code == 302, problems(response)
    assert Campaign.objects.get().is_open
    assert Promise.objects.count() == 1


@pytest.mark.parametrize("status", ["open", "scheduled"])
def test_a_pledge_without_a_promise_does_not_open(admin_client: Client, status: str) -> None:
    times = at("opens_at", timezone.now() + timedelta(days=1))

    response = admin_client.post(NEW, typed(kind="pledge", status=status, **NO_LETTER, **times))

    assert "at least one promise" in problems(response)
    assert not Campaign.objects.exists()


def test_the_last_promise_of_an_open_pledge_stays(admin_client: Client) -> None:
    admin_client.post(NEW, typed(kind="pledge", **NO_LETTER, **promised()))
    campaign, promise = Campaign.objects.get(), Promise.objects.get()
    without = promised(**{
        "promises-INITIAL_FORMS": "1", "promises-0-id": str(promise.pk), "promises-0-campaign": str(campaign.pk),
        "promises-0-DELETE": "on",
    })

    path = f"/admin/campaigns/campaign/{campaign.pk}/change/"
    refused = admin_client.post(path, typed(kind="pledge", **NO_LETTER, **without))
    paused = admin_client.post(path, typed(kind="pledge", status="paused", **NO_LETTER, **without))

    assert "at least one promise" in problems(refused)
    assert paused.status_code == 302
    assert not Promise.objects.exists()


@pytest.mark.parametrize(("kind", "words"), [
    ("call", "words to say"), ("training", "at least one lesson"), ("share", "at least one graphic"),
])
def test_what_a_kind_needs_is_asked_for_in_words(admin_client: Client, kind: str, words: str) -> None:
    response = admin_client.post(NEW, typed(kind=kind, **NO_LETTER))

    assert response.status_code == 200
    assert words in problems(response)
    assert "Save it as a draft" in problems(response) or kind != "call"
    assert admin_client.post(NEW, typed(kind=kind, status="draft", **NO_LETTER)).status_code == 302


def test_what_is_missing_is_known_for_every_kind() -> None:
    def missing(**given: Any) -> int:
        return len(Campaign.objects.create(slug=f"c{Campaign.objects.count()}", **given).missing())

    assert [missing(kind=kind) for kind in Kind] == [1, 1, 1, 1, 1]
    assert missing(kind=Kind.MESSAGE, recipients=Recipients.TARGETS) == 2
    pledge, share, course, letter = (
        create_campaign(kind=kind, recipients=Recipients.TARGETS)
        for kind in (Kind.PLEDGE, Kind.SHARE, Kind.TRAINING, Kind.MESSAGE)
    )
    Promise.objects.create(campaign=pledge, text="I will listen.")
    Graphic.objects.create(campaign=share, headline="Look", alt="Words", caption="Look")
    Lesson.objects.create(campaign=course, title="One", body="Words", question="Which?")
    Target.objects.create(campaign=letter, name="A Governor", email="governor@example.org")
    assert [one.missing() for one in (pledge, share, course, letter)] == [[], [], [], []]
    assert create_campaign(kind=Kind.CALL, call_script="I ask you to …").missing() == []


@pytest.mark.parametrize(("times", "words"), [
    ({"status": "scheduled"}, "say when"),
    ({"status": "scheduled", **at("opens_at", timezone.now() - timedelta(hours=1))}, "This time has passed"),
    (at("closes_at", timezone.now() - timedelta(hours=1)), "This deadline has passed"),
    ({
        "status": "scheduled", **at("opens_at", timezone.now() + timedelta(days=2)),
        **at("closes_at", timezone.now() + timedelta(days=1)),
    }, "before the campaign opens"),
    ({"status": "won"}, "End this campaign"),
    ({"goal": "3"}, "10"),
])
def test_times_and_states_that_cannot_be_meant_are_refused_in_words(
    admin_client: Client, times: dict[str, str], words: str
) -> None:
    response = admin_client.post(NEW, typed(**times))

    assert response.status_code == 200
    assert words in problems(response)
    assert not Campaign.objects.exists()


def test_a_campaign_past_its_deadline_can_still_be_edited(admin_client: Client) -> None:
    over = (timezone.now() - timedelta(days=1)).replace(microsecond=0)
    campaign = create_campaign(slug="fair-law", cwc_id="fair-law-pro", closes_at=over, opened_at=over)

    response = admin_client.post(
        f"/admin/campaigns/campaign/{campaign.pk}/change/", typed(title_en="A fairer law", **at("closes_at", over))
    )

    assert response.status_code == 302, problems(response)
    campaign.refresh_from_db()
    assert (campaign.title_en, campaign.closes_at) == ("A fairer law", over)  # type: ignore[attr-defined]  # a column of the translation


def test_a_campaign_that_was_won_can_be_opened_again(admin_client: Client) -> None:
    campaign = create_campaign(
        slug="fair-law", cwc_id="fair-law-pro", status=Status.WON, closed_at=timezone.now(), sends_after_end=True
    )
    path = f"/admin/campaigns/campaign/{campaign.pk}/change/"

    assert admin_client.post(path, typed(status="won")).status_code == 302
    assert Campaign.objects.get().closed_at
    assert admin_client.post(path, typed(status="open")).status_code == 302
    again = Campaign.objects.get()
    assert (again.status, again.closed_at, again.sends_after_end) == (Status.OPEN, None, False)


def test_staff_read_the_next_step_and_why(admin_client: Client) -> None:
    campaign = create_campaign(slug="fair-law", position=1)
    create_campaign(title="Another law", position=2)

    shown = admin_client.get(f"/admin/campaigns/campaign/{campaign.pk}/change/").content.decode()

    assert "Another law, because it is the first open campaign on the Take Action page." in shown


@pytest.mark.parametrize("kind", list(Kind))
def test_the_page_shows_what_a_campaign_of_its_kind_has(admin_client: Client, kind: Kind) -> None:
    campaign = create_campaign(kind=kind)

    shown = admin_client.get(f"/admin/campaigns/campaign/{campaign.pk}/change/").content.decode()

    assert ('name="statement_en"' in shown) == (kind == Kind.MESSAGE)
    assert ('name="call_script_en"' in shown) == (kind == Kind.CALL)
    assert ('name="promises-TOTAL_FORMS"' in shown) == (kind == Kind.PLEDGE)
    assert 'name="topics"' in shown
    assert 'name="goal"' in shown


def test_the_list_says_what_visitors_read_and_which_bill_is_past(admin_client: Client) -> None:
    create_campaign(closes_at=timezone.now(), bill_congress=117, bill_type="hr", bill_number=7900, stance="Pro")

    shown = admin_client.get("/admin/campaigns/campaign/").content.decode()

    assert "Deadline passed" in shown
    assert "⚠ past" in shown
