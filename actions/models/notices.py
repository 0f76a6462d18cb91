"""Who asked to be told how a campaign ends: a consent of its own, apart from the newsletter."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from polaris_site.encryption import EncryptedTextField
from polaris_site.identity import email_key


def notice_ends_at() -> datetime:
    """Return until when somebody who asks now may be told."""
    return timezone.now() + timedelta(days=settings.OUTCOME_NOTICE_DAYS)


class OutcomeNoticeQuerySet(models.QuerySet["OutcomeNotice"]):
    """Many askers at once."""

    def ask(self, campaign: Campaign, email: str, *, action_id: int | None, language: str) -> None:
        """Note that somebody wants to be told, in the caller's transaction. Asking twice is asking once."""
        self.get_or_create(
            campaign=campaign, address_key=email_key(email),
            defaults={"to": email.strip(), "action_id": action_id, "language": language},
        )


class OutcomeNotice(models.Model):
    """One person who ticked "Tell me how this campaign ends". The address is forgotten with the last mail."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+", verbose_name=_("campaign"))
    action = models.ForeignKey("actions.Action", models.CASCADE, null=True, related_name="outcome_notices")
    to = EncryptedTextField()
    address_key = models.CharField(max_length=64, editable=False)
    language = models.CharField(_("language"), max_length=5, default="en")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    mails = models.PositiveSmallIntegerField(_("mails"), default=0)
    expires_at = models.DateTimeField(_("kept until"), default=notice_ends_at)

    objects = OutcomeNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome notice")
        verbose_name_plural = _("outcome notices")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "address_key"], name="one_outcome_notice_an_address"),
            models.CheckConstraint(condition=models.Q(mails__lte=3), name="three_mails_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
