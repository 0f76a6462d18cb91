"""A pledge: what is promised, a first name, and an email address. Nothing else is asked."""

from hashlib import sha256
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from actions.consents import ConsentsForm, consents_layout
from actions.forms.base import LineField, public_helper
from actions.letters import Person
from campaigns.models import Campaign, Promise
from campaigns.templatetags.translated import translated


def _value(promise: Promise) -> str:
    """Return what a browser posts for a promise: other words are another promise, which nobody has read yet."""
    return f"{promise.pk}-{sha256(promise.text.encode()).hexdigest()[:8]}"


class PledgeForm(ConsentsForm):
    """The promises of a campaign, each with a box of its own, unticked."""

    promises = forms.MultipleChoiceField(
        label=_("I promise"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick what you want to promise: one, some or all."),
        error_messages={
            "required": _("Tick at least one promise."),
            "invalid_choice": _("The promises have just been changed. Please tick yours once more."),
        },
    )
    first_name = LineField(
        label=_("First name"), max_length=100,
        help_text=_("Shown to nobody."),
        error_messages={
            "required": _("Enter your first name."), "max_length": _("Use at most 100 characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    email = forms.EmailField(
        label=_("Email"), max_length=200,
        help_text=_("For your receipt, and so that each person counts once."),
        error_messages={
            "required": _("Enter your email address."),
            "invalid": _("Enter an email address in the form name@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    no_mail = forms.BooleanField(label=_("Do not email me about this pledge, not even the receipt."), required=False)
    website = forms.CharField(
        label=_("Leave this empty"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, campaign: Campaign, data: Any = None) -> None:
        super().__init__(data)
        promises = self.fields["promises"]
        if not isinstance(promises, forms.MultipleChoiceField):
            raise TypeError("promises")
        self._texts = {_value(promise): promise.text for promise in campaign.promises.all()}
        promises.choices = [(_value(promise), translated(promise, "text")) for promise in campaign.promises.all()]
        self.fields["email"].widget.attrs.pop("maxlength", None)  # a browser would cut a longer one without a word
        self.helper = public_helper()
        self.helper.layout = Layout(
            "promises",
            Fieldset(_("About you"), "first_name", "email"),
            Div("website", css_class="honeypot"),
            consents_layout("news", "outcome", "no_mail"),
            Submit("go", _("Make my pledge"), css_id="go"),
        )

    @property
    def promised(self) -> list[str]:
        """Return the promises that were ticked, in the words that were read."""
        return [self._texts[value] for value in self.cleaned_data["promises"]]

    @property
    def person(self) -> Person:
        """Return who pledges, of a form that was filled in well."""
        return Person(first_name=self.cleaned_data["first_name"], email=self.cleaned_data["email"])
