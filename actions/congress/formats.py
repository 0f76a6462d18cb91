"""The published files, read into plain records. Each reader accepts new columns and refuses what it cannot tell.

Members: https://github.com/unitedstates/congress-legislators, `legislators-current.json`. ZIPs: columns `zip`,
`state`, `district`. Prefixes: columns `prefix`, `states` (with | between them), `kind`.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlsplit

from actions.congress.source import BadData
from actions.congress.states import HOUSE_KEYS, SEATS, STATES, Chamber, SeatFacts

KNOWN_SEATS = frozenset(SEATS)
BIOGUIDE = re.compile(r"[A-Z][0-9]{6}")
PHONE = re.compile(r"[0-9]{3}-[0-9]{3}-[0-9]{4}")
LONGEST_ADDRESS = 300  # characters, as the model stores it
BLANK = re.compile(r"[\s\x00-\x1f]")


@dataclass(frozen=True)
class MemberRecord:
    """One member as published; `seat` is an office code, `term_start` an ISO date."""

    bioguide: str
    seat: str
    name: str
    party: str
    phone: str
    website: str
    contact_form: str
    term_start: str


Row = TypeVar("Row")
ZipRow = tuple[str, str, int]  # five digits, state, district
PrefixRow = tuple[str, str, bool]  # three digits, states with | between them, military


def read_members(name: str, content: bytes) -> list[MemberRecord]:
    """Return the members in a JSON file of legislators."""
    text = _text(name, content)
    try:
        people = json.loads(text)
    except (ValueError, RecursionError) as error:
        page = " It looks like a web page." if text.lstrip().startswith("<") else ""
        raise BadData(f"{name} is not complete JSON.{page}") from error
    if not isinstance(people, list):
        raise BadData(f"{name} is not a list of members.")
    members = []
    for number, person in enumerate(people, start=1):
        try:
            members.append(_member(person))
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise BadData(f"{name}: entry {number} is not a member as we know them ({error}).") from error
    return members


def _member(person: dict[str, Any]) -> MemberRecord:
    """Read one person. The last term counts, whatever its end says: an appointed senator's is an election day."""
    term, names = person["terms"][-1], person["name"]
    state = term["state"]
    if term["type"] == "sen":
        seat = SeatFacts(Chamber.SENATE, state, senate_class=term["class"])
    else:
        seat = SeatFacts(Chamber.HOUSE, state, district=term["district"])
    if seat not in KNOWN_SEATS:
        raise ValueError(f"no such seat: {state} {term.get('district', term.get('class'))}")
    bioguide = person["id"]["bioguide"]
    if not BIOGUIDE.fullmatch(bioguide):
        raise ValueError("its Bioguide id is not a letter and six digits")
    # The newest members have no `official_full` for some days.
    name = names.get("official_full") or f"{names['first']} {names['last']}"
    return MemberRecord(
        bioguide=bioguide,
        seat=seat.code,
        name=_short(name, 120),
        party=_short(term.get("party") or "", 40),
        phone=_matching(PHONE, term.get("phone")),
        website=_web_address(term.get("url")),
        contact_form=_web_address(term.get("contact_form")),
        term_start=date.fromisoformat(term["start"]).isoformat(),
    )


def _short(text: str, longest: int) -> str:
    if not isinstance(text, str) or len(text) > longest:
        raise ValueError(f"a name or party is longer than {longest} characters or no text")
    return text.strip()


def _matching(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _web_address(value: object) -> str:
    """Return an http(s) address, or nothing: a wrong one was published once (`hhttps://`)."""
    if not isinstance(value, str) or len(value) > LONGEST_ADDRESS or BLANK.search(value):
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    return value if parts.scheme in ("http", "https") and parts.hostname else ""


def read_zips(name: str, content: bytes) -> list[ZipRow]:
    """Return the rows of a ZIP table, each once."""

    def row(fields: dict[str, str]) -> ZipRow:
        code, state, district = fields["zip"], fields["state"], int(fields["district"])
        if not re.fullmatch(r"[0-9]{5}", code):
            raise ValueError("a ZIP has five digits")
        if (state, district) not in HOUSE_KEYS:
            raise ValueError(f"no such district: {state}-{district}")
        return code, state, district

    return list(dict.fromkeys(_rows(name, content, row)))


def read_prefixes(name: str, content: bytes) -> list[PrefixRow]:
    """Return the rows of a table of ZIP prefixes."""

    def row(fields: dict[str, str]) -> PrefixRow:
        prefix, states, military = fields["prefix"], fields["states"], fields["kind"] == "military"
        if not re.fullmatch(r"[0-9]{3}", prefix):
            raise ValueError("a prefix has three digits")
        if military:
            return prefix, "", True
        if not states or any(state not in STATES for state in states.split("|")):
            raise ValueError(f"no such state: {states}")
        return prefix, states, False

    return list(_rows(name, content, row))


def _rows(name: str, content: bytes, row: Callable[[dict[str, str]], Row]) -> Iterator[Row]:
    """Read a CSV file line by line; says the line that cannot be read."""
    reader = csv.DictReader(_text(name, content).splitlines())
    try:
        for fields in reader:
            try:
                yield row(fields)
            except (KeyError, TypeError, ValueError) as error:
                raise BadData(f"{name}: line {reader.line_num} cannot be read ({error}).") from error
    except csv.Error as error:
        raise BadData(f"{name} is not a CSV file.") from error


def _text(name: str, content: bytes) -> str:
    if not content.strip():
        raise BadData(f"{name} is empty.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadData(f"{name} is not text in UTF-8.") from error
