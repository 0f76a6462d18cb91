"""What people type: the ZIP, then their details and own words. Forms check; they send nothing."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout, Submit
from django import forms
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, is_possible_number, parse

from actions.congress.lookup import Choice, Lookup, Status, choices, districts_of, find_offices, has_zip_table
from actions.congress.states import STATES
from actions.consents import ConsentsForm, consents_layout
from actions.delivery.fields import PREFIXES, limit
from actions.delivery.text import clean_line, clean_text
from actions.letters import Person
from campaigns.models import STATEMENT_MAX

OWN_WORDS_MAX = 1500  # characters; our choice, well below what offices take
LETTER_MAX = STATEMENT_MAX + OWN_WORDS_MAX  # characters, statement and own words together

NOT_SURE = "not-sure"


def public_helper() -> FormHelper:
    """Return the helper of every public form: no CSRF token, browser bubbles off."""
    helper = FormHelper()
    helper.disable_csrf = True  # public forms check the origin instead, and set no cookie
    helper.attrs = {"novalidate": "novalidate"}
    helper.form_tag = False
    return helper


class LineField(forms.CharField):
    """One line without control and bidirectional marks, so that review shows exactly what goes."""

    def to_python(self, value: Any) -> str:
        """Clean before any limit is checked."""
        line = clean_line(super().to_python(value) or "")
        # Marks that nobody sees are no name and no street.
        return line if any(mark.isprintable() and not mark.isspace() for mark in line) else ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave `maxlength` out: a browser would cut a pasted text without a word."""
        attrs = super().widget_attrs(widget)
        return {name: value for name, value in attrs.items() if name not in ("maxlength", "minlength")}


class WordsField(LineField):
    """The same for text of many lines."""

    def to_python(self, value: Any) -> str:
        """Clean, and keep the lines."""
        return clean_text(forms.CharField.to_python(self, value) or "").strip()


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


def _choice_label(choice: Choice) -> str:
    if choice.district is None:
        return gettext("I’m not sure. Write only to the senators of %(state)s, whose letters you send yourself.") % {
            "state": STATES[choice.state].name
        }
    name = choice.member.name if choice.member else gettext("seat empty at the moment")
    return f"{name} – {choice.seat.label}" if choice.seat else name


