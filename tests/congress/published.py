"""Files in the published formats, about invented people: complete, and as wrong as a test wants them."""

import json
from collections.abc import Iterable
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from actions.congress.loading import load, read_files
from actions.congress.models import Dataset
from actions.congress.source import Directory
from actions.congress.states import SEATS, STATES, Chamber, SeatFacts
from actions.congress.turnover import WASHINGTON

NOW = datetime(2026, 6, 15, 12, tzinfo=WASHINGTON)
FIRST = "X000000"  # who holds Alabama's 1st district
ZIPS_A_DISTRICT = 75  # 441 districts make 33,075 ZIPs


def legislator(number: int, seat: SeatFacts, start: str = "2025-01-03", **term: Any) -> dict[str, Any]:
    """Return one member in the shape of legislators-current.json."""
    place = {"district": seat.district} if seat.chamber == Chamber.HOUSE else {"class": seat.senate_class}
    return {
        "id": {"bioguide": f"X{number:06}"},
        "name": {"first": "Given", "last": f"Number {number}", "official_full": f"Given Number {number}"},
        "terms": [
            {"type": "rep", "state": "NY", "district": 1, "start": "2001-01-03", "end": "2003-01-03", "party": "Whig"},
            {
                "type": "rep" if seat.chamber == Chamber.HOUSE else "sen", "state": seat.state, **place,
                "start": start, "end": "2027-01-03", "party": "Independent", "phone": "202-555-0100", **term,
            },
        ],
    }


def legislators(start: str = "2025-01-03") -> list[dict[str, Any]]:
    """Return somebody for each of the 541 seats."""
    return [legislator(number, seat, start) for number, seat in enumerate(SEATS)]


def zip_rows() -> Iterable[str]:
    """Return a table in which each district has 75 ZIPs of its own."""
    yield "zip,state,district,source"
    house = [seat for seat in SEATS if seat.chamber == Chamber.HOUSE]
    for number in range(len(house) * ZIPS_A_DISTRICT):
        seat = house[number // ZIPS_A_DISTRICT]
        yield f"{10000 + number:05},{seat.state},{seat.district},made-up"


def prefix_rows() -> Iterable[str]:
    """Return 1,000 prefixes, dealt out to the states in turn, and a military one."""
    yield "prefix,states,kind"
    codes = list(STATES)
    for number in range(1000):
        yield f"{number:03},AE,military" if number == 90 else f"{number:03},{codes[number % len(codes)]},state"


def write_members(directory: Path, people: object) -> None:
    """Write legislators-current.json."""
    (directory / "legislators-current.json").write_text(json.dumps(people), encoding="utf-8")


def write_files(directory: Path, congress: int = 119) -> None:
    """Write all three files."""
    write_members(directory, legislators())
    (directory / f"zip_districts_{congress}.csv").write_text("\n".join(zip_rows()) + "\n", encoding="utf-8")
    (directory / "zip3_states.csv").write_text("\n".join(prefix_rows()) + "\n", encoding="utf-8")


def load_from(directory: Path, *, now: datetime = NOW, accept_changes: bool = False) -> list[Dataset]:
    """Load the files of a directory, as the command does."""
    return load(read_files(Directory(directory), now, accept_changes=accept_changes), now)


def run(*arguments: str) -> str:
    """Return what a command of ours prints."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()
