"""Who asked to be told how a campaign ends: a consent of its own, apart from the newsletter."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import ENDED, Campaign
from polaris_site.encryption import EncryptedTextField
from polaris_site.identity import email_key

# Asked for without an action, or with one that stands in the counter.
COUNTS = Q(action=None) | Q(
    action__counted_at__isnull=False, action__invalidated_at=None, action__disowned_at=None
)


def notice_ends_at() -> datetime:
    """Return until when somebody who asks now may be told."""
    return timezone.now() + timedelta(days=settings.OUTCOME_NOTICE_DAYS)


class OutcomeNoticeQuerySet(models.QuerySet["OutcomeNotice"]):
    """Many askers at once."""

    def ask(self, campaign: Campaign, email: str, *, action_id: int | None, language: str) -> None:
        """Note that somebody wants to be told, in the caller's transaction. Asking twice is asking once."""
        words = {"to": email.strip(), "action_id": action_id, "language": language}
        notice, is_new = self.get_or_create(campaign=campaign, address_key=email_key(email), defaults=words)
        if not is_new:
            # What was asked for with an action that does not count is asked for anew; what counts stays as it is.
            self.exclude(COUNTS).filter(pk=notice.pk).update(
                **words, asked_at=timezone.now(), expires_at=notice_ends_at()
            )

    def standing(self) -> "OutcomeNoticeQuerySet":
        """Those whose action counts: neither held nor taken back, so that nobody is told who never acted."""
        return self.filter(COUNTS, expires_at__gt=timezone.now())

    def to_tell(self) -> "OutcomeNoticeQuerySet":
        """Those whose campaign is over, oldest first."""
        return self.standing().filter(campaign__status__in=ENDED).order_by("pk")

    def forget(self) -> int:
        """Delete what is too old, and what belongs to an action that will not count any more; return how many."""
        unconfirmed = timezone.now() - timedelta(days=settings.HELD_DAYS)
        return self.filter(
            Q(expires_at__lte=timezone.now())
            | Q(action__disowned_at__isnull=False) | Q(action__invalidated_at__isnull=False)
            | Q(action__counted_at=None, action__created_at__lte=unconfirmed)
        ).delete()[0]


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
            models.CheckConstraint(condition=Q(mails__lte=3), name="three_mails_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
