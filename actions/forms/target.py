"""The letter form where a campaign writes to people staff entered: no district is asked, only where one lives."""

from typing import Any

from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from actions.congress.lookup import Status, has_zip_table
from actions.congress.states import STATES
from actions.delivery.text import clean_text
from actions.forms.home import ZipForm
from actions.forms.letter import LetterForm


class TargetZipForm(ZipForm):
    """The first step: where the supporter lives decides who serves them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Div("zip", Submit("go", _("Find who gets my letter"), css_id="go"), css_class="one-line"),
        )


class TargetLetterForm(LetterForm):
    """The second step: who writes, their own words, and their state where the ZIP leaves it open."""

    def _find_homes(self) -> None:
        self.choices, self.by_number = [], False
        self.states = list(self.lookup.states)
        if not self.states and (self.lookup.status == Status.MILITARY or not has_zip_table()):
            self.states = list(STATES)

    def _district_fields(self) -> list[str]:
        """Keep the state where the ZIP reaches into several."""
        del self.fields["office"], self.fields["district_number"]
        # Only offices of Congress insist on a title.
        self.fields["prefix"].required, self.fields["prefix"].help_text = False, _("You may leave it empty.")
        if len(self.states) < 2:
            del self.fields["home_state"]
            return []
        field = self.fields["home_state"]
        if isinstance(field, forms.ChoiceField):
            names = sorted((str(STATES[code].name), code) for code in self.states)
            field.choices = [("", _("Choose your state")), *((code, name) for name, code in names)]
        field.required = True
        field.error_messages["required"] = _("Choose your state.")
        field.error_messages["invalid_choice"] = _("Choose one of these states.")
        return ["home_state"]

    @property
    def homes(self) -> list[tuple[str, int | None]]:
        """Return the states that the ZIP may mean."""
        return [(state, None) for state in self.states]

    def clean_zip(self) -> str:
        """The ZIP decides who gets the letter."""
        if self.lookup.status == Status.INVALID:
            raise forms.ValidationError(_("Enter the five digits of your ZIP code, such as 20001."))
        if not self.states:
            raise forms.ValidationError(_("We do not know this ZIP code. Enter the one of your home."))
        return clean_text(self.cleaned_data["zip"]).strip()

    def clean(self) -> dict[str, Any]:
        """No district is checked here."""
        return super(LetterForm, self).clean() or {}

    @property
    def home(self) -> tuple[str, int | None]:
        """Return the state, and no district, of a form that was filled in well."""
        return self.cleaned_data.get("home_state") or self.states[0], None
