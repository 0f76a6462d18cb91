"""A campaign from draft to outcome, as a visitor meets it: to the minute, and with one way on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from actions.models import Counter, CounterTotal, Message
from actions.states import State
from actions.tasks import look_after
from campaigns.models import Campaign, Kind, Status
from campaigns.next_steps import next_step, related
from tests.actions.posting import find, page, review, state_of
from tests.factories import create_campaign, create_congress, take

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # 12:00 in New York
ADDRESS = "/take-action/a-fair-law/"


def test_a_scheduled_campaign_opens_to_the_minute_whether_or_not_a_worker_runs(client: Client) -> None:
    create_congress()
    create_campaign(slug="a-fair-law", status=Status.SCHEDULED, opens_at=NOON, position=1)

    with time_machine.travel(NOON - timedelta(seconds=1), tick=False):
        assert client.get(ADDRESS).status_code == 404
        assert client.post(ADDRESS, {"step": "zip", "zip": "07030"}).status_code == 404
        assert "A fair law" not in page(client.get("/take-action/"))
        assert Campaign.objects.begin_scheduled() == 0
    with time_machine.travel(NOON, tick=False):
        assert "id_zip" in page(client.get(ADDRESS))
        assert "A fair law" in page(client.get("/take-action/all/?status=open"))
        take(Campaign.objects.get())
        assert Message.objects.due("house").count() == 1
        look_after()
        campaign = Campaign.objects.get()
        assert (campaign.status, campaign.opened_at) == (Status.OPEN, NOON)
        assert Campaign.objects.begin_scheduled() == 0
        assert Message.objects.filter(state=State.QUEUED).count() == 1


def test_a_campaign_that_is_put_off_meanwhile_does_not_open() -> None:
    create_campaign(status=Status.SCHEDULED, opens_at=NOON)
    with time_machine.travel(NOON, tick=False):
        (read,) = Campaign.objects.all()
        Campaign.objects.update(opens_at=NOON + timedelta(days=1))

        opened = read.begin()

    assert not opened
    campaign = Campaign.objects.get()
    assert (campaign.status, campaign.opened_at) == (Status.SCHEDULED, None)


def test_a_deadline_closes_to_the_second_and_says_when_it_was(client: Client) -> None:
    create_congress()
    create_campaign(slug="a-fair-law", closes_at=NOON, position=1)

    with time_machine.travel(NOON - timedelta(seconds=1), tick=False):
        assert "You can act until Nov. 24, 2026, noon EST" in page(client.get(ADDRESS))
        reviewed = state_of(review(client, own_words="My town needs it."))
    with time_machine.travel(NOON, tick=False):
        shown, card = page(client.get(ADDRESS)), page(client.get("/take-action/"))
        ended = page(client.post(ADDRESS, {"step": "send", "state": reviewed}))

    assert "The deadline was Nov. 24, 2026, noon EST" in shown
    assert "id_zip" not in shown
    assert "Deadline passed" in card
    assert "Read more" in card
    assert ">Open<" not in card
    assert "The deadline has passed" in ended
    assert "My town needs it." in ended


@pytest.mark.parametrize(("status", "chip", "words", "heading"), [
    (Status.PAUSED, "Paused", "Nothing is sent while it does", "rests just now"),
    (Status.WON, "Won", "It was won on", "was won"),
    (Status.LOST, "Lost", "without what it asked for", "is over"),
    (Status.ARCHIVED, "Archived", "It was closed on", "is over"),
])
def test_each_state_has_its_words_and_one_way_on(
    client: Client, status: Status, chip: str, words: str, heading: str
) -> None:
    create_congress()
    campaign = create_campaign(slug="a-fair-law", position=1)
    create_campaign(title="Another law", slug="another", position=2)
    form = state_of(find(client))
    Campaign.objects.filter(pk=campaign.pk).update(status=status, closed_at=timezone.now())

    shown, ended = page(client.get(ADDRESS)), page(client.post(ADDRESS, {"step": "details", "state": form}))

    assert chip in shown
    assert words in shown
    assert words in ended
    assert heading in ended
    assert "does not count" in ended
    assert shown.count('class="next"') == ended.count('class="next"') == 1
    assert "/take-action/another/" in shown


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("status", [Status.PAUSED, Status.WON, Status.LOST, Status.ARCHIVED])
def test_the_answer_to_who_comes_too_late_fits_every_kind(client: Client, kind: Kind, status: Status) -> None:
    create_campaign(slug="a-fair-law", kind=kind, status=status, closed_at=timezone.now())

    ended = page(client.post(ADDRESS, {"own_words": "Kept."}))

    assert "Kept." in ended
    assert "letters now" not in ended


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SCHEDULED])
def test_what_is_not_published_is_not_there(client: Client, status: Status) -> None:
    create_campaign(slug="a-fair-law", status=status, opens_at=timezone.now() + timedelta(hours=1))

    assert client.get(ADDRESS).status_code == 404


@pytest.mark.parametrize(("reached", "words", "value"), [
    (0, "0 of 2,000 people", "0"), (1234, "1,234 of 2,000 people", "1234"),
    (2345, "2,345 of 2,000 people · the goal is reached", "2000"),
])
def test_a_goal_is_a_plain_bar_with_the_true_number(client: Client, reached: int, words: str, value: str) -> None:
    campaign = create_campaign(slug="a-fair-law", goal=2000)
    CounterTotal.objects.create(counter=Counter.ACTIONS, campaign=campaign, value=reached)

    for status in (Status.OPEN, Status.WON):
        Campaign.objects.update(status=status)
        shown = page(client.get(ADDRESS))

        assert words in shown
        assert f'<progress id="goal" value="{value}" max="2000">' in shown


@pytest.mark.parametrize(("wrong", "field"), [
    ({"status": Status.SCHEDULED}, "opens_at"),
    ({"opens_at": NOON, "closes_at": NOON}, "closes_at"),
    ({"status": Status.SCHEDULED, "opens_at": NOON, "cwc_id": None}, "cwc_id"),
    ({"status": Status.SCHEDULED, "opens_at": NOON, "topics": []}, "topics"),
])
def test_times_that_cannot_be_meant_are_refused(wrong: dict[str, Any], field: str) -> None:
    campaign = Campaign(**{"slug": "law", "topics": ["Law"], "cwc_id": "law-pro", "status": Status.OPEN, **wrong})

    with pytest.raises(ValidationError) as refused:
        campaign.clean()

    assert list(refused.value.message_dict) == [field]


def test_the_next_step_is_found_by_one_rule() -> None:
    campaign = create_campaign(topics=["Law"], position=1)
    first = create_campaign(topics=["Health"], position=2)
    shares = create_campaign(kind=Kind.PLEDGE, topics=["Health", "Law"], position=0)
    chosen = create_campaign(status=Status.PAUSED, position=0)
    campaign.next_step = chosen

    found = next_step(campaign)
    assert found.campaign == shares
    assert "shares the topic “Law”" in found.reason
    assert next_step(campaign, exclude=[shares.pk]).campaign == first
    assert next_step(campaign, exclude=[shares.pk, first.pk]).campaign is None
    Campaign.objects.filter(pk=chosen.pk).update(status=Status.OPEN)
    assert next_step(campaign).campaign == chosen
    Campaign.objects.filter(pk=chosen.pk).update(closes_at=timezone.now())
    assert next_step(campaign).campaign == shares
    campaign.next_step = campaign
    assert next_step(campaign).campaign == shares
    Campaign.objects.exclude(pk=campaign.pk).update(status=Status.WON)
    assert next_step(campaign).campaign is None
    assert next_step(campaign).reason


def test_related_actions_share_a_topic_first_and_are_open(client: Client) -> None:
    campaign = create_campaign(slug="a-fair-law", topics=["Law"], position=1)
    create_campaign(title="Health first", topics=["Health"], position=2)
    create_campaign(title="Health second", topics=["Health"], position=3)
    create_campaign(title="Law without a place", topics=["Law"], position=0)
    create_campaign(title="Law that was won", topics=["Law"], position=4, status=Status.WON)

    assert [other.title for other in related(campaign)] == ["Law without a place", "Health first"]
    shown = page(client.get(ADDRESS))
    assert "Law without a place" in shown
    assert "Law that was won" not in shown


class TestFilters:
    """The list of all actions, narrowed down by its address."""

    @pytest.fixture(autouse=True)
    def campaigns(self) -> None:
        """An open letter, a pledge past its deadline, and a call that was won."""
        create_campaign(title="Write for law", topics=["Law", "Health"])
        create_campaign(title="Promise it", kind=Kind.PLEDGE, topics=["Health"], closes_at=timezone.now())
        create_campaign(title="Call for it", kind=Kind.CALL, topics=[], status=Status.WON)
        create_campaign(title="Not yet", kind=Kind.SHARE, topics=["Energy"], status=Status.DRAFT)

    @pytest.mark.parametrize(("query", "found"), [
        ("", ["Write for law", "Promise it", "Call for it"]),
        ("?kind=pledge", ["Promise it"]),
        ("?topic=Health", ["Write for law", "Promise it"]),
        ("?topic=Health&status=open&kind=", ["Write for law"]),
        ("?status=past", ["Promise it"]),
        ("?status=won", ["Call for it"]),
        ("?status=won&kind=pledge", []),
        ("?kind=share&topic=Energy&status=draft", ["Write for law", "Promise it", "Call for it"]),
        ("?kind=%3Cscript%3E&topic=x" + "y" * 3000, ["Write for law", "Promise it", "Call for it"]),
        ("?kind=call&kind=pledge", ["Promise it"]),
        ("?kind=%00&status[]=won&unknown=1", ["Write for law", "Promise it", "Call for it"]),
    ])
    def test_what_fits_is_shown_and_unknown_values_are_ignored(
        self, client: Client, query: str, found: list[str]
    ) -> None:
        response = client.get(f"/take-action/all/{query}")

        shown = page(response)
        titles = ["Write for law", "Promise it", "Call for it", "Not yet"]
        assert [title for title in titles if title in shown] == found
        assert response["Cache-Control"] == "no-cache"
        assert "<script>" not in shown.split("<main")[1]

    def test_the_choice_stays_and_the_number_is_said(self, client: Client) -> None:
        shown = page(client.get("/take-action/all/?topic=Health&status=open"))

        assert '<option value="Health" selected>' in shown
        assert '<option value="open" selected>' in shown
        assert "1 action found" in shown
        assert "<title>1 action found" in shown

    def test_only_what_exists_is_offered(self, client: Client) -> None:
        shown = page(client.get("/take-action/all/"))

        for value in ("message", "pledge", "call", "Law", "Health", "open", "past", "won"):
            assert f'<option value="{value}"' in shown
        for value in ("share", "training", "Energy", "draft", "paused"):
            assert f'<option value="{value}"' not in shown

    def test_nothing_that_fits_leads_back_to_everything(self, client: Client) -> None:
        shown = page(client.get("/take-action/all/?status=won&kind=pledge"))

        assert "0 actions found" in shown
        assert "No action fits" in shown
        assert 'href="/take-action/all/"' in shown.split("No action fits")[1]


def test_a_site_without_campaigns_offers_no_filter(client: Client) -> None:
    shown = page(client.get("/take-action/all/?kind=pledge"))

    assert "Nothing is open right now" in shown
    assert "<select" not in shown
