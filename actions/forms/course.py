"""What learners type: where to mail their link, the name for a certificate, and the code of one to check."""

from typing import Any

from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from actions.consents import AnonymousConsentsForm, consents_layout
from actions.forms.base import LineField, public_helper
from actions.models.courses import CODE_LENGTH, NAME_MAX


def _name_field(*, required: bool, help_text: Any) -> LineField:
    return LineField(
        label=_("Name on the certificate"), required=required, max_length=NAME_MAX, help_text=help_text,
        error_messages={
            "required": _("Enter the name that the certificate should show."),
            "max_length": _("Use at most %(limit_value)d characters, so that the name fits on the sheet."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class CourseLinkForm(forms.Form):
    """Where to mail the address of somebody's course."""

    prefix = "link"  # it stands on one page with other forms that ask for an email address

    email = forms.EmailField(
        label=_("Email"), max_length=200,
        help_text=_("For this one mail. We delete the address some days after it."),
        error_messages={
            "required": _("Enter your email address."),
            "invalid": _("Enter an email address in the form name@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = public_helper()
        button = Submit("go", _("Mail me my link"), css_id="mail", css_class="button--quiet")
        self.helper.layout = Layout("email", button)


class FinishForm(AnonymousConsentsForm):
    """The end of a course: a name for the certificate if one is wanted, and the two boxes."""

    name = _name_field(
        required=False,
        help_text=_("Leave it empty if you want no certificate, or want to add the name later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = public_helper()
        self.helper.layout = Layout(
            "name",
            consents_layout("news", "outcome", "email"),
            Div("website", css_class="honeypot"),
            Submit("go", _("Finish the course"), css_id="finish"),
        )


class NameForm(forms.Form):
    """The name on a certificate, added later or put right."""

    name = _name_field(required=True, help_text=_("As you want it printed."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = public_helper()
        self.helper.layout = Layout("name", Submit("go", _("Put the name on the certificate"), css_id="certify"))


class CodeForm(forms.Form):
    """The code of a certificate, with or without its dashes."""

    code = forms.CharField(
        label=_("Code of the certificate"), max_length=60,
        help_text=_("Twelve letters and digits. Capitals, spaces and dashes do not matter."),
        error_messages={
            "required": _("Enter the code. It stands at the bottom of the certificate."),
            "max_length": _("Enter the twelve letters and digits of the code."),
        },
        widget=forms.TextInput(attrs={
            "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false",
        }),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = public_helper()
        self.helper.layout = Layout("code", Submit("go", _("Check the certificate"), css_id="go"))

    def clean_code(self) -> str:
        """Return the code alone; what has another length or other marks is none."""
        code = "".join(mark for mark in self.cleaned_data["code"].upper() if mark.isalnum())
        if len(code) != CODE_LENGTH or not code.isascii():
            raise forms.ValidationError(_("Enter the twelve letters and digits of the code."))
        return code
