"""Earlier versions of the hotline record: what changed, telling the administrators, and the way back."""

import logging
import smtplib
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

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
    """Return a version with what changed in it; the first one changes everything, and so does a deletion."""
    earlier = type(version).objects.filter(id=version.id, history_id__lt=version.history_id).order_by("-history_id")
    before, after = earlier.exclude(history_type="-").first(), version
    if version.history_type == "+":
        before = None
    elif version.history_type == "-":
        after = None
    return Described(version, [
        Change(field.name, str(field.verbose_name), _value(before, field.name), _value(after, field.name))
        for field in version.tracked_fields
        if field.name not in NOT_SHOWN and _value(before, field.name) != _value(after, field.name)
    ])


def _value(version: Any, field: str) -> Any:
    value = getattr(version, field, "")
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return "" if value is None else value


def put_back(version: Any, user: Any) -> Hotline:
    """Store a version as the record again, and return it. If it is shown, another one that is shown is put away."""
    hotline: Hotline = version.instance
    if hotline.is_active:
        for other in Hotline.objects.filter(is_active=True).exclude(pk=hotline.pk):
            other.is_active = False
            other._history_user = user
            other.save()
    hotline._history_user = user
    hotline.save()
    return hotline


def administrators() -> list[User]:
    """Return whom to tell of a change: all active administrators that have an address."""
    return list(User.objects.filter(is_superuser=True, is_active=True).exclude(email="").order_by("pk"))


def tell_administrators() -> None:
    """Mail every administrator what changed in versions they were not told of yet. Safe beside itself.

    A mail server that fails is asked again in the next round, for those who have no mail yet. Where no administrator
    has an address, a version waits until one has, and the pages of the record say so.
    """
    everybody = administrators()
    for version in Hotline.history.filter(told_at=None).order_by("history_id"):
        change = described(version)
        if not change.leads_elsewhere:
            version.settle(is_told=True)
        elif everybody and version.claim() and not _tell(change, everybody):
            return  # the server is better left alone until the next round


def _tell(change: Described, everybody: list[User]) -> bool:
    """Mail one version to those who have not heard of it; return False where the mail server itself failed.

    It is told once somebody has it and nobody is left who may still get it: whom the server refuses for good, or whose
    address no mail can be made for, holds up no other.
    """
    version, subject, text = change.version, *_words(change)
    waits = False
    for one in everybody:
        if one.pk in version.told_to:
            continue
        try:
            EmailMessage(subject, text, to=[one.email], headers={"Auto-Submitted": "auto-generated"}).send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError) as error:
            logger.warning("an administrator was not told of a change: %s", type(error).__name__)
            waits = waits or _may_be_taken_later(error)
        except OSError as error:  # smtplib's errors are OSErrors
            logger.warning("administrators were not told of a change: %s", type(error).__name__)
            version.settle(is_told=False)
            return False
        else:
            version.heard(one.pk)
    version.settle(is_told=bool(version.told_to) and not waits)
    return True


def _may_be_taken_later(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and 400 <= error.smtp_code < 500


def _words(change: Described) -> tuple[str, str]:
    """Return subject and text of the mail."""
    page = settings.SITE_URL + reverse("admin:hotline_hotline_history", args=[change.version.id])
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string("hotline/mail/changed.txt", {"change": change, "page": page})
    subject, _, body = text.strip().partition("\n")
    return subject, body.strip()
