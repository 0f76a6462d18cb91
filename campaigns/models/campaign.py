"""One ask, from draft to outcome, with its versioned text and its sources."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinLengthValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.bills import congress_of, years_of
from campaigns.models.life import ENDED, Standing, Status, begun, can_end, standing_of
from campaigns.topics import TOPICS

# Addresses below /take-action/ that a campaign must not take.
RESERVED_SLUGS = ("all", "receipt", "confirm", "how-we-count", "certificate", "graphic")
# What offices take in a letter; `actions/delivery/fields.py` has the whole table.
BILL_NUMBER_MAX = 99_999
# Characters; our choice, well below what offices take. It leaves a supporter 1,500 of a letter of 4,000.
STATEMENT_MAX = 2500
BILL_TYPES = [
    ("hr", "H.R."), ("s", "S."), ("hres", "H.Res."), ("sres", "S.Res."), ("hjres", "H.J.Res."),
    ("sjres", "S.J.Res."), ("hconres", "H.Con.Res."), ("sconres", "S.Con.Res."),
]


class Kind(models.TextChoices):
    """What a campaign asks a supporter to do."""

    MESSAGE = "message", _("Write to Congress")
    CALL = "call", _("Call Congress")
    PLEDGE = "pledge", _("Pledge")
    SHARE = "share", _("Share")
    TRAINING = "training", _("Learn")


class Recipients(models.TextChoices):
    """Who a campaign of letters writes to."""

    CONGRESS = "congress", _("Congress: the supporter’s own offices")
    TARGETS = "targets", _("People staff enter: governors, attorneys general, companies")


# What a kind consists of beside the campaign itself, and what is said where there is none of it.
NEEDED_PARTS = {
    Kind.PLEDGE: ("promises", _("A pledge needs at least one promise.")),
    Kind.SHARE: ("graphics", _("A campaign to share needs at least one graphic.")),
    Kind.TRAINING: ("lessons", _("A course needs at least one lesson.")),
    Kind.MESSAGE: ("targets", _("Letters to people you enter need at least one of them.")),
}


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Campaigns by what a visitor may see of them."""

    def public(self) -> "CampaignQuerySet":
        """Everything that has been published, whatever became of it. What is scheduled appears at its time."""
        return self.filter(~Q(status__in=[Status.DRAFT, Status.SCHEDULED]) | begun())

    def open(self) -> "CampaignQuerySet":
        """What supporters can act in now: to the minute, whether or not a worker runs."""
        over = Q(closes_at__isnull=False, closes_at__lte=timezone.now())
        return self.filter(Q(status=Status.OPEN) | begun()).exclude(over)

    def begin_scheduled(self) -> int:
        """Open what was scheduled for now; return how many."""
        return sum(campaign.begin() for campaign in self.filter(begun()))

    def on_take_action_page(self) -> "CampaignQuerySet":
        """The cards of the Take Action page, in the order staff gave them."""
        return self.public().filter(position__gt=0).order_by("position", "pk")


