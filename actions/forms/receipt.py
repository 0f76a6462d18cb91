"""What is asked on and around a receipt."""

from typing import Any

from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from actions.forms.base import public_helper


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
