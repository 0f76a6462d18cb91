"""What supporters say came of their calls to offices."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions.congress.models import Seat

if TYPE_CHECKING:
    from actions.models.ledger import Action


class CallOutcome(models.TextChoices):
    """What came of one call, in the caller's word."""

    TALKED = "talked", _("I talked to somebody")
    VOICEMAIL = "voicemail", _("I left a message")
    NO_LUCK = "no_luck", _("I did not get through")


class CallQuerySet(models.QuerySet["Call"]):
    """Many calls at once."""

    def tell(self, action: "Action", outcomes: Mapping[int, str]) -> None:
        """Store what came of an action's calls, by seat, in the caller's transaction. Telling twice changes it."""
        now = timezone.now()
        for seat_id, outcome in sorted(outcomes.items()):
            self.update_or_create(action=action, seat_id=seat_id, defaults={"outcome": outcome, "told_at": now})


class Call(models.Model):
    """One call to one office, as its caller told us. No phone number is kept, and nothing that was said."""

    action = models.ForeignKey("actions.Action", models.PROTECT, related_name="calls")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=10, choices=CallOutcome)
    told_at = models.DateTimeField(_("told"), default=timezone.now)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [models.UniqueConstraint(fields=["action", "seat"], name="one_call_an_office")]

    def __str__(self) -> str:
        return f"{self.pk} {self.outcome}"
