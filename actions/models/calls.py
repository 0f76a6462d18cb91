"""What supporters say came of their calls to offices."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions.congress.models import Seat


class CallOutcome(models.TextChoices):
    """What came of one call, in the caller's word."""

    TALKED = "talked", _("I talked to somebody")
    VOICEMAIL = "voicemail", _("I left a message")
    NO_LUCK = "no_luck", _("I did not get through")


class Call(models.Model):
    """One call to one office, as its caller told us. No phone number is kept, and nothing that was said."""

    action = models.ForeignKey("actions.Action", models.PROTECT, related_name="calls")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=10, choices=CallOutcome)
    told_at = models.DateTimeField(_("told"), default=timezone.now)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [models.UniqueConstraint(fields=["action", "seat"], name="one_call_an_office")]

    def __str__(self) -> str:
        return f"{self.pk} {self.outcome}"
