"""What data must pass before anybody is sent anywhere by it. Every refusal says in words what is wrong."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from actions.congress.formats import MemberRecord, PrefixRow, ZipRow
from actions.congress.source import BadData
from actions.congress.states import HOUSE_KEYS, STATES
from actions.congress.turnover import is_turnover

MEMBERS = range(525, 542)  # 541 seats; more than 16 empty ones at once would be news
FEWEST_ZIPS = 33_000
FEWEST_PREFIXES = 800
MOST_CHANGES = 15  # seats that change hands between two imports without a person looking


def check_members(name: str, members: Sequence[MemberRecord]) -> None:
    """Refuse a list that is too short or too long, or that puts somebody twice or two on one seat."""
    if len(members) not in MEMBERS:
        raise BadData(
            f"{name} has {len(members)} members; between {MEMBERS.start} and {MEMBERS.stop - 1} are expected."
        )
    for what, values in (
        ("Bioguide id", [member.bioguide for member in members]), ("seat", [member.seat for member in members]),
    ):
        value, times = Counter(values).most_common(1)[0]
        if times > 1:
            raise BadData(f"{name} names the {what} {value} {times} times.")


def check_zips(name: str, rows: Sequence[ZipRow]) -> None:
    """Refuse a table that lacks many ZIPs, a state or a district."""
    zips = {code for code, _, _ in rows}
    if len(zips) < FEWEST_ZIPS:
        raise BadData(f"{name} has {len(zips)} ZIP codes; at least {FEWEST_ZIPS} are expected.")
    missing = HOUSE_KEYS - {(state, district) for _, state, district in rows}
    if missing:
        names = ", ".join(f"{state}-{district}" for state, district in sorted(missing)[:10])
        raise BadData(f"{name} has no ZIP code for {len(missing)} of {len(HOUSE_KEYS)} districts: {names}.")


def check_prefixes(name: str, rows: Sequence[PrefixRow]) -> None:
    """Refuse a table that is cut off, names a prefix twice or lacks a state."""
    prefixes = {prefix for prefix, _, _ in rows}
    if len(prefixes) < FEWEST_PREFIXES or len(prefixes) != len(rows):
        raise BadData(
            f"{name} has {len(prefixes)} prefixes in {len(rows)} rows; "
            f"at least {FEWEST_PREFIXES} are expected, each once."
        )
    missing = set(STATES) - {state for _, states, _ in rows for state in states.split("|")}
    if missing:
        raise BadData(f"{name} has no prefix for {', '.join(sorted(missing))}.")


def check_changes(name: str, held: Mapping[str, str], members: Sequence[MemberRecord], now: datetime) -> None:
    """Refuse that many seats change hands outside the first days of a new Congress.

    `held` gives the Bioguide id by office code as of now; empty before the first import, which may do anything.
    """
    wanted = {member.seat: member.bioguide for member in members}
    changes = sorted(code for code in held.keys() | wanted.keys() if held.get(code) != wanted.get(code))
    if held and len(changes) > MOST_CHANGES and not is_turnover(now):
        raise BadData(
            f"{name} would change who holds {len(changes)} seats: {', '.join(changes[:10])} …. "
            "Have a person look at it; if it is right, load it with --accept-changes."
        )
