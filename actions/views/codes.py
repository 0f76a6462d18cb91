"""The code of a shared link: which campaign's graphics led here. It names a campaign and no person."""

import re

from django.http import HttpRequest

from campaigns.models import Campaign


def code_of(request: HttpRequest) -> str:
    """Return the code a link or a form carries; empty where there is none, or what stands there is no code."""
    given = request.POST.get("code", "") if request.method == "POST" else request.GET.get("code", "")
    if not re.fullmatch("[a-z0-9-]{1,40}", given):
        return ""
    # Anything else could name a person, and what is stored with an action stays.
    known = any(code_for(campaign) == given for campaign in Campaign.objects.public().only("slug"))
    return given if known else ""


def code_for(campaign: Campaign) -> str:
    """Return the code that links shared from a campaign's page carry."""
    return re.sub("[^a-z0-9-]", "-", campaign.slug.lower())[:40]
