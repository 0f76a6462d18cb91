"""What was typed so far travels through the page itself, sealed: bound to its campaign, unreadable, and for a day."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from campaigns.models import Campaign
from polaris_site.encryption import TooOld, seal, unseal

Carried = dict[str, Any]
# Goes up when what is carried changes its shape, so that a page from before is refused and not misread.
CARRIED_VERSION = 1


def _purpose(campaign: Campaign) -> str:
    return f"letter {CARRIED_VERSION} to {campaign.slug}"


def seal_state(campaign: Campaign, carried: Carried) -> str:
    """Return what a step carries on, for its hidden field."""
    return seal(_purpose(campaign), carried)


def unseal_state(request: HttpRequest, campaign: Campaign) -> tuple[Carried, bool]:
    """Return what the page carried, and whether its time is still running. Raises `NotOurs`."""
    try:
        return unseal(_purpose(campaign), request.POST.get("state", ""), settings.FORM_LASTS), True
    except TooOld as old:
        return old.data, False
