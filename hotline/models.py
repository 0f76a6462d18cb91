"""How to reach help: one record behind every page, mail and print."""

from datetime import timedelta

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hotline import defaults

DIGITS = RegexValidator(r"^\d{3,6}$", _("Use three to six digits."))


class Hotline(models.Model):
    """The hotline as visitors meet it. What it does and how to reach it, never who runs it."""

    name = models.CharField(_("name"), max_length=100)
    phone = models.CharField(
        _("phone, as read"), max_length=24, help_text=_("As people read it, for example 1-888-373-7888.")
    )
    phone_e164 = models.CharField(
        _("phone, as dialled"), max_length=16,
        validators=[RegexValidator(r"^\+[1-9]\d{6,14}$", _("Begin with + and the country code; digits only."))],
        help_text=_("With + and country code, no spaces, for example +18883737888."),
    )
    text_to = models.CharField(_("number for text messages"), max_length=6, validators=[DIGITS])
    text_keyword = models.CharField(_("word to text"), max_length=20)
    text_terms_url = models.URLField(
        _("terms for text messages"), blank=True, help_text=_("The hotline's own page about its text messages.")
    )
    chat_url = models.URLField(_("chat"), validators=[URLValidator(schemes=["https"])])
    relay = models.CharField(_("relay service"), max_length=6, validators=[DIGITS])
    emergency = models.CharField(_("emergency number"), max_length=6, validators=[DIGITS])
    hours = models.CharField(_("hours"), max_length=80, help_text=_("For example: day and night, every day."))
    languages = models.CharField(_("languages"), max_length=120)
    operator = models.CharField(
        _("run by"), max_length=100, blank=True, help_text=_("For staff. Pages never say who runs the hotline.")
    )
    verified_on = models.DateField(
        _("tried on"), null=True, blank=True, help_text=_("The day somebody called, texted and opened the chat.")
    )
    verified_by = models.CharField(_("tried by"), max_length=100, blank=True)
    is_active = models.BooleanField(_("shown on the pages"), default=True)

    class Meta:
        verbose_name = _("hotline")
        verbose_name_plural = _("hotlines")
        constraints = [
            models.UniqueConstraint(fields=["is_active"], condition=Q(is_active=True), name="one_active_hotline"),
        ]

    def __str__(self) -> str:
        return self.phone

    @classmethod
    def built_in(cls) -> "Hotline":
        """Return what stands when there is no record; not stored, and it asks no database."""
        return cls(
            name=str(defaults.NAME), phone=defaults.PHONE, phone_e164=defaults.PHONE_E164,
            text_to=defaults.TEXT_TO, text_keyword=defaults.TEXT_KEYWORD, chat_url=defaults.CHAT_URL,
            relay=defaults.RELAY, emergency=defaults.EMERGENCY,
            hours=str(defaults.HOURS), languages=str(defaults.LANGUAGES),
        )

    @classmethod
    def current(cls) -> "Hotline":
        """Return the active record; before staff wrote one, the built-in one."""
        return cls.objects.filter(is_active=True).first() or cls.built_in()

    @property
    def is_verified(self) -> bool:
        """Tell whether somebody tried number, keyword and chat lately. Stale ones are shown all the same."""
        if self.verified_on is None:
            return False
        return timezone.localdate() - self.verified_on <= timedelta(days=defaults.VERIFIED_DAYS)

    @property
    def call_link(self) -> str:
        """Return the address that dials."""
        return f"tel:{self.phone_e164}"

    @property
    def text_link(self) -> str:
        """Return the address that opens a text message with the word in it, on both kinds of phone."""
        return f"sms:{self.text_to}?&body={self.text_keyword}"