class Campaign(models.Model):
    """One ask, from draft to outcome. Its card, its page, and the bill it is about."""

    slug = models.SlugField(_("address"), unique=True, max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MESSAGE)
    recipients = models.CharField(
        _("who receives the letters"), max_length=8, choices=Recipients, default=Recipients.CONGRESS,
        db_default=Recipients.CONGRESS,
        help_text=_("Only for campaigns of letters."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    opens_at = models.DateTimeField(
        _("opens at"), null=True, blank=True, help_text=_("For a scheduled campaign: it opens by itself at this time.")
    )
    closes_at = models.DateTimeField(
        _("deadline"), null=True, blank=True,
        help_text=_("From then on nobody can act. Letters already on their way still go out."),
    )
    goal = models.PositiveIntegerField(
        _("goal"), null=True, blank=True, validators=[MinValueValidator(10)],
        help_text=_("How many actions you hope for. The page shows a plain bar. Empty: no goal is shown."),
    )
    position = models.PositiveSmallIntegerField(
        _("place on the Take Action page"), default=0, help_text=_("0 keeps it off that page.")
    )
    is_demo = models.BooleanField(_("demonstration content"), default=False, editable=False)

    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"), max_length=600, help_text=_("Stands on the card."))
    button = models.CharField(_("words on the card's button"), max_length=40)
    body = models.TextField(
        _("page text"), blank=True,
        help_text=_(
            "Plain text. An empty line begins a new paragraph, “# ” a heading, “- ” an item of a list."
        ),
    )
    call_script = models.TextField(
        _("what to say on the phone"), blank=True, max_length=1200,
        help_text=_("For calls: the words after name and town, when somebody answers. English is what is said."),
    )
    voicemail_script = models.TextField(
        _("what to say to voicemail"), blank=True, max_length=600,
        help_text=_("For calls: shorter, and with the ask first. Empty: the words above are shown for both."),
    )
    outcome = models.TextField(_("outcome"), blank=True, help_text=_("What happened, once it is over."))
    sends_after_end = models.BooleanField(
        _("letters on their way go out though it is over"), default=False, db_default=False, editable=False
    )
    next_step = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("next step")
    )

    topics = models.JSONField(
        _("topics"), default=list, blank=True,
        help_text=_("Topics of the Library of Congress, as offices sort by them."),
    )
    stance = models.CharField(
        _("stance"), max_length=3, blank=True, choices=[("Pro", _("for the bill")), ("Con", _("against the bill"))]
    )
    bill_congress = models.PositiveSmallIntegerField(_("Congress of the bill"), null=True, blank=True)
    bill_type = models.CharField(
        _("type of bill"), max_length=8, blank=True,
        choices=BILL_TYPES,
    )
    bill_number = models.PositiveIntegerField(_("number of the bill"), null=True, blank=True)
    bill_status = models.CharField(_("status of the bill"), max_length=200, blank=True)
    bill_status_on = models.DateField(_("status as of"), null=True, blank=True)
    more_info_url = models.URLField(_("more information for offices"), blank=True)
    cwc_id = models.CharField(
        _("campaign id for offices"), max_length=60, unique=True, null=True, blank=True,
        validators=[RegexValidator(r"^[A-Za-z0-9-]{2,60}$")],
        help_text=_("One for each ask and stance; never changed once letters have gone out."),
    )
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=Kind.MESSAGE) | Q(recipients=Recipients.TARGETS) | Q(status=Status.DRAFT)
                | Q(cwc_id__isnull=False),
                name="message_campaign_has_cwc_id",
                violation_error_message=_("A campaign that writes to Congress needs its id for offices."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the campaign's page."""
        return reverse("actions:campaign", args=[self.slug])

    def clean(self) -> None:
        """Say in words that help what keeps the campaign from working."""
        errors: dict[str, Any] = {}
        if self.slug in RESERVED_SLUGS:
            errors["slug"] = _("The site uses this address itself. Choose another, such as “%(slug)s-campaign”.") % {
                "slug": self.slug
            }
        if unknown := [topic for topic in self.topics if topic not in TOPICS]:
            errors["topics"] = _("Offices do not know these topics: %(topics)s. Choose from the list.") % {
                "topics": "; ".join(map(str, unknown))
            }
        elif self.writes_to_congress and self.is_to_open and not self.topics:
            errors["topics"] = _("Offices sort their mail by topic. Choose at least one before you open it.")
        if self.writes_to_congress and self.is_to_open and not self.cwc_id:
            errors["cwc_id"] = _("Offices recognise the letters of a campaign by its id. Give it one first.")
        if self.bill_number and not (self.bill_type and self.bill_congress):
            errors["bill_number"] = _("A number alone does not name a bill: fill in its type and its Congress.")
        if self.bill_number and self.bill_number > BILL_NUMBER_MAX:
            errors["bill_number"] = _("Offices take numbers up to %(most)s.") % {"most": BILL_NUMBER_MAX}
        elif self.bill_number and self.bill_type and self.bill_congress and not self.stance:
            errors["stance"] = _("Offices take no letter about a bill without it: choose for or against.")
        if self.more_info_url and not self.more_info_url.startswith(("https://", "http://")):
            errors["more_info_url"] = _("Offices take addresses that begin with https:// or http:// only.")
        if self.status == Status.SCHEDULED and self.opens_at is None:
            errors["opens_at"] = _("A scheduled campaign opens by itself: say when.")
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            errors["closes_at"] = _("The deadline comes before the campaign opens. Choose a later one.")
        if errors:
            raise ValidationError(errors)

    @property
    def needed_part(self) -> tuple[str, str] | None:
        """Return which related rows its kind needs before it opens, such as "promises", and how to say so."""
        part = None if self.writes_to_congress else NEEDED_PARTS.get(Kind(self.kind))
        return (part[0], str(part[1])) if part else None

    def missing(self, elsewhere: Collection[str] = ()) -> list[str]:
        """Return what its kind still needs before it can open, a sentence each.

        `elsewhere` names parts that the caller looks at itself, such as "promises".
        """
        found = []
        needed = self.needed_part
        if needed and needed[0] not in elsewhere and not (self.pk and getattr(self, needed[0]).exists()):
            found.append(needed[1])
        if self.kind == Kind.CALL and not self.call_script:
            found.append(gettext("A call needs words to say: fill in what to say on the phone."))
        if self.kind == Kind.MESSAGE and "text" not in elsewhere and not (self.pk and self.texts.exists()):
            found.append(gettext("A letter needs a subject and a statement in English."))
        return found

    def note_times(self) -> None:
        """Keep when the campaign first opened and when it ended, after a change of its status."""
        if self.status == Status.OPEN:
            self.opened_at = self.opened_at or timezone.now()
        if self.status in ENDED:
            self.closed_at = self.closed_at or timezone.now()
        else:
            self.closed_at, self.sends_after_end = None, False

    def begin(self) -> bool:
        """Open what was scheduled; False where it is not to open by now, whatever it was when it was read."""
        self.status = Status.OPEN
        self.note_times()
        return bool(Campaign.objects.filter(begun(), pk=self.pk).update(
            status=Status.OPEN, opened_at=self.opened_at, closed_at=None, sends_after_end=False,
            updated_at=timezone.now(),
        ))

    def end(self, status: str, **words: Any) -> bool:
        """End it as won, lost or archived, with what happened; False where it was over already, or never began.

        Pressed twice, or by two people at the same moment, it ends once.
        """
        if status not in ENDED:
            raise ValueError(f"{status} is no end")
        now = timezone.now()
        mine = Campaign.objects.filter(can_end(), pk=self.pk)
        return bool(mine.update(status=status, closed_at=now, updated_at=now, **words))

    @property
    def is_open(self) -> bool:
        """Tell whether supporters can act now: to the minute, whether or not a worker runs."""
        return self.has_begun and not self.is_past_deadline

    @property
    def has_begun(self) -> bool:
        """Tell whether it is open or was to open by now, whatever its deadline."""
        at_its_time = self.opens_at is not None and self.opens_at <= timezone.now()
        return self.status == Status.OPEN or (self.status == Status.SCHEDULED and at_its_time)

    @property
    def is_to_open(self) -> bool:
        """Tell whether it is open or will open by itself, so that it has to be whole."""
        return self.status in (Status.OPEN, Status.SCHEDULED)

    @property
    def can_end(self) -> bool:
        """Tell whether it has begun and is not over, so that staff can say how it ends."""
        return self.has_begun or self.status == Status.PAUSED

    @property
    def standing(self) -> Standing:
        """Return where it stands for a visitor, in one word or two and a class for its chip."""
        return standing_of(self.status, has_begun=self.has_begun, is_past_deadline=self.is_past_deadline)

    @property
    def is_past_deadline(self) -> bool:
        """Tell whether its deadline has passed, so that nobody can act any more."""
        return self.closes_at is not None and self.closes_at <= timezone.now()

    @property
    def takes_letters(self) -> bool:
        """Tell whether the page shows a letter form now."""
        return self.is_open and self.kind == Kind.MESSAGE

    @property
    def writes_to_congress(self) -> bool:
        """Tell whether its letters go to the supporter's own offices of Congress."""
        return self.kind == Kind.MESSAGE and self.recipients == Recipients.CONGRESS

    @property
    def kind_label(self) -> str:
        """Return what one does here, in the reader's language, such as "Write to Congress"."""
        if self.kind == Kind.MESSAGE and not self.writes_to_congress:
            return gettext("Write a letter")
        return str(self.get_kind_display())

    @property
    def has_ended(self) -> bool:
        """Tell whether it is over, whatever came of it."""
        return self.status in ENDED

    @property
    def bill_name(self) -> str:
        """Return the bill as people cite it, such as "H.R. 4323"; empty without a number."""
        return f"{self.get_bill_type_display()} {self.bill_number}" if self.bill_type and self.bill_number else ""

    @property
    def bill_years(self) -> str:
        """Return the years of the bill's Congress, such as "2021–2022"; empty without one."""
        return years_of(self.bill_congress) if self.bill_congress else ""

    @property
    def bill_is_past(self) -> bool:
        """Tell whether the bill ended with its Congress, so that it has to be introduced again."""
        return bool(self.bill_congress) and self.bill_congress != congress_of(timezone.localdate())

    @property
    def text(self) -> "CampaignText | None":
        """Return the newest version of the text for offices."""
        return self.texts.order_by("-version").first()


class Source(models.Model):
    """Where a figure or fact on a campaign's page comes from."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="sources", verbose_name=_("campaign"))
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("address"), max_length=300, blank=True)
    published_on = models.DateField(_("date"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class CampaignText(models.Model):
    """One version of what offices receive. Never changed: what a supporter reviewed is what goes.

    The office's text is English as approved; the Spanish columns are a translation to read beside it.
    """

    subject_en: str  # added by the translation, like their Spanish twins
    statement_en: str
    thanks_subject_en: str
    thanks_statement_en: str

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="texts", verbose_name=_("campaign"))
    version = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("subject"), max_length=200, validators=[MinLengthValidator(6)])
    statement = models.TextField(
        _("the organisation's statement"), validators=[MinLengthValidator(6), MaxLengthValidator(STATEMENT_MAX)]
    )
    # For those whom an audience rule thanks instead of asking; empty where nobody is thanked.
    thanks_subject = models.CharField(_("subject of thanks"), max_length=200, blank=True)
    thanks_statement = models.TextField(
        _("statement of thanks"), blank=True, validators=[MaxLengthValidator(STATEMENT_MAX)]
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("text for offices")
        verbose_name_plural = _("texts for offices")
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["campaign", "version"], name="text_version_once")]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.version}"

    @classmethod
    def publish(cls, campaign: Campaign, **words: Any) -> "CampaignText":
        """Store a new version when the words differ from the newest; return the newest."""
        newest = campaign.text
        if newest and all((getattr(newest, name) or "") == value for name, value in words.items()):
            return newest
        return cls.objects.create(campaign=campaign, version=newest.version + 1 if newest else 1, **words)
