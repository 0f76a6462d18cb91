"""What a supporter can do next, joined into pages."""

from collections.abc import Collection
from typing import Any

from django import template

from campaigns import next_steps
from campaigns.models import Campaign

register = template.Library()


@register.inclusion_tag("campaigns/_next.html")
def next_step(campaign: Campaign, exclude: Collection[int] = ()) -> dict[str, Any]:
    """The one next step after a campaign, or the way to the list of all actions."""
    return {"step": next_steps.next_step(campaign, exclude=exclude).campaign}


@register.inclusion_tag("campaigns/_related.html")
def related_actions(campaign: Campaign) -> dict[str, Any]:
    """Up to two other open campaigns, for the foot of a campaign's page; not the one that is its next step."""
    # An open page leads to no next step above: there all that is open may stand.
    step = None if campaign.is_open else next_steps.next_step(campaign).campaign
    return {"campaigns": next_steps.related(campaign, exclude=[step.pk] if step else [])}
