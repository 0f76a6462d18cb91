"""Earlier versions of the hotline record: what changed, telling the administrators, and the way back."""

import logging
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from hotline.models import WAYS, Hotline

logger = logging.getLogger(__name__)

# What administrators are told of: everything that leads somebody somewhere.
TOLD = (*WAYS, "text_terms_url", "relay", "emergency", "is_active")
NOT_SHOWN = ("id", "name", "hours", "languages")  # the words stand there once for each language


class Change(NamedTuple):
    """One field of a version, as staff read it."""

    field: str
    name: str
    before: Any
    after: Any


class Described(NamedTuple):
    """A version and what made it another than the one before."""

    version: Any
    changes: list[Change]

    @property
    def leads_elsewhere(self) -> bool:
        """Tell whether somebody who follows the record now gets somewhere else."""
        return any(change.field in TOLD for change in self.changes)


def described(version: Any) -> Described:
    """Return a version with what changed in it; the first one changes everything."""
    before = version.prev_record
    return Described(version, [
        Change(field.name, str(field.verbose_name), getattr(before, field.name, ""), getattr(version, field.name))
        for field in version.tracked_fields
        if field.name not in NOT_SHOWN and getattr(before, field.name, None) != getattr(version, field.name)
    ])


def put_back(version: Any, user: Any) -> None:
    """Store a version as the record again. Where it is to be shown, another record that is shown is put away."""
    hotline: Hotline = version.instance
    if hotline.is_active:
        for other in Hotline.objects.filter(is_active=True).exclude(pk=hotline.pk):
            other.is_active = False
            other._history_user = user  # type: ignore[attr-defined]  # read by simple_history
            other.save()
    hotline._history_user = user  # type: ignore[attr-defined]
    hotline.save()


def tell_administrators() -> None:
    """Mail every administrator what changed in versions they were not told of yet.

    A version counts as told once one mail was taken; a mail server that takes none is asked again later.
    """
    for version in Hotline.history.filter(told_at=None).order_by("history_id")[:50]:
        change = described(version)
        if not change.leads_elsewhere or _mail(change):
            Hotline.history.filter(history_id=version.history_id).update(told_at=timezone.now())


def _mail(change: Described) -> bool:
    """Return whether anybody was told. Where no administrator has an address there is nobody to tell."""
    page = settings.SITE_URL + reverse("admin:hotline_hotline_history", args=[change.version.id])
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string("hotline/mail/changed.txt", {"change": change, "page": page})
    subject, _, body = text.strip().partition("\n")
    administrators = get_user_model().objects.filter(is_superuser=True, is_active=True).exclude(email="")
    taken = [_sent(EmailMessage(subject, body.strip(), to=[one.email])) for one in administrators]
    return not taken or any(taken)


def _sent(mail: EmailMessage) -> bool:
    try:
        return bool(mail.send())
    except OSError as error:  # the mail server, or one address it refuses
        logger.warning("an administrator was not told of a change: %s", type(error).__name__)
        return False
