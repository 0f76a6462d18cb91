"""How the hotline record is changed without sending anybody to a wrong door."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from hotline.models import WAYS, Hotline


class Try(NamedTuple):
    """One way that would change: where the new one leads, and what has to be said of it."""

    link: str
    again: BoundField
    tried: BoundField


class Tick(forms.CheckboxInput):
    """A tick that one very link was tried. When another is typed, it is empty again."""

    def __init__(self, link: str) -> None:
        super().__init__({"value": link})
        self.link = link

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        """Count the tick only where it was set beside this link."""
        return bool(data.get(name) == self.link)


class HotlineForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no argument when it runs
    """The record. What would lead visitors elsewhere than now is typed a second time, and tried first.

    So the first press of Save shows, for each way that changes, its very link; the second one saves.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changed_ways = self._changed_ways() if self.is_bound else []
        self.links = self._links()
        for name in self.changed_ways:
            label = self.fields[name].label
            self.fields[f"{name}_again"] = forms.CharField(
                label=_("Once more: %(field)s") % {"field": label},
                required=bool(self._typed(name)),  # an empty one cannot be typed twice
                error_messages={"required": _("Type it a second time.")},
                widget=forms.TextInput(attrs={"autocomplete": "off", "class": "vTextField"}),
            )
            self.fields[f"{name}_tried"] = forms.BooleanField(
                label=_("I tried this link, and it led where it should"),
                widget=Tick(self.links[name]),
                error_messages={"required": _("Try the link, then tick the box.")},
            )

    def _changed_ways(self) -> list[str]:
        """Return what would be shown to visitors, and differs from what is shown to them now."""
        is_shown = self["is_active"].data if "is_active" in self.fields else self.instance.is_active
        if not is_shown:
            return []
        now = Hotline.current()
        return [name for name in WAYS if name in self.fields and self._typed(name) != getattr(now, name)]

    def _typed(self, name: str) -> str:
        return str(self[name].data or "").strip()

    def _links(self) -> dict[str, str]:
        """Return the link of each way that changes, as it was typed."""
        if not self.changed_ways:
            return {}
        typed = Hotline(**{name: self._typed(name) for name in WAYS})
        return {
            "phone": typed.call_link, "phone_e164": typed.call_link, "text_to": typed.text_link,
            "text_keyword": typed.text_link, "chat_url": typed.chat_url, "cover_url": typed.way_out,
        }

    def tries(self) -> Iterator[Try]:
        """Return what has to be tried before the record is saved. A link that cannot be right is not offered."""
        wrong = {self.links[name] for name in WAYS if name in self.errors}
        for name in self.changed_ways:
            link = "" if self.links[name] in wrong else self.links[name]
            yield Try(link, self[f"{name}_again"], self[f"{name}_tried"])

    def clean(self) -> dict[str, Any]:
        """Compare what was typed twice. A number that changed has not been tried by anybody until it is dated anew."""
        cleaned = super().clean() or self.cleaned_data
        for name in self.changed_ways:
            again = cleaned.get(f"{name}_again")
            if again is not None and again != self._typed(name):
                self.add_error(f"{name}_again", _("The two do not match."))
        untried = {*self.changed_ways, *self.changed_data}.intersection(WAYS) - {"cover_url"}
        if untried and "verified_on" not in self.changed_data:
            cleaned["verified_on"], cleaned["verified_by"] = None, ""
        return cleaned
