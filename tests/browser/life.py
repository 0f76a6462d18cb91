"""Campaigns in each state of their life, and the list of all actions narrowed down."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from playwright.sync_api import expect

from actions.models import Counter, CounterTotal
from campaigns.models import Campaign, Kind, Status
from tests.factories import create_campaign

if TYPE_CHECKING:
    from tests.browser.states import Visit


def life(visit: "Visit") -> Iterator[str]:
    """What a visitor meets from the deadline on, a goal, and the filters."""
    over = timezone.now() - timedelta(minutes=1)
    create_campaign(slug="past-its-deadline", title="Past its deadline", closes_at=over, position=7, goal=2000)
    visit.open_route("actions:campaign", "past-its-deadline")
    yield "campaign past its deadline"
    create_campaign(slug="is-archived", kind=Kind.PLEDGE, status=Status.ARCHIVED, closed_at=over)
    visit.open_route("actions:campaign", "is-archived")
    yield "campaign archived"
    goal = create_campaign(slug="with-a-goal", goal=2000, closes_at=timezone.now() + timedelta(days=30))
    CounterTotal.objects.create(counter=Counter.ACTIONS, campaign=goal, value=2345)
    visit.open_route("actions:campaign", "with-a-goal")
    yield "campaign with a goal and a deadline"
    visit.open_route("campaigns:all")
    visit.page.locator("main summary").first.click()
    visit.page.locator("#filter-status").select_option("past")
    visit.press("main form button")
    expect(visit.page.locator("#found")).to_be_in_viewport()
    yield "list narrowed down"
    visit.page.locator("#filter-kind").select_option("share")
    visit.press("main form button")
    expect(visit.page.locator("main .card")).to_have_count(0)
    yield "list with nothing in it"
    Campaign.objects.filter(slug__in=["past-its-deadline", "is-archived", "with-a-goal"]).update(status=Status.DRAFT)