class LetterForm(ConsentsForm):
    """The second step: which district, if the ZIP leaves a choice; who writes; and their own words."""

    office = forms.ChoiceField(
        label=_("Which is your district?"), widget=forms.RadioSelect, required=False,
        help_text=_("Your voter registration card names it, and www.house.gov finds it by your street."),
    )
    home_state = forms.ChoiceField(label=_("Your state"), required=False)
    district_number = forms.IntegerField(
        label=_("Number of your congressional district"), required=False, min_value=0, max_value=99,
        help_text=_("Leave it empty if you are not sure: your letter then goes to your senators."),
    )
    prefix = forms.ChoiceField(  # type: ignore[assignment]  # Django's own `prefix` of a form stays what it is
        label=_("Title, such as Ms. or Mr."),
        choices=[("", _("Choose one")), *((prefix, prefix) for prefix in PREFIXES)],
        help_text=_("Offices require one of these."),
        error_messages={"required": _("Choose a title."), "invalid_choice": _("Choose a title.")},
        widget=forms.Select(attrs={"autocomplete": "honorific-prefix"}),
    )
    first_name = LineField(
        label=_("First name"), max_length=min(100, limit("first_name").longest),
        error_messages={"required": _("Enter your first name.")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = LineField(
        label=_("Last name"), max_length=min(100, limit("last_name").longest),
        error_messages={"required": _("Enter your last name.")},
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = forms.EmailField(
        label=_("Email"), max_length=200,
        error_messages={
            "required": _("Enter your email address."),
            "invalid": _("Enter an email address in the form name@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    address1 = LineField(
        label=_("Street and number"), min_length=limit("address1").shortest, max_length=200,
        error_messages={"required": _("Enter your street and number.")},
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    address2 = LineField(
        label=_("Apartment or unit"), required=False, help_text=_("For example: Apt 4"),
        min_length=limit("address2").shortest, max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    city = LineField(
        label=_("City"), min_length=limit("city").shortest, max_length=100,
        error_messages={"required": _("Enter your city.")},
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    zip = forms.CharField(
        label=_("ZIP code"), max_length=40,
        error_messages={
            "required": _("Enter your ZIP code."),
            "max_length": _("Enter the five digits of your ZIP code, such as 20001."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric", "size": 10}),
    )
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=40,
        help_text=_("Some offices call back."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )
    own_words = WordsField(
        label=_("In your own words"), required=False, min_length=limit("own_words").shortest,
        max_length=OWN_WORDS_MAX, widget=forms.Textarea(attrs={
            "rows": 6, "data-left": _("# characters left"), "data-over": _("# characters too many"),
        }),
    )
    no_mail = forms.BooleanField(label=_("Do not email me about this letter, not even the receipt."), required=False)
    website = forms.CharField(
        label=_("Leave this empty"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, data: Any = None, *, zip_code: str, statement: str, **kwargs: Any) -> None:
        """Ask what is left to ask for this ZIP; `statement` is the text own words are added to."""
        super().__init__(data, **kwargs)
        self._leave_room_beside(statement)
        typed = clean_text(self.data.get("zip", "")).strip() if self.is_bound else zip_code
        self.lookup = find_offices(typed or zip_code)
        self.zip_changed = self.is_bound and self.lookup.zip != zip_code
        self._find_homes()
        district = self._district_fields()
        self._say_limits()
        self.helper = public_helper()
        self.helper.layout = Layout(
            *district,
            Fieldset(
                _("About you"),
                HTML("{% include 'actions/_before_address.html' %}"),
                "prefix", "first_name", "last_name", "email", "address1", "address2", "city", "zip", "phone",
            ),
            Fieldset(
                _("Your letter"),
                HTML("{% include 'actions/_beside_own_words.html' %}"),
                Field("own_words"),
            ),
            Div("website", css_class="honeypot"),
            consents_layout("news", "outcome", "no_mail"),
            Submit("go", _("Review my letter"), css_id="go"),
        )

    def _find_homes(self) -> None:
        """Note which districts the ZIP may mean, or that the district is asked by its number."""
        self.choices = choices(self.lookup)
        self.by_number = not self.choices and not has_zip_table()

    @property
    def homes(self) -> list[tuple[str, int | None]]:
        """Return state and district of each place that the ZIP may mean; empty where they have to be asked."""
        return [(choice.state, choice.district) for choice in self.choices]

    def _leave_room_beside(self, statement: str) -> None:
        """Say how long own words may be, in the field, live beside it, and when it is checked: one number."""
        field = self.fields["own_words"]
        if not isinstance(field, WordsField):
            raise TypeError("own_words")
        room = max(min(OWN_WORDS_MAX, LETTER_MAX - len(statement)), 0)
        field.max_length, field.widget.attrs["data-count"] = room, room
        field.validators = [
            MaxLengthValidator(room) if isinstance(validator, MaxLengthValidator) else validator
            for validator in field.validators
        ]
        field.help_text = gettext(
            "It counts for more than anything: why does this matter where you live? English or Spanish, "
            "up to %(room)s characters."
        ) % {"room": number_format(room, force_grouping=True)}

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
        office.choices = [(_value(choice), _choice_label(choice)) for choice in self.choices]
        office.required = True
        office.error_messages["required"] = _("Choose your district, or say that you are not sure.")
        office.error_messages["invalid_choice"] = _("Choose one of these districts.")
        if len(self.choices) > 8:
            office.widget = forms.Select(choices=[("", _("Choose your district")), *office.choices])
        return ["office"]

    def _choices(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(name)
        return field

    def _say_limits(self) -> None:
        """Say in plain words what is too long or too short, with the number that would fit."""
        for name, field in self.fields.items():
            if isinstance(field, forms.CharField) and field.max_length:
                for validator in field.validators:
                    if isinstance(validator, MaxLengthValidator):
                        validator.message = _("Use at most %(limit_value)d characters. This has %(show_value)d.")
                    elif isinstance(validator, MinLengthValidator):
                        validator.message = _("Use at least %(limit_value)d characters.") if field.required else _(
                            "Use at least %(limit_value)d characters, or leave it empty."
                        )
            if name in self.initial:
                field.initial = self.initial[name]

    def clean_zip(self) -> str:
        """The ZIP decides the offices: a changed one may need another choice."""
        if self.lookup.status == Status.INVALID:
            raise forms.ValidationError(_("Enter the five digits of your ZIP code, such as 20001."))
        if not self.choices and not self.by_number:
            raise forms.ValidationError(
                _("This ZIP code has no member of Congress that we know. Enter the one of your home.")
            )
        return clean_text(self.cleaned_data["zip"]).strip()

    def clean_phone(self) -> str:
        """Return NNN-NNN-NNNN, the one form offices take, or nothing."""
        typed = self.cleaned_data["phone"].strip()
        if not typed:
            return ""
        try:
            number = parse(typed, "US")
        except NumberParseException as error:
            raise forms.ValidationError(_("Enter a US phone number with ten digits, or leave it empty.")) from error
        digits = str(number.national_number)
        if number.country_code != 1 or len(digits) != 10 or not is_possible_number(number):
            raise forms.ValidationError(_("Enter a US phone number with ten digits, or leave it empty."))
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"

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

    @property
    def person(self) -> Person:
        """Return who writes, as offices ask for it."""
        data = self.cleaned_data
        return Person(
            prefix=data["prefix"], first_name=data["first_name"], last_name=data["last_name"],
            email=data["email"], phone=data["phone"], address1=data["address1"], address2=data["address2"],
            city=data["city"], zip=self.lookup.zip or data["zip"],
        )


def _value(choice: Choice) -> str:
    return f"{choice.state}-{NOT_SURE if choice.district is None else choice.district}"


class LostReceiptForm(forms.Form):
    """Where to mail the links again."""

    email = forms.EmailField(
        label=_("Email"),
        error_messages={
            "required": _("Enter your email address."),
            "invalid": _("Enter an email address in the form name@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = public_helper()
        self.helper.layout = Layout("email", Submit("go", _("Mail me my links"), css_id="go"))
