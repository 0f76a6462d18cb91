"""One-time pages with an address of their own: what they carry is sealed in it, and reloading mints no second key.

A form that counts without asking who somebody is needs a one-time key, and a page that everybody shares cannot hold
one. So the page before leads here: reload, Back and a second press find the same key, and the same action.
"""

import secrets
import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from campaigns.models import Campaign
from polaris_site.encryption import NotOurs, TooOld, seal, unseal

Ticket = dict[str, Any]


def mint(campaign: Campaign, purpose: str, **carried: Any) -> str:
    """Return a ticket for the address of a one-time page: its key, when it began, and what it carries (JSON values)."""
    carried = {"once": secrets.token_hex(16), "started": int(time.time()), **carried}
    return seal(f"{purpose} {campaign.pk}", carried)


def read(campaign: Campaign, purpose: str, ticket: str) -> tuple[Ticket, bool]:
    """Return what a ticket carries and whether its day is still running. Raises `NotOurs` for a forged or cut one."""
    try:
        return unseal(f"{purpose} {campaign.pk}", ticket, settings.FORM_LASTS), True
    except TooOld as old:
        return old.data, False


def link_is_over(request: HttpRequest) -> HttpResponse:
    """The one answer to every private link that leads nowhere: forged, cut off, or its time is over."""
    return TemplateResponse(request, "actions/link_is_over.html", status=404)


__all__ = ["NotOurs", "Ticket", "link_is_over", "mint", "read"]
