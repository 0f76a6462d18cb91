"""The two boxes below every form, unticked: news by email, and how this one campaign ends. Each its own consent."""

from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext_lazy as _

from actions.models import Action, OutcomeNotice
from newsletter.models import Subscriber


class ConsentsForm(forms.Form):
    """The two boxes, for forms that ask for an email address themselves."""

    news = forms.BooleanField(label=_("Send me news by email now and then."), required=False)
    outcome = forms.BooleanField(
        label=_("Tell me how this campaign ends."), required=False,
        help_text=_("At most three mails. Then we delete your address."),
    )


class AnonymousConsentsForm(ConsentsForm):
    """The two boxes for forms that need no address: it is asked for these alone."""

    email = forms.EmailField(
        label=_("Email"), max_length=200, required=False,
        help_text=_("Only for what you tick here. Leave it empty if you tick nothing."),
        error_messages={"invalid": _("Enter an email address in the form name@example.com.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(
        label=_("Leave this empty"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the address where a box is ticked, and for a tick where there is an address."""
        data = super().clean() or {}
        ticked = data.get("news") or data.get("outcome")
        if ticked and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Enter your email address, or untick the boxes."))
        return data


def consents_layout(*fields: str) -> Fieldset:
    """Return the boxes as every form shows them; `fields` stand with them."""
    return Fieldset(_("Email from us"), *fields)


def keep_consents(action: Action, email: str, typed: dict[str, Any], *, page: str) -> None:
    """Store what was ticked, in the transaction of the action. `page` names the form in the ledger of consent."""
    if email and typed.get("news"):
        Subscriber.objects.ask(email, page=page, language=action.language)
    if email and typed.get("outcome"):
        OutcomeNotice.objects.ask(action.campaign, email, action_id=action.pk, language=action.language)
