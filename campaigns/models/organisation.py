"""The organisation's own details."""

from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

ORGANISATION_NAME_MIN = 3  # characters; what offices take in a letter: `actions/delivery/fields.py` has the whole table


class Organisation(models.Model):
    """The nonprofit behind the site: its name and details stand here and in no template."""

    name = models.CharField(_("name"), max_length=100)
    legal_line = models.CharField(_("legal line"), max_length=200, blank=True)
    about = models.CharField(
        _("about, in one sentence"), max_length=500, blank=True, validators=[MinLengthValidator(6)],
        help_text=_("Goes to offices of Congress with each letter."),
    )
    postal_address = models.CharField(_("postal address"), max_length=200, blank=True)
    email = models.EmailField(_("email"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    website = models.URLField(_("website"), blank=True)
    donate_url = models.URLField(_("address for donations"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="one_active_organisation"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a name that offices refuse: it stands in every letter."""
        if len(self.name.strip()) < ORGANISATION_NAME_MIN:
            raise ValidationError({"name": _("Offices take names of three characters or more.")})

    @classmethod
    def current(cls) -> "Organisation":
        """Return the active record; before staff wrote one, a nameless stand-in that is not stored."""
        stored = cls.objects.filter(is_active=True).prefetch_related("links").first()
        # The key that no row has lets templates ask the stand-in for its links.
        return stored or cls(pk=0, name=str(_("Our organisation")))


class Link(models.Model):
    """One of the organisation's accounts elsewhere, for "Follow us"."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="links", verbose_name=_("organisation"))
    name = models.CharField(_("name"), max_length=50)
    url = models.URLField(_("address"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
