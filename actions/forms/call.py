"""A call: which district, where the ZIP leaves a choice, and afterwards what came of each call."""

from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from actions.congress.models import Seat
from actions.consents import AnonymousConsentsForm, consents_layout
from actions.forms.base import public_helper
from actions.forms.home import HomeForm
from actions.models import CallOutcome

NOT_CALLED = "not_yet"


class CallHomeForm(HomeForm):
    """The district alone: a call needs no name and no address."""

    not_sure = _("I’m not sure. Call only the senators of %(state)s.")

    def __init__(self, data: Any = None, *, zip_code: str) -> None:
        super().__init__(data)
        self.helper = public_helper()
        self.helper.layout = Layout(*self.look_up(zip_code), Submit("go", _("Show whom to call"), css_id="go"))


class CallForm(AnonymousConsentsForm):
    """What came of the call to each office, in the caller's word. `asks_email`: with the two boxes below."""

    def __init__(
        self, seats: Iterable[Seat], data: Any = None, *, told: Mapping[int, str] | None = None, asks_email: bool = True
    ) -> None:
        """Ask about these seats; `told` is what was told before, by seat."""
        super().__init__(data)
        self.seats = {f"seat_{seat.pk}": seat for seat in seats if seat.member and seat.member.phone}
        for name, seat in self.seats.items():
            self.fields[name] = forms.ChoiceField(
                label=gettext("What came of your call to %(name)s?") % {"name": seat.member}, widget=forms.RadioSelect,
                choices=[*CallOutcome.choices, (NOT_CALLED, _("Not called yet"))],
                initial=(told or {}).get(seat.pk, NOT_CALLED),
            )
        rest: list[Any] = []
        if asks_email:
            rest = [consents_layout("news", "outcome", "email"), Div("website", css_class="honeypot")]
        else:
            for name in ("news", "outcome", "email", "website"):
                del self.fields[name]
        self.helper = public_helper()
        self.helper.layout = Layout(*rest, Submit("go", _("Save what came of my calls"), css_id="go"))

    def clean(self) -> dict[str, Any]:
        """Ask for at least one call: without one there is nothing to count."""
        data = super().clean() or {}
        if not self.errors and not self._told(data):
            first = next(iter(self.seats), None)
            self.add_error(first, _("Tell us about at least one call. You can add the others later."))
        return data

    @property
    def outcomes(self) -> dict[int, str]:
        """Return what was told, by seat, of a form that was filled in well."""
        return self._told(self.cleaned_data)

    def _told(self, data: dict[str, Any]) -> dict[int, str]:
        return {seat.pk: data[name] for name, seat in self.seats.items() if data.get(name, NOT_CALLED) != NOT_CALLED}

    def offices(self) -> list[tuple[Seat, forms.BoundField]]:
        """Return each office with its question, for the page."""
        return [(seat, self[name]) for name, seat in self.seats.items()]
