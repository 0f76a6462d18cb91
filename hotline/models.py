"""How to reach help: one record behind every page, mail and print."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hotline import cover, defaults, numbers

# What a wrong edit could turn into a trap: changed by administrators alone, typed twice, tried, told to all of them.
WAYS = ("phone", "phone_e164", "text_to", "text_keyword", "chat_url", "cover_url")
# A round of mails to a handful of administrators; a worker that needs longer is dead.
CLAIM_LASTS = timedelta(minutes=5)
DIGITS = RegexValidator(r"^\d{3,6}$", _("Use three to six digits."))


class Hotline(models.Model):
    """The hotline as visitors meet it. What it does and how to reach it, never who runs it."""

    history: ClassVar[Any]  # its versions: see translation.py
    _history_user: Any  # who makes the next version; simple_history reads it

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
    cover_url = models.URLField(
        _("where Quick Exit leads"), blank=True,
        help_text=_("A public website that asks for no sign-in. Empty: the one of the settings."),
    )
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

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Refuse numbers that dial something else than they say, and a check nobody can have made.

        Here and not in `clean`, because a form that lacks a field can show no fault of it: staff who may not touch the
        number can still change words beside one that is wrong.
        """
        super().clean_fields(exclude)
        faults: dict[str, Any] = {
            "phone": numbers.fault_of(self.phone, self.phone_e164),
            "cover_url": self.cover_url and cover.fault_of(self.cover_url),
            "verified_on": self.verified_on and self.verified_on > timezone.localdate() and _(
                "This day has not come yet."
            ),
            "verified_by": bool(self.verified_on) != bool(self.verified_by) and _(
                "Say both: the day, and who tried it."
            ),
        }
        if found := {name: fault for name, fault in faults.items() if fault and name not in (exclude or ())}:
            raise ValidationError(found)

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
    def way_out(self) -> str:
        """Return where Quick Exit leads. An address that has become one of this site is not used."""
        is_right = self.cover_url and not cover.fault_of(self.cover_url)
        return self.cover_url if is_right else str(settings.COVER_URL)

    @property
    def call_link(self) -> str:
        """Return the address that dials."""
        return f"tel:{self.phone_e164}"

    @property
    def text_link(self) -> str:
        """Return the address that opens a text message with the word in it, on both kinds of phone."""
        return f"sms:{self.text_to}?&body={quote(self.text_keyword)}"


class Told(models.Model):
    """What a version of the record has on top: which administrators were told of it, and since when all were."""

    told_at = models.DateTimeField(null=True, editable=False)
    told_to = models.JSONField(default=list, editable=False)  # keys of the administrators who have the mail already
    claimed_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    def claim(self) -> bool:
        """Take this version for one round of mails; nobody else does before the round is settled or its lease ends."""
        now = timezone.now()
        free = type(self)._default_manager.filter(Q(claimed_until=None) | Q(claimed_until__lte=now), told_at=None)
        is_mine = bool(free.filter(pk=self.pk).update(claimed_until=now + CLAIM_LASTS))
        self.refresh_from_db(fields=["told_to"])
        return is_mine

    def heard(self, administrator: int) -> None:
        """Note one who has the mail, at once: a worker that dies tells nobody twice."""
        self.told_to.append(administrator)
        self.save(update_fields=["told_to"])

    def settle(self, *, is_told: bool) -> None:
        """End a round: everybody was told, or the next round goes on."""
        self.told_at, self.claimed_until = timezone.now() if is_told else None, None
        self.save(update_fields=["told_at", "claimed_until"])


class OtherHelp(models.Model):
    """Somebody else who helps, as the safety page names them."""

    name = models.CharField(_("name"), max_length=100)
    for_whom = models.CharField(_("for whom"), max_length=160, help_text=_("One short sentence."))
    phone = models.CharField(_("phone, as read"), max_length=24, blank=True)
    phone_e164 = models.CharField(
        _("phone, as dialled"), max_length=16, blank=True,
        validators=[RegexValidator(r"^(\+[1-9]\d{6,14}|\d{3})$", _("Begin with + and the country code; digits only."))],
        help_text=_("With + and country code, or three digits such as 988."),
    )
    text_to = models.CharField(_("number for text messages"), max_length=16, blank=True)
    text_keyword = models.CharField(_("word to text"), max_length=20, blank=True)
    website = models.URLField(_("website"), blank=True, validators=[URLValidator(schemes=["https"])])
    position = models.PositiveSmallIntegerField(_("position"), default=10)

    class Meta:
        verbose_name = _("other help")
        verbose_name_plural = _("other help")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def shown(cls) -> "list[OtherHelp]":
        """Return the rows staff keep; before they wrote one, the built-in ones."""
        return list(cls.objects.all()) or [
            cls(**{name: str(value) for name, value in row.items()}) for row in defaults.OTHER_HELP
        ]

    @property
    def call_link(self) -> str:
        """Return the address that dials."""
        return f"tel:{self.phone_e164}"

    @property
    def text_link(self) -> str:
        """Return the address that opens a text message, with the word in it where there is one."""
        return f"sms:{self.text_to}?&body={quote(self.text_keyword)}" if self.text_keyword else f"sms:{self.text_to}"

    @property
    def website_host(self) -> str:
        """Return the website's name as people read it."""
        return (urlsplit(self.website).hostname or "").removeprefix("www.")

    def clean(self) -> None:
        """Refuse a row that leads nowhere, or a number that dials something else than it says."""
        if not (self.phone or self.text_to or self.website):
            raise ValidationError(_("Give at least one way: a phone number, a number for texts, or a website."))
        if (self.phone or self.phone_e164) and (fault := numbers.fault_of(self.phone, self.phone_e164)):
            raise ValidationError({"phone": fault})
