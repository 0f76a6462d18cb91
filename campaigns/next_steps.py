"""What a supporter can do next: one rule for every page, which staff can read beside each campaign."""

from collections.abc import Collection
from typing import NamedTuple

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.topics import TOPIC_LABELS

RELATED = 2  # at the foot of a page


class NextStep(NamedTuple):
    """The one thing to do next, or none but the list of all actions; and why, for staff."""

    campaign: Campaign | None
    reason: str


def next_step(campaign: Campaign, *, exclude: Collection[int] = ()) -> NextStep:
    """Return what follows a campaign for somebody who has acted in those of `exclude`, keys of campaigns.

    What staff chose, if it is open; else the first open campaign of another kind that shares a topic; else the first
    open one on the Take Action page; else none.
    """
    others = open_besides(campaign, exclude)
    for other in others:
        if other.pk == campaign.next_step_id:
            return NextStep(other, _("you chose it below"))
    for other in others:
        if other.kind != campaign.kind and (topic := shared_topic(campaign, other)):
            reason = _("it is open, asks for something else, and shares the topic “%(topic)s”")
            return NextStep(other, reason % {"topic": TOPIC_LABELS.get(topic, topic)})
    for other in others:
        if other.position:
            return NextStep(other, _("it is the first open campaign on the Take Action page"))
    return NextStep(None, _("no other campaign is open that fits"))


def related(campaign: Campaign, *, exclude: Collection[int] = ()) -> list[Campaign]:
    """Return what else is open, for the foot of a page: first what shares a topic, then by place."""
    others = open_besides(campaign, exclude)
    return sorted(others, key=lambda other: not shared_topic(campaign, other))[:RELATED]


def open_besides(campaign: Campaign, exclude: Collection[int] = ()) -> list[Campaign]:
    """Return the other open campaigns by their place on the Take Action page; those without one come last."""
    left_out = {campaign.pk, *exclude}
    found = [other for other in Campaign.objects.open() if other.pk not in left_out]
    return sorted(found, key=lambda other: (not other.position, other.position, other.pk))


def shared_topic(one: Campaign, other: Campaign) -> str:
    """Return the first topic of one that the other has too; empty where there is none."""
    return next((topic for topic in one.topics if topic in other.topics), "")
