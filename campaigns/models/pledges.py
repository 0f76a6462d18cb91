"""What a supporter promises in a pledge."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign


class Promise(models.Model):
    """One statement of a pledge, ticked by itself. Which were ticked is stored with nobody's name."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="promises", verbose_name=_("campaign"))
    text = models.CharField(_("statement"), max_length=300, help_text=_("Begins with “I”. One promise, one sentence."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
