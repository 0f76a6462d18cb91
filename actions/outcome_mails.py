"""Telling those who asked how a campaign ended: one mail each, and with it their address is forgotten."""

import logging
import re
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from actions.models import OutcomeNotice
from campaigns.models import Campaign
from campaigns.templatetags.translated import is_english_only
from newsletter.models import OutgoingMail
from polaris_site.encryption import NotOurs

logger = logging.getLogger(__name__)

BATCH = 500  # mails a sweep
HEADING = re.compile("^# ", re.MULTILINE)  # as staff type one for the page; a mail is plain


def tell_outcomes(campaign: Campaign | None = None, at_most: int = BATCH) -> int:
    """Queue the mails of campaigns that are over, of one or of all; return how many.

    A notice is deleted in the transaction that stores its mail: whoever dies in between, nobody is told twice, and
    nobody is left out.
    """
    waiting = OutcomeNotice.objects.to_tell()
    if campaign is not None:
        waiting = waiting.filter(campaign=campaign)
    return sum(_tell(notice) for notice in _readable(list(waiting.values_list("pk", flat=True)[:at_most])))


def _readable(keys: list[int]) -> Iterator[OutcomeNotice]:
    """Return notices one by one. One whose address no key opens is given up: it must not stop the others."""
    for key in keys:
        try:
            yield OutcomeNotice.objects.select_related("campaign").get(pk=key)
        except OutcomeNotice.DoesNotExist:
            pass  # another worker was faster
        except NotOurs:
            logger.error("the address of outcome notice %d cannot be read", key)
            OutcomeNotice.objects.filter(pk=key).delete()


def _tell(notice: OutcomeNotice) -> bool:
    with transaction.atomic():
        # Whoever deletes the row tells: another worker waits here, and then finds none.
        if not OutcomeNotice.objects.filter(pk=notice.pk).delete()[0]:
            return False
        subject, text = outcome_mail(notice.campaign, notice.language)
        OutgoingMail.objects.put(kind="outcome", to=notice.to, subject=subject, text=text)
    return True


def outcome_mail(campaign: Campaign, language: str) -> tuple[str, str]:
    """Return subject and text of the mail that says how a campaign ended. The subject names no topic."""
    with translation.override(language):
        text = render_to_string("actions/mail/outcome.txt", {
            "campaign": campaign, "day": campaign.closed_at or timezone.now(),
            "outcome": HEADING.sub("", campaign.outcome),
            "in_english": is_english_only(campaign, "outcome") or is_english_only(campaign, "title"),
            "link": f"{settings.SITE_URL}{campaign.get_absolute_url()}",
        })
        return _("What you asked to be told"), text
