"""What a link shows where it is shared: title, summary and picture, in the form Open Graph and X read."""

from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from campaigns.drawing import SIZES
from campaigns.models import Campaign
from campaigns.pictures import described

register = template.Library()

# The public pages that people pass on, and no other: a link to a page about help or about one person says nothing.
PAGES = {"campaigns:take_action", "campaigns:all", "actions:campaign"}
LOCALES = {"en": "en_US", "es": "es_US"}


@register.inclusion_tag("campaigns/_open_graph.html", takes_context=True)
def open_graph(context: template.Context) -> dict[str, Any]:
    """Return what the tags say; nothing on other pages and in answers to what somebody posted."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if request is None or match is None or match.view_name not in PAGES or request.method not in ("GET", "HEAD"):
        return {"shown": False}
    campaign = context.get("campaign")
    if match.view_name == "actions:campaign" and not isinstance(campaign, Campaign):
        return {"shown": False}  # an error page at this address
    language = translation.get_language() or settings.LANGUAGE_CODE
    if campaign:
        # Networks keep a picture by its address: another version has another one.
        version = round(campaign.updated_at.timestamp())
        picture = reverse("campaigns:campaign_picture", args=[campaign.slug]) + f"?v={version}"
        words = {"title": campaign.title, "description": campaign.summary}
    else:
        picture = reverse("campaigns:site_picture")
        title = gettext("Every action") if match.view_name == "campaigns:all" else gettext("Take Action")
        words = {"title": title, "description": gettext("Ways to help, each in a few minutes.")}
    width, height = SIZES["wide"]
    return {
        "shown": True, **words, "address": settings.SITE_URL + request.path, "picture": settings.SITE_URL + picture,
        "width": width, "height": height, "picture_shows": described(campaign), "locale": LOCALES[language],
        "other_locales": [locale for code, locale in LOCALES.items() if code != language],
    }
