"""From a ZIP code to the offices of Congress behind it.

It never guesses: where a ZIP touches several districts it names them all, and the visitor chooses.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from actions.congress.models import Dataset, Kind, Member, Seat
from actions.congress.states import (
    HOUSE_KEYS,
    MILITARY_PREFIXES,
    NOT_REPRESENTED_ZIPS,
    STATE_PREFIXES,
    STATES,
    Chamber,
)
from actions.congress.turnover import begins, congress_on

LONGEST_INPUT = 40  # characters; a ZIP+4 in any form is far shorter
# Five digits, and a ZIP+4 with any dash or space between, which is dropped.
ZIP_PATTERN = re.compile(r"([0-9]{5})(?:\s*[-\u2010-\u2015\u2212]?\s*[0-9]{4})?")

# Plain SQL for the one path that must take under 1 ms: the ORM needs half of that to build each query.
KNOWN = """
    SELECT kind, congress, newest_term, zips.state, zips.district, prefixes.states, prefixes.military
    FROM congress_dataset
    LEFT JOIN congress_zipdistrict zips ON zips.dataset_id = congress_dataset.id AND zip = %s
    LEFT JOIN congress_zipprefix prefixes ON prefixes.dataset_id = congress_dataset.id AND prefix = %s
    WHERE active
"""
SERVING = """
    SELECT bioguide, district FROM congress_member JOIN congress_seat ON congress_seat.id = seat_id
    WHERE ended_on IS NULL AND state = %s
"""


class Status(StrEnum):
    """What a ZIP leads to."""

    SINGLE = "single"  # one district
    MULTIPLE = "multiple"  # several districts of one state
    MULTIPLE_STATES = "multiple_states"  # districts of several states
    STATE_ONLY = "state_only"  # not in the table; its prefix gives the state or states
    MILITARY = "military"  # a military post office: ask for the home address
    NOT_REPRESENTED = "not_represented"  # a place without a member of Congress
    UNKNOWN = "unknown"  # five digits we know nothing of
    INVALID = "invalid"  # not a ZIP code


@dataclass(frozen=True)
class Lookup:
    """The answer for one ZIP, complete where the status says `single`, otherwise all that is possible."""

    input: str  # as typed
    zip: str | None  # five digits; None where the input is no ZIP
    status: Status
    states: list[str] = field(default_factory=list)
    districts: list[str] = field(default_factory=list)  # "NJ-8", "AK-0"; by state, then by number
    senators: list[str] = field(default_factory=list)  # Bioguide ids, sorted
    representatives: dict[str, str | None] = field(default_factory=dict)  # None: vacant or being filled


@dataclass(frozen=True)
class Choice:
    """One line of the chooser. Without a district it is "not sure", which leads to the senators."""

    state: str
    district: int | None
    seat: Seat | None
    member: Member | None


@dataclass
class _Known:
    """What the data in use says of one ZIP at one moment."""

    has_members: bool = False
    being_filled: bool = False
    districts: list[tuple[str, int]] = field(default_factory=list)
    states: str = ""  # by the prefix, with | between them
    military: bool = False


def _rows(sql: str, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _known(code: str, now: datetime) -> _Known:
    """Ask all data in use at once. A new map never answers before its Congress begins."""
    sitting = congress_on(now)
    prefix = code[:3]
    known = _Known(states=STATE_PREFIXES.get(prefix, ""), military=prefix in MILITARY_PREFIXES)
    maps: dict[int, list[tuple[str, int]]] = {}
    for kind, congress, newest_term, state, district, states, military in _rows(KNOWN, code, prefix):
        if kind == Kind.MEMBERS:
            known.has_members = True
            # SQLite gives a date as text; as text both compare alike.
            known.being_filled = bool(newest_term) and str(newest_term) < begins(sitting).date().isoformat()
        elif kind == Kind.ZIPS and congress <= sitting:
            maps.setdefault(congress, []).extend([(state, district)] if state else [])
        elif kind == Kind.PREFIXES and states is not None:
            known.states, known.military = states, military
    known.districts = sorted(maps[max(maps)]) if maps else []
    return known


def has_members() -> bool:
    """Tell whether names of members are loaded."""
    return Dataset.objects.filter(active=True, kind=Kind.MEMBERS).exists()


def has_zip_table() -> bool:
    """Tell whether a ZIP can lead to districts."""
    return Dataset.objects.filter(active=True, kind=Kind.ZIPS).exists()


def being_filled(now: datetime | None = None, seat: Seat | None = None) -> bool:
    """Tell whether House seats are being filled: a new Congress sits, and no import knows its members yet.

    A letter to the House waits then; one to a senator's `seat` does not. Never true without names loaded:
    there is nothing to be out of date.
    """
    if seat and seat.is_senate:
        return False
    loaded = Dataset.objects.filter(active=True, kind=Kind.MEMBERS)
    newest = loaded.values_list("newest_term", flat=True).first()
    return newest is not None and newest < begins(congress_on(now or timezone.now())).date()


def districts_of(state: str) -> list[int]:
    """Return the numbers of a state's districts, [0] where there is one, [] for a code that is no state."""
    return STATES[state].districts if state in STATES else []


