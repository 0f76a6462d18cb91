"""Where somebody lives: the ZIP, and the district where a ZIP leaves a choice."""

from typing import Any

from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from actions.congress.lookup import Choice, Lookup, Status, choices, districts_of, find_offices, has_zip_table
from actions.congress.states import STATES
from actions.forms.base import public_helper

NOT_SURE = "not-sure"


class ZipForm(forms.Form):
    """The first step: where the supporter lives."""

    zip = forms.CharField(
        label=_("Your ZIP code"),
        max_length=40,
        help_text=_("The ZIP code of your home, such as 20001."),
        error_messages={
            "required": _("Enter your ZIP code. It has five digits, such as 20001."),
            "max_length": _("Enter the five digits of your ZIP code, such as 20001."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric", "size": 10}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lookup: Lookup | None = None
        self.helper = public_helper()
        self.helper.layout = Layout(
            Div("zip", Submit("go", _("Find my representatives"), css_id="go"), css_class="one-line"),
        )

    def clean_zip(self) -> str:
        """Look the ZIP up; five digits that lead nowhere are an answer, not an error."""
        self.lookup = find_offices(self.cleaned_data["zip"])
        if self.lookup.status == Status.INVALID:
            raise forms.ValidationError(_("Enter the five digits of your ZIP code, such as 20001."))
        return self.lookup.zip or ""


def _value(choice: Choice) -> str:
    return f"{choice.state}-{NOT_SURE if choice.district is None else choice.district}"


class HomeForm(forms.Form):
    """Which district a supporter lives in, as far as their ZIP leaves it open."""

    office = forms.ChoiceField(
        label=_("Which is your district?"), widget=forms.RadioSelect, required=False,
        help_text=_("Your voter registration card names it, and www.house.gov finds it by your street."),
    )
    home_state = forms.ChoiceField(label=_("Your state"), required=False)
    district_number = forms.IntegerField(
        label=_("Number of your congressional district"), required=False, min_value=0, max_value=99,
        help_text=_("Leave it empty if you are not sure: then it is your senators alone."),
    )

    # What "not sure" leads to, with the state's name.
    not_sure: str | Promise = _(
        "I’m not sure. Write only to the senators of %(state)s."
    )
    lookup: Lookup
    choices: list[Choice]
    by_number: bool  # nothing leads from a ZIP to districts: state and number are asked for

    def look_up(self, typed: str) -> list[str]:
        """Find what a ZIP leaves open, keep the fields for that, and return their names for the layout."""
        self.lookup = find_offices(typed)
        self._find_homes()
        return self._district_fields()

    def _find_homes(self) -> None:
        """Note which districts the ZIP may mean, or that the district is asked by its number."""
        self.choices = choices(self.lookup)
        self.by_number = not self.choices and not has_zip_table()

    @property
    def homes(self) -> list[tuple[str, int | None]]:
        """Return state and district of each place that the ZIP may mean; empty where they have to be asked."""
        return [(choice.state, choice.district) for choice in self.choices]

    def _district_fields(self) -> list[str]:
        """Keep of the three district fields what this ZIP leaves open, and lay it out."""
        if self.by_number:
            del self.fields["office"]
            names = sorted((str(state.name), code) for code, state in STATES.items())
            self._choices("home_state").choices = [
                ("", _("Choose your state")), *((code, name) for name, code in names),
            ]
            self.fields["home_state"].required = True
            self.fields["home_state"].error_messages["required"] = _("Choose your state.")
            return ["home_state", "district_number"]
        del self.fields["home_state"], self.fields["district_number"]
        if len(self.choices) < 2:
            del self.fields["office"]
            return []
        office = self._choices("office")
        office.choices = [(_value(choice), self._label(choice)) for choice in self.choices]
        office.required = True
        office.error_messages["required"] = _("Choose your district, or say that you are not sure.")
        office.error_messages["invalid_choice"] = _("Choose one of these districts.")
        if len(self.choices) > 8:
            office.widget = forms.Select(choices=[("", _("Choose your district")), *office.choices])
        return ["office"]

    def _label(self, choice: Choice) -> str:
        if choice.district is None:
            return str(self.not_sure) % {"state": STATES[choice.state].name}
        name = choice.member.name if choice.member else gettext("seat empty at the moment")
        return f"{name} – {choice.seat.label}" if choice.seat else name

    def _choices(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(name)
        return field

    def clean(self) -> dict[str, Any]:
        """A district by number must exist in the state."""
        cleaned: dict[str, Any] = super().clean() or {}
        number, state = cleaned.get("district_number"), cleaned.get("home_state")
        if state:
            known = districts_of(state)
            if known == [0]:  # one district, whatever was typed or left empty
                cleaned["district_number"] = 0
            elif number is not None and number not in known:
                self.add_error("district_number", _("%(state)s has the districts 1 to %(last)d.") % {
                    "state": STATES[state].name, "last": known[-1],
                })
        return cleaned

    @property
    def home(self) -> tuple[str, int | None]:
        """Return state and district (None: not sure) of a form that was filled in well."""
        if self.by_number:
            return self.cleaned_data["home_state"], self.cleaned_data["district_number"]
        if len(self.choices) == 1:
            return self.choices[0].state, self.choices[0].district
        chosen = next(choice for choice in self.choices if _value(choice) == self.cleaned_data["office"])
        return chosen.state, chosen.district
