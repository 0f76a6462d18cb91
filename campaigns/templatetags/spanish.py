"""What is said, to visitors and to staff, while somebody still has to read Spanish words of the site."""

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import get_language

from campaigns.reviews import checked, standings
from polaris_site.spanish import LANGUAGE

register = template.Library()


@register.inclusion_tag("campaigns/_spanish_note.html", takes_context=True)
def spanish_note(context: Context) -> dict[str, Any]:
    """The sentence in the footer of Spanish pages. English pages and error pages (`plain`) ask nothing."""
    asks = get_language() == LANGUAGE and not context.get("plain")
    return {"unreviewed": asks and not checked.now()}


@register.inclusion_tag("admin/campaigns/spanishreview/_left.html", takes_context=True)
def spanish_left(context: Context) -> dict[str, Any]:
    """The line on the front page of staff: how many pages are left, for those who may review them."""
    may_review = context["user"].has_perm("campaigns.add_spanishreview")
    return {"left": sum(one.is_open for one in standings()) if may_review else 0}
