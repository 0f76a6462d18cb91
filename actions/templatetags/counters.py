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
