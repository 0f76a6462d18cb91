"""What staff fill in for a campaign, and what they are told before it opens."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Status
from campaigns.topics import TOPIC_LABELS

THANKS_WORDS = ("thanks_subject_en", "thanks_statement_en", "thanks_subject_es", "thanks_statement_es")
LETTER_WORDS = ("subject_en", "statement_en", "subject_es", "statement_es", *THANKS_WORDS)
TYPED_MAX = 2000  # characters, so that a supporter's own words fit beside the statement
# Only the type stubs know these as generic.
if TYPE_CHECKING:
    CampaignModelForm = forms.ModelForm[Campaign]
    PartsFormSet = forms.BaseInlineFormSet[Any, Campaign, Any]
else:
    CampaignModelForm = forms.ModelForm
    PartsFormSet = forms.BaseInlineFormSet


class CampaignForm(CampaignModelForm):
    """A campaign and the text for offices, which is stored as a version of its own."""

    # Which of the parts a kind needs are on the same page, where their own forms look whether there are any.
    elsewhere: Collection[str] = ()

    topics = forms.MultipleChoiceField(
        label=_("topics"),
        choices=list(TOPIC_LABELS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One or two that fit best, for a campaign of any kind: visitors find it by them, and they decide "
                    "what is offered next. Offices sort their mail by them."),
    )
    subject_en = forms.CharField(
        label=_("subject, English"),
        required=False,
        max_length=200,
        validators=[MinLengthValidator(6)],
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("The ask in plain words, without capitals for effect."),
    )
    statement_en = forms.CharField(
        label=_("statement, English"),
        required=False,
        validators=[MinLengthValidator(6), MaxLengthValidator(TYPED_MAX)],
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 14}),
        help_text=_("Say first what you ask. No greeting and no name at the end: they are added. "
                    "At most 2,000 characters. This is what offices receive."),
    )
    subject_es = forms.CharField(
        label=_("subject, Spanish"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("For the supporter to read; offices get the English."),
    )
    statement_es = forms.CharField(
        label=_("statement, Spanish"), required=False, validators=[MaxLengthValidator(2 * TYPED_MAX)],
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 14}),
    )

    thanks_subject_en = forms.CharField(
        label=_("subject of thanks, English"), required=False, max_length=200, validators=[MinLengthValidator(6)],
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Only where a line of “who gets it” thanks, such as cosponsors."),
    )
    thanks_statement_en = forms.CharField(
        label=_("statement of thanks, English"), required=False,
        validators=[MinLengthValidator(6), MaxLengthValidator(TYPED_MAX)],
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 8}),
        help_text=_("Say what they did and what you hope for next. At most 2,000 characters."),
    )
    thanks_subject_es = forms.CharField(
        label=_("subject of thanks, Spanish"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    thanks_statement_es = forms.CharField(
        label=_("statement of thanks, Spanish"), required=False, validators=[MaxLengthValidator(2 * TYPED_MAX)],
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 8}),
    )

    # When the campaign was last changed, as of the page that was filled in.
    as_of = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Campaign
        exclude: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = self.instance.text if self.instance.pk else None
        for name in LETTER_WORDS:
            self.initial[name] = getattr(newest, name, "") or ""
        if self.instance.pk:
            self.initial["as_of"] = self.instance.updated_at.isoformat()
        if "status" in self.fields:
            self._offer_statuses(self.fields["status"])

    def _offer_statuses(self, field: Any) -> None:
        """Offer what a press of Save may do. How a campaign ends is said on a page of its own."""
        offered = {Status.DRAFT, Status.SCHEDULED, Status.OPEN, Status.PAUSED, Status(self.instance.status)}
        field.choices = [(status.value, status.label) for status in Status if status in offered]
        field.error_messages["invalid_choice"] = _(
            "Choose one of these. How a campaign ends is said on the page behind “End this campaign…”."
        )

    def clean(self) -> dict[str, Any]:
        """Say in words what keeps the campaign from opening, and which times cannot be meant."""
        data = super().clean() or {}
        # A page from before this was asked for carries none.
        if self.instance.pk and data.get("as_of") and data["as_of"] != self.initial["as_of"]:
            self.add_error(None, _(
                "Somebody else changed this campaign while you had it open. Nothing was saved: copy what you typed, "
                "open the page anew, and change it there."
            ))
            return data
        given = {name: bool(data.get(name)) for name in ("subject_en", "statement_en") if name in self.fields}
        for name in given:
            if any(given.values()) and not given[name] and name not in self.errors:
                self.add_error(name, _("Offices receive subject and statement in English. Write both."))
        thanks = {name: bool(data.get(name)) for name in THANKS_WORDS if name in self.fields}
        for needed in THANKS_WORDS[:2]:
            if any(thanks.values()) and not thanks[needed] and needed not in self.errors:
                self.add_error(needed, _("A letter of thanks has subject and statement in English. Write both."))
        self._check_times(data)
        return data

    def _check_times(self, data: dict[str, Any]) -> None:
        now, changed = timezone.now(), set(self.changed_data)
        opens_at, closes_at, status = data.get("opens_at"), data.get("closes_at"), data.get("status")
        if closes_at and closes_at <= now and changed & {"closes_at", "status"} and (
            "closes_at" in changed or status in (Status.OPEN, Status.SCHEDULED)
        ):
            self.add_error("closes_at", _("This deadline has passed. Choose a later one, or leave it empty."))
        if status == Status.SCHEDULED and opens_at and opens_at <= now and changed & {"opens_at", "status"}:
            self.add_error("opens_at", _("This time has passed. Choose a later one, or the status “Open”."))

    def full_clean(self) -> None:
        """Ask for what the kind needs, once the campaign is what it would be; parts on this page see to themselves."""
        super().full_clean()
        if not self.is_bound:
            return
        words = all(self.cleaned_data.get(name) for name in ("subject_en", "statement_en"))
        elsewhere = {*self.elsewhere, *(["text"] if words else [])}
        if self.instance.is_to_open and (missing := self.instance.missing(elsewhere)):
            self.add_error(None, [_("It cannot open yet. Save it as a draft, or add:"), *missing])

    def letter_words(self) -> dict[str, str]:
        """Return the text for offices as typed, without the line ends of Windows."""
        return {
            name: self.cleaned_data[name].replace("\r\n", "\n").strip() for name in LETTER_WORDS if name in self.fields
        }


class NeededParts(PartsFormSet):
    """Parts that a campaign needs before it opens, on the page of the campaign: one save can add them and open it."""

    def clean(self) -> None:
        """Refuse to open, or to leave open, a campaign without any."""
        super().clean()
        needed = self.instance.needed_part
        if not self.instance.is_to_open or needed is None or needed[0] != self.fk.remote_field.related_name:
            return
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        if not any(form.is_valid() and not form.cleaned_data.get("DELETE") for form in kept):
            raise ValidationError(needed[1])