def five_digits(text: str) -> str | None:
    """Return the five digits of a ZIP or ZIP+4 in any common form; None for anything else.

    Four digits are an error, not a lost zero. Invisible marks of pasted text are dropped.
    """
    if len(text) > LONGEST_INPUT:
        return None
    plain = unicodedata.normalize("NFKC", text)
    visible = "".join(mark for mark in plain if unicodedata.category(mark) != "Cf")
    match = ZIP_PATTERN.fullmatch(visible.strip())
    return match[1] if match else None


def find_offices(text: str, *, now: datetime | None = None) -> Lookup:
    """Return which offices of Congress a ZIP may lead to at `now`. Raises nothing, whatever was typed."""
    code = five_digits(text)
    if code is None:
        return Lookup(text, None, Status.INVALID)
    if code in NOT_REPRESENTED_ZIPS:
        return Lookup(text, code, Status.NOT_REPRESENTED)
    known = _known(code, now or timezone.now())
    if known.districts:
        states = sorted({state for state, _ in known.districts})
        several = Status.MULTIPLE_STATES if len(states) > 1 else Status.MULTIPLE
        status = several if len(known.districts) > 1 else Status.SINGLE
    elif known.military:
        return Lookup(text, code, Status.MILITARY)
    elif known.states:
        status, states = Status.STATE_ONLY, sorted(known.states.split("|"))
        known.districts = [(state, 0) for state in states if (state, 0) in HOUSE_KEYS]
    else:
        return Lookup(text, code, Status.UNKNOWN)
    return _with_members(Lookup(text, code, status, states), known)


def _with_members(found: Lookup, known: _Known) -> Lookup:
    """Return `found` with its districts and who serves there, in one query a state."""
    representatives: dict[str, str | None] = {f"{state}-{number}": None for state, number in known.districts}
    senators = []
    for state in found.states if known.has_members else ():
        for bioguide, district in _rows(SERVING, state):
            if district is None:
                senators.append(bioguide)
            elif f"{state}-{district}" in representatives and not known.being_filled:
                representatives[f"{state}-{district}"] = bioguide
    return replace(
        found, districts=list(representatives), senators=sorted(senators), representatives=representatives
    )


def seats_for(state: str, district: int | None, *, now: datetime | None = None) -> list[Seat]:
    """Return the seats of somebody who lives there: of the House where a district is given, and the Senate.

    `seat.member` is fetched with them, in two queries; while House seats are being filled, it is None there.
    """
    wanted = Q(chamber=Chamber.SENATE)
    if district is not None:
        wanted |= Q(chamber=Chamber.HOUSE, district=district)
    seats = list(Seat.objects.filter(wanted, state=state).with_members())
    _empty_if_being_filled(seats, now or timezone.now())
    return seats


def every_seat(*, now: datetime | None = None) -> list[Seat]:
    """Return all seats in order, with their members as `seats_for` gives them."""
    seats = list(Seat.objects.with_members())
    _empty_if_being_filled(seats, now or timezone.now())
    return seats


def _empty_if_being_filled(seats: Iterable[Seat], now: datetime) -> None:
    """Take back the members of the last Congress; asks the database only when there is such a one."""
    began = begins(congress_on(now)).date()
    past = [seat for seat in seats if not seat.is_senate and seat.member and seat.member.term_start < began]
    if past and being_filled(now):
        for seat in past:
            seat.leave_empty()


def choices(lookup: Lookup, *, now: datetime | None = None) -> list[Choice]:
    """Return what the chooser offers for a ZIP: its districts by state, and "not sure" where one may be.

    A state known only by its prefix offers all its districts. The District of Columbia and the territories
    never get "not sure": they have one seat, and no senators to lead to.
    """
    found: list[Choice] = []
    seats = {
        (seat.state, seat.district): seat
        for seat in Seat.objects.filter(chamber=Chamber.HOUSE, state__in=lookup.states).with_members()
    }
    _empty_if_being_filled(seats.values(), now or timezone.now())
    for state in lookup.states:
        if lookup.status == Status.STATE_ONLY:
            numbers = districts_of(state)
        else:
            numbers = [n for n in districts_of(state) if f"{state}-{n}" in lookup.representatives]
        for number in numbers:
            seat = seats[state, number]
            found.append(Choice(state, number, seat, seat.member))
        if len(numbers) > 1:
            found.append(Choice(state, None, None, None))
    return found
