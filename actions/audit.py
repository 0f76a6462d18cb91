"""Recounts the ledger and looks for rows that the table of states does not allow. It changes nothing."""

import time
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from actions.models import Action, Counter, Message, read_counters
from actions.states import FINAL, LIFE, State
from campaigns.models import Campaign, Kind

# Deadlines are kept by a task each hour, leases and news by one each 15 seconds.
DEADLINE_SLACK = timedelta(hours=2)
SWEEP_SLACK = timedelta(hours=1)
LOOKS = 3  # a count that differs is looked at again: between two statements somebody may have acted
LOOK_AGAIN_AFTER = 0.5  # seconds


def findings() -> list[str]:
    """Return what is wrong, a line each; empty where all is well. Lines hold numbers, never a person."""
    return [*_counters(), *_rows()]


def recount() -> dict[int, dict[str, int]]:
    """Return the counters of every campaign that has any, from the rows of ledger and outbox alone."""
    counted = Q(counted_at__isnull=False, invalidated_at=None)
    actions = Action.objects.filter(counted).values_list("campaign").annotate(
        Count("pk"), pledges=Count("pk", filter=Q(kind=Kind.PLEDGE))
    )
    found = {
        campaign: {Counter.ACTIONS.value: number, Counter.PLEDGES.value: pledges, Counter.MESSAGES.value: 0}
        for campaign, number, pledges in actions
    }
    delivered = Message.objects.filter(state=State.DELIVERED).values_list("action__campaign").annotate(Count("pk"))
    for campaign, number in delivered:
        found.setdefault(campaign, dict.fromkeys(Counter.values, 0))[Counter.MESSAGES.value] = number
    return found


def _counters() -> list[str]:
    differing: set[str] = set()
    for look in range(LOOKS):
        if look:
            time.sleep(LOOK_AGAIN_AFTER)
        rows = recount()
        now = {
            f"{counter} of campaign {campaign.pk}: {value} shown, {rows.get(campaign.pk, {}).get(counter, 0)} in rows"
            for campaign in Campaign.objects.only("pk")
            for counter, value in read_counters(campaign).items()
            if value != rows.get(campaign.pk, {}).get(counter, 0)
        }
        differing = now if not look else differing & now
        if not differing:
            break
    return sorted(differing)


def _rows() -> list[str]:
    now = timezone.now()
    final = Q(state__in=FINAL)
    wrong: dict[str, Q] = {
        "ended without a time": final & Q(finished_at=None),
        "going on, with a time of its end": ~final & Q(finished_at__isnull=False),
        "going on without a letter": ~final & Q(letter=None),
        "of an action that does not count, and yet under way": Q(action__counted_at=None) & ~Q(
            state__in=[State.HELD, State.WITHDRAWN, State.EXPIRED]
        ),
        "held, of an action that counts": Q(state=State.HELD, action__counted_at__isnull=False),
        "delivered after it was withdrawn": Q(state=State.WITHDRAWN, body_started_at__isnull=False),
        "whose sender was not told": Q(news_since__lt=now - SWEEP_SLACK),
        "with a lease that ended long ago": Q(state=State.SENDING, lease_ends__lt=now - SWEEP_SLACK),
    }
    for state, row in LIFE.items():
        if row.lasts and state != State.SENDING:
            since = "queued_at" if state == State.QUEUED else "changed_at"
            wrong[f"past the deadline of {state}"] = Q(state=state, **{
                f"{since}__lt": now - row.lasts - DEADLINE_SLACK
            })
    return [
        f"{number} messages {what}"
        for what, condition in wrong.items()
        if (number := Message.objects.filter(condition).count())
    ]
