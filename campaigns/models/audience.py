"""Who a campaign's letters are for: rules over the seats of Congress, or people that staff enter."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign


class Variant(models.TextChoices):
    """What an office gets that a rule is about."""

    ASK = "ask", _("the letter")
    THANKS = "thanks", _("the letter of thanks")
    NOBODY = "nobody", _("nothing")


class AudienceRule(models.Model):
    """One line of "who gets what". Every condition that is filled in must hold; of the lines, the first that fits.

    Without any rule all offices get the letter. With rules, an office that no line fits gets nothing. Offices are
    named by codes alone, because this app knows nothing of Congress: "NJ-8" and "NJ-S1" are seats, "S000033" a member.
    """

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="audience_rules", verbose_name=_("campaign")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    variant = models.CharField(_("gets"), max_length=6, choices=Variant, default=Variant.ASK)
    chamber = models.CharField(
        _("chamber"), max_length=6, blank=True, choices=[("house", _("House")), ("senate", _("Senate"))]
    )
    party = models.CharField(_("party"), max_length=40, blank=True)
    states = models.JSONField(_("states"), default=list, blank=True)
    seats = models.JSONField(_("seats"), default=list, blank=True)
    members = models.JSONField(_("members"), default=list, blank=True)

    class Meta:
        verbose_name = _("audience rule")
        verbose_name_plural = _("audience rules")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.campaign_id} · {self.position} · {self.variant}"


class Target(models.Model):
    """Somebody outside Congress whom a campaign writes to by email: a governor, an attorney general, a company."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="targets", verbose_name=_("campaign"))
    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("title"), max_length=120, blank=True, help_text=_("Such as “Governor of Ohio”."))
    email = models.EmailField(_("email"), max_length=200)
    is_active = models.BooleanField(
        _("receives letters"), default=True, help_text=_("Switch off who left office: letters already taken stay.")
    )

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["campaign", "email"], name="one_target_an_email")]

    def __str__(self) -> str:
        return self.name


class TargetArea(models.Model):
    """One place a target serves: a state or a ZIP code. A target without any serves everybody."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="areas")
    state = models.CharField(_("state"), max_length=2, blank=True)
    zip = models.CharField(_("ZIP code"), max_length=5, blank=True)

    class Meta:
        verbose_name = _("place served")
        verbose_name_plural = _("places served")
        constraints = [
            models.UniqueConstraint(fields=["target", "state", "zip"], name="one_area_a_target"),
            models.CheckConstraint(
                condition=(~Q(state="") & Q(zip="")) | (Q(state="") & ~Q(zip="")), name="area_is_state_or_zip"
            ),
        ]
        indexes = [
            models.Index(fields=["zip"], name="target_area_zip"),
            models.Index(fields=["state"], name="target_area_state"),
        ]

    def __str__(self) -> str:
        return self.state or self.zip
