"""What somebody says who has read the Spanish of a page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from polaris_site.spanish import Page


class SpanishReviewForm(forms.Form):
    """A tick, and the words it was given for: those the person saw, not those of this moment."""

    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
    read = forms.BooleanField(
        label=_("I have read every line above and it is right"),
        error_messages={"required": _("Nothing was saved: read every line, then tick the box.")},
    )

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._page = page

    def clean_fingerprint(self) -> str:
        """Refuse a tick for words that have changed since they were shown."""
        seen = str(self.cleaned_data["fingerprint"])
        if seen != self._page.fingerprint:
            raise ValidationError(_(
                "Nothing was saved: words of this page changed while you read. They stand here as they are now. "
                "Please read them once more, then tick the box."
            ))
        return seen
