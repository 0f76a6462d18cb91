"""What staff type for one rule of an audience: codes and pasted lists, understood whole or not stored at all."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from actions.congress.models import PARTIES, Member
from actions.congress.states import SEATS, STATES
from actions.member_list import Line, described, read_members
from campaigns.models import AudienceRule

SEAT_KEYS = frozenset(
    f"{seat.state}-{seat.district if seat.senate_class is None else f'S{seat.senate_class}'}" for seat in SEATS
)
DISTRICT = re.compile(r"([A-Z]{2})-0*([0-9]{1,2}|AL|AT-LARGE)")

if TYPE_CHECKING:  # only the type stubs know it as generic
    RuleModelForm = forms.ModelForm[AudienceRule]
else:
    RuleModelForm = forms.ModelForm


class CodesField(forms.CharField):
    """Codes with commas, spaces or line ends between; the value is their list, each once, as typed in capitals."""

    def prepare_value(self, value: Any) -> Any:
        """Show a list as codes with commas."""
        return ", ".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is shown."""
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> list[str]:
        """Return the codes, or say for each line which of them are none."""
        found: dict[str, None] = {}
        problems = []
        for number, line in enumerate(str(value or "").splitlines(), 1):
            for typed in re.split(r"[\s,;|]+", line.strip(" ,;|")):
                code = self.code_of(typed.upper())
                if code:
                    found[code] = None
                elif typed:
                    problems.append(ValidationError(self.error_messages["unknown"], params={
                        "line": number, "typed": typed[:40],
                    }))
        if problems:
            raise ValidationError(problems[:20])
        return list(found)

    def code_of(self, typed: str) -> str:
        """Return the code that was meant; "" where there is none such."""
        raise NotImplementedError  # each kind of code is understood in its own way


class StatesField(CodesField):
    """States by the codes of the Postal Service."""

    default_error_messages = {"unknown": _("Line %(line)s: “%(typed)s” is not the code of a state, such as NJ.")}

    def code_of(self, typed: str) -> str:
        """Return the code where a state has it."""
        return typed if typed in STATES else ""


class SeatsField(CodesField):
    """Seats of Congress: NJ-8, AK-0 or AK-AL, NJ-S1."""

    default_error_messages = {
        "unknown": _("Line %(line)s: “%(typed)s” is not a seat. Write NJ-8, AK-0 (at large) or NJ-S1.")
    }

    def code_of(self, typed: str) -> str:
        """Return the seat's key; a leading zero and "AL" are understood."""
        if district := DISTRICT.fullmatch(typed):
            number = district[2] if district[2].isdigit() else "0"
            typed = f"{district[1]}-{number}"
        return typed if typed in SEAT_KEYS else ""


class RuleForm(RuleModelForm):
    """One rule. A pasted list of members is shown as it was understood before anything of it is stored."""

    party = forms.ChoiceField(label=_("party"), required=False)
    states = StatesField(
        label=_("states"), required=False, widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Codes, such as NJ, NY. Empty: every state."),
    )
    seats = SeatsField(
        label=_("seats"), required=False, widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text=_("Such as NJ-8, AK-0 (at large), NJ-S1 (Senate, class 1). Empty: every seat."),
    )
    members = forms.CharField(
        label=_("members"), required=False, widget=forms.Textarea(attrs={"rows": 6, "cols": 60}),
        help_text=_(
            "One a line: paste a list of cosponsors from congress.gov, names, or Bioguide ids. You see whom each "
            "line was taken for before it is stored. Empty: every member."
        ),
    )

    class Meta:
        model = AudienceRule
        fields = ("position", "variant", "chamber", "party", "states", "seats", "members")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        party = self.fields["party"]
        if isinstance(party, forms.ChoiceField):
            names = {*PARTIES, *filter(None, [self.instance.party])}
            party.choices = [("", "---------"), *((name, PARTIES.get(name, name)) for name in sorted(names))]
        if self.instance.members:
            known = Member.objects.select_related("seat").in_bulk(self.instance.members)
            self.initial["members"] = "\n".join(
                described(known[bioguide]) if bioguide in known else bioguide for bioguide in self.instance.members
            )
        else:
            self.initial["members"] = ""

    def clean_members(self) -> list[str]:
        """Return Bioguide ids once each line stands for one member, as shown; nothing of a doubtful list is stored."""
        typed = self.cleaned_data["members"].strip()
        if not typed:
            return []
        if typed == self.initial["members"]:
            return list(self.instance.members)  # as it is stored, whatever became of who it names
        lines = read_members(typed, Member.objects.select_related("seat"))
        if not lines:
            raise ValidationError(_("No line of this names a member."))
        if all(line.member and line.text == described(line.member) for line in lines):
            return list(dict.fromkeys(line.member.bioguide for line in lines if line.member))
        self._show_as_understood(lines)
        raise ValidationError([
            gettext("Nothing is stored yet. Below, each line stands for the member it was taken for. "
                    "Look at them, mend what was not understood, and save again."),
            *(_outcome(line) for line in lines if not line.member),
            *(_outcome(line) for line in lines if line.member and line.text != described(line.member)),
        ])

    def _show_as_understood(self, lines: list[Line]) -> None:
        shown = [described(line.member) if line.member else line.text for line in lines]
        typed: Any = self.data
        self.data = fresh = typed.copy()
        fresh[self.add_prefix("members")] = "\n".join(dict.fromkeys(shown))


def _outcome(line: Line) -> str:
    """Return what was made of one line, in words."""
    values = {"line": line.number, "typed": line.text, "problem": line.problem}
    if line.member:
        return gettext("Line %(line)s: “%(typed)s” is %(member)s.") % {**values, "member": described(line.member)}
    return gettext("Line %(line)s, not understood: “%(typed)s” – %(problem)s.") % values
