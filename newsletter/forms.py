"""The sign-up form. It checks what was typed and sends nothing."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

OWN_PAGE = "newsletter"  # the word for /newsletter/ in the ledger of consent


class SignUpForm(forms.Form):
    """Asks for one email address. A field that people cannot see catches programs that fill in everything."""

    hidden_box_was_filled = False

    email = forms.EmailField(
        label=_("Your email address"),
        max_length=254,
        help_text=_("Anyone who can open that inbox can see our mail. Choose one that only you read."),
        error_messages={
            "required": _("Enter your email address."),
            "invalid": _("Check the email address. It needs an @ and a domain, such as name@example.org."),
            "max_length": _("Check the email address. It is longer than mail allows."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    leave_empty = forms.CharField(
        label=_("Leave this box empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    page = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, page: str = OWN_PAGE) -> None:
        super().__init__(data, initial={"page": page}, auto_id="newsletter_%s")
        # A browser would cut a longer address without a word.
        self.fields["email"].widget.attrs.pop("maxlength", None)
        self.helper = FormHelper()
        self.helper.disable_csrf = True  # public forms check the origin instead, and set no cookie
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Div("email", Submit("sign_up", _("Sign up")), css_class="one-line"),
            "page", Div("leave_empty", css_class="honeypot"),
        )

    def clean_page(self) -> str:
        """Return which form of the site was used; anything but a word of ours counts as the page of its own."""
        page = str(self.cleaned_data["page"])
        return page if re.fullmatch(r"[a-z0-9-]{1,60}", page) else OWN_PAGE

    def clean_leave_empty(self) -> str:
        """Ask again when the hidden box was filled: programs stop there, people press once more."""
        if self.cleaned_data["leave_empty"]:
            self.data = {**dict(self.data.items()), "leave_empty": ""}
            self.hidden_box_was_filled = True
        return ""

    def clean(self) -> dict[str, Any]:
        """Say so above the form, because the box itself cannot be seen."""
        if self.hidden_box_was_filled:
            self.add_error(None, _(
                "Your browser filled in a box that has to stay empty. We emptied it: please press the button again."
            ))
        return self.cleaned_data
