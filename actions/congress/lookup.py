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
DATASETS = "SELECT id, kind, congress, newest_term FROM congress_dataset WHERE active ORDER BY congress"
DISTRICTS = "SELECT state, district FROM congress_zipdistrict WHERE dataset_id = %s AND zip = %s"
PREFIX = "SELECT states, military FROM congress_zipprefix WHERE dataset_id = %s AND prefix = %s"
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


@dataclass(frozen=True)
class _Active:
    """The data in use at one moment."""

    members: int | None = None  # primary keys of datasets
    zips: int | None = None
    prefixes: int | None = None
    being_filled: bool = False


def _rows(sql: str, *values: int | str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _active(now: datetime) -> _Active:
    """Choose datasets by date, in one query: a new map never answers before its Congress begins."""
    sitting = congress_on(now)
    found: dict[str, int] = {}
    being_filled = False
    for dataset in Dataset.objects.raw(DATASETS):
        if dataset.kind != Kind.ZIPS or dataset.congress <= sitting:
            found[dataset.kind] = dataset.pk
        if dataset.kind == Kind.MEMBERS and dataset.newest_term:
            being_filled = dataset.newest_term < begins(sitting).date()
    return _Active(
        found.get(Kind.MEMBERS), found.get(Kind.ZIPS), found.get(Kind.PREFIXES), being_filled
    )


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
    active = _active(now or timezone.now())
    rows = sorted(_rows(DISTRICTS, active.zips, code)) if active.zips else []
    if rows:
        states = sorted({state for state, _ in rows})
        several = Status.MULTIPLE_STATES if len(states) > 1 else Status.MULTIPLE
        status = several if len(rows) > 1 else Status.SINGLE
        return _with_members(Lookup(text, code, status, states), rows, active)
    status, states = _by_prefix(code[:3], active)
    rows = [(state, 0) for state in states if (state, 0) in HOUSE_KEYS]
    return _with_members(Lookup(text, code, status, states), rows, active)


def _by_prefix(prefix: str, active: _Active) -> tuple[Status, list[str]]:
    """Return what the first three digits say: the table in use first, then the built-in list."""
    rows = _rows(PREFIX, active.prefixes, prefix) if active.prefixes else []
    states, military = rows[0] if rows else (STATE_PREFIXES.get(prefix, ""), prefix in MILITARY_PREFIXES)
    if military:
        return Status.MILITARY, []
    return (Status.STATE_ONLY, sorted(states.split("|"))) if states else (Status.UNKNOWN, [])


def _with_members(found: Lookup, districts: list[tuple[str, int]], active: _Active) -> Lookup:
    """Return `found` with its districts and who serves there, in one query a state."""
    representatives: dict[str, str | None] = {f"{state}-{number}": None for state, number in districts}
    senators = []
    for state in found.states if active.members else ():
        for bioguide, district in _rows(SERVING, state):
            if district is None:
                senators.append(bioguide)
            elif f"{state}-{district}" in representatives and not active.being_filled:
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
