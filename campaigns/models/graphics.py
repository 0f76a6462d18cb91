"""Pictures that supporters share: drawn by the site from words, or uploaded by staff and cleaned."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign


class Design(models.TextChoices):
    """How the site draws a graphic."""

    NIGHT = "night", _("night sky")
    DAY = "day", _("daylight")
    STAR = "star", _("one star")


class Graphic(models.Model):
    """One picture to share, in each language and size: its words, what to write beside it, and what it shows.

    `words` are drawn by the site, SVG and PNG. An upload takes their place: it is stored as the site encoded it
    anew, never as it came.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="graphics", verbose_name=_("campaign"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    headline = models.CharField(_("headline"), max_length=80)
    words = models.CharField(_("words below it"), max_length=240, blank=True)
    design = models.CharField(_("design"), max_length=8, choices=Design, default=Design.NIGHT)
    alt = models.CharField(
        _("description for people who do not see it"), max_length=400,
        help_text=_("What the picture shows and says. It goes out with it: never empty."),
    )
    caption = models.TextField(
        _("caption"), max_length=280, help_text=_("Words to post with the picture, as a supporter would write them.")
    )
    upload = models.BinaryField(null=True, blank=True, editable=False)  # PNG or JPEG as the site encoded it
    upload_type = models.CharField(max_length=10, blank=True, editable=False)  # "png", "jpeg"
    upload_width = models.PositiveIntegerField(default=0, editable=False)  # pixels
    upload_height = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("graphic")
        verbose_name_plural = _("graphics")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(alt=""), name="graphic_is_described"),
        ]

    def __str__(self) -> str:
        return self.headline
