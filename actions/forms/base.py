"""What all public forms share: how they stand on a page, and text without hidden marks."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from actions.delivery.text import clean_line, clean_text


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
