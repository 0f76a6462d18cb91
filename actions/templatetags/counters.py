"""The counters, joined into pages of other apps."""

from django import template

from actions.models import read_counters
from campaigns.models import Campaign

register = template.Library()


@register.inclusion_tag("actions/_counters.html")
def counter_band() -> dict[str, object]:
    """The three site-wide totals."""
    return {"counters": read_counters()}


@register.simple_tag
def action_count(campaign: Campaign) -> int:
    """Return how many have acted in one campaign."""
    return read_counters(campaign)["actions"]


@register.inclusion_tag("campaigns/_progress.html")
def goal_progress(campaign: Campaign) -> dict[str, object]:
    """How many have acted, as a bar where staff have set a goal, and until when one can. More than all is said so."""
    acted = action_count(campaign)
    return {"campaign": campaign, "acted": acted, "shown": min(acted, campaign.goal or 0)}
