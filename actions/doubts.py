"""What makes an action wait before it counts: what people rarely do. Nobody is refused."""

import time

from django.conf import settings
from django.http import HttpRequest

from actions.models import HeldBecause
from polaris_site.identity import canonical_email
from polaris_site.limits import has_room, network_of, within

HOUR, DAY = 3600, 86_400  # seconds


def doubt(request: HttpRequest, kind: str, email: str = "", *, trap: bool, started: float | None = None) -> str:
    """Return why an action has to wait, a `HeldBecause`, or "".

    Each kind of action has a limit of its own for a network: many shares in an hour hold nobody's letter.
    `trap`: the field that people do not see was filled in. `started` is when the form was first shown, in seconds
    since 1970, where that is known. It counts nothing, so that every copy of one Send gets the same answer;
    `note_taken` does, once the action is stored.
    """
    if trap or (started is not None and time.time() - started < settings.MIN_FORM_SECONDS):
        return HeldBecause.CHECK
    if email and not has_room("mailbox", canonical_email(email), settings.ACTIONS_A_DAY, DAY):
        return HeldBecause.LIMIT
    if not has_room(f"network {kind}", network_of(request), settings.ACTIONS_A_NETWORK_HOUR, HOUR):
        return HeldBecause.NETWORK
    return ""


def note_taken(request: HttpRequest, kind: str, email: str = "") -> None:
    """Count one action that was stored, for the limits."""
    if email:
        within("mailbox", canonical_email(email), settings.ACTIONS_A_DAY, DAY)
    within(f"network {kind}", network_of(request), settings.ACTIONS_A_NETWORK_HOUR, HOUR)
