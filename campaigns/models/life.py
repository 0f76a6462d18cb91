"""Where a campaign stands: what staff set, what the clock makes of it, and how a visitor reads it."""

from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a campaign stands in its life."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    OPEN = "open", _("Open")
    PAUSED = "paused", _("Paused")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    ARCHIVED = "archived", _("Archived")


ENDED = (Status.WON, Status.LOST, Status.ARCHIVED)


class Standing(NamedTuple):
    """Where a campaign stands for a visitor."""

    key: str  # a status, or "past" once the deadline of an open campaign has passed
    css: str  # the class of its chip
    words: str | Promise


PAST = Standing("past", "waiting", _("Deadline passed"))
# What a chip looks like where it is not as the status is called.
CHIPS = {Status.PAUSED: "waiting", Status.LOST: "waiting", Status.ARCHIVED: "waiting"}


def standing_of(status: str, *, has_begun: bool, is_past_deadline: bool) -> Standing:
    """Return how a visitor reads a status now: one that was to open by now is open, until its deadline."""
    if has_begun:
        return PAST if is_past_deadline else Standing(Status.OPEN, Status.OPEN, Status.OPEN.label)
    shown = Status(status)
    return Standing(shown, CHIPS.get(shown, shown), shown.label)


def begun(prefix: str = "") -> Q:
    """Say which campaigns were to open by now and still are called scheduled; `prefix` leads to the campaign."""
    return Q(**{
        f"{prefix}status": Status.SCHEDULED, f"{prefix}opens_at__isnull": False,
        f"{prefix}opens_at__lte": timezone.now(),
    })


def can_end(prefix: str = "") -> Q:
    """Say which campaigns have begun and are not over."""
    return Q(**{f"{prefix}status__in": [Status.OPEN, Status.PAUSED]}) | begun(prefix)


def lets_letters_out(prefix: str = "") -> Q:
    """Say whose letters may go out now: a deadline holds back nothing that was taken before it."""
    ended = Q(**{f"{prefix}status__in": ENDED, f"{prefix}sends_after_end": True})
    return Q(**{f"{prefix}status": Status.OPEN}) | begun(prefix) | ended
