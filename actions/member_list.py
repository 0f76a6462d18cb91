"""Members of Congress from a list as people copy it: one a line, with bullets, dates and asterisks around.

Nothing is guessed: a line that may mean two people says which.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from actions.congress.models import Member

BIOGUIDE = re.compile(r"\b([A-Z][0-9]{6})\b", re.IGNORECASE)
# "[R-NJ-4]", "(D-MN)", "[D-AK-At Large]", "(NJ)"
PLACE = re.compile(
    r"[\[(](?:[A-Z]{1,3}\s*-\s*)?(?P<state>[A-Z]{2})(?:\s*-\s*(?P<district>[0-9]{1,2}|at[ -]large|al))?[\])]",
    re.IGNORECASE,
)
BRACKETS = re.compile(r"[\[(][^\])]*[\])]")
DATE = re.compile(
    r"\b[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}\b|\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? [0-9]{1,2},? [0-9]{4}\b",
    re.IGNORECASE,
)
BULLET = re.compile(r"^\s*(?:[-*•·–—◦▪‣>]+|[0-9]{1,3}[.)])\s*")
TITLE = re.compile(
    r"^\s*(?:(?:rep|representative|sen|senator|del|delegate|resident commissioner|res\.? ?comm?|commissioner|"
    r"congress(?:wo)?man|hon)\b\.?\s*)+",
    re.IGNORECASE,
)
SENATE, HOUSE = re.compile(r"^\s*sen", re.IGNORECASE), re.compile(r"^\s*(?:rep|del|res|congress)", re.IGNORECASE)
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
# What is copied along with the list.
HEADINGS = re.compile(
    r"\s*(?:\*?\s*=?\s*original cosponsors?|cosponsors?|date cosponsored|sponsor|name)\W*", re.IGNORECASE
)
SHORTEST_SHORT_NAME = 3  # letters: "Chr" may stand for Christopher, "C" alone for nobody
LONGEST_LINE = 300  # characters


@dataclass(frozen=True)
class Line:
    """One line of the list, and whom it was taken for; without a member `problem` says why, in words for staff."""

    number: int
    text: str
    member: Member | None = None
    problem: str = ""
    candidates: list[Member] = field(default_factory=list)


def described(member: Member) -> str:
    """Return the line that stands for a member and leads to nobody else."""
    where = member.seat.key if member.ended_on is None else _("no longer in this seat")
    return f"{member.bioguide} {member.name} ({where})"


def read_members(text: str, members: Iterable[Member]) -> list[Line]:
    """Return what each line of a list was taken for. `members` come with their seats; those who left go by id only."""
    known = list(members)
    by_id = {member.bioguide: member for member in known}
    current = [(member, _words(member.name)) for member in known if member.ended_on is None]
    return [
        _read(number, line.strip(), by_id, current)
        for number, line in enumerate(text.splitlines(), 1)
        if not _is_noise(line)
    ]


def _is_noise(line: str) -> bool:
    bare = BULLET.sub("", DATE.sub("", line)).strip(" \t*,;:|")
    return not bare or bool(HEADINGS.fullmatch(bare))


def _read(number: int, line: str, by_id: dict[str, Member], current: list[tuple[Member, list[str]]]) -> Line:
    if len(line) > LONGEST_LINE:
        return Line(number, f"{line[:60]}…", problem=_("too long: one member a line"))
    if found := BIOGUIDE.search(line):
        member = by_id.get(found[1].upper())
        return Line(number, line, member, "" if member else _("no member has this Bioguide id"))
    bare = BULLET.sub("", DATE.sub(" ", line)).strip(" \t*;|,")
    place = PLACE.search(bare)
    named = BRACKETS.sub(" ", bare)
    people = [pair for pair in current if _serves(pair[0], named, place)]
    family, given = _typed(TITLE.sub("", named))
    fitting = [pair for pair in people if _has_family(pair[1], family, loosely=place is not None)]
    if place is None or len(fitting) > 1:  # a family name and a place that only one fits need no more
        fitting = [pair for pair in fitting if _is_given(pair[1], given)]
    return _told(number, line, [member for member, _words in fitting], people if place and place["district"] else [])


def _told(number: int, line: str, fitting: list[Member], holders: list[tuple[Member, list[str]]]) -> Line:
    if len(fitting) == 1:
        return Line(number, line, fitting[0])
    if fitting:
        names = "; ".join(described(member) for member in fitting[:8])
        return Line(number, line, problem=_("may be: %(names)s") % {"names": names}, candidates=fitting)
    if len(holders) == 1:
        return Line(number, line, problem=_("that seat is held by %(name)s") % {"name": described(holders[0][0])})
    return Line(number, line, problem=_("no member who serves now has this name"))


def _serves(member: Member, named: str, place: "re.Match[str] | None") -> bool:
    """Tell whether a member fits the title and the place of a line, as far as it has them."""
    seat = member.seat
    if (SENATE.match(named) and not seat.is_senate) or (HOUSE.match(named) and seat.is_senate):
        return False
    if place is None:
        return True
    if place["state"].upper() != seat.state:
        return False
    if not place["district"]:
        return True
    return seat.district == (int(place["district"]) if place["district"].isdigit() else 0)


def _typed(name: str) -> tuple[list[str], list[str]]:
    """Return family name and given names of "Last, First" or "First Last"; the last name alone has no given ones."""
    last, comma, first = name.partition(",")
    if comma and _words(first):
        return _words(last), _words(first)
    words = _words(last)
    return words[-1:], words[:-1]


def _has_family(words: list[str], family: list[str], *, loosely: bool) -> bool:
    """Tell whether a member has this family name; `loosely`: half of a double name is enough."""
    if not family:
        return False
    if words[-len(family):] == family:
        return True
    return bool(set(family) & set(words[1:])) if loosely else len(words) > 2 and set(family) <= set(words[1:])


def _is_given(words: list[str], given: list[str]) -> bool:
    """Tell whether the first of the given names, one that is no initial, is one of the member's."""
    first = next((word for word in given if len(word) > 1), None)
    return first is None or any(_stands_for(first, word) for word in words[:-1])


def _stands_for(typed: str, name: str) -> bool:
    short = min(len(typed), len(name))
    return typed == name or (short >= SHORTEST_SHORT_NAME and typed[:short] == name[:short])


def _words(name: str) -> list[str]:
    """Return a name's words without accents, marks, and what comes after it such as "Jr."."""
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", name) if not unicodedata.combining(mark))
    words = re.findall(r"[a-z]+", re.sub(r"['’`.]", "", plain.casefold()))
    return [word for word in words if word not in SUFFIXES]
