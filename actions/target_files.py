"""Lists of targets as files: read whole or not at all, every problem named by its line. Nothing is stored here."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from actions.congress.lookup import five_digits
from actions.congress.states import STATES
from actions.delivery.email_text import plain_address
from actions.delivery.text import clean_line
from actions.spreadsheets import is_formula, plain_cell

COLUMNS = ("name", "title", "email", "states", "zips")
ROWS_AT_MOST = 200_000
AREAS_AT_MOST = 1_000_000  # places of all targets together
LONGEST = {"name": 120, "title": 120, "email": 200}  # characters, as `campaigns.models.Target` has them
PROBLEMS_SHOWN = 200
SEPARATORS = re.compile(r"[\s,|]+")


class BadLine(Exception):
    """A line that is no CSV."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class Row:
    """One target of a file."""

    name: str
    title: str
    email: str
    states: tuple[str, ...] = ()
    zips: tuple[str, ...] = ()


@dataclass
class Listing:
    """What a file says: its targets, or why it cannot be taken. `problems` are a line number and words each."""

    rows: list[Row] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    problem_count: int = 0

    def blame(self, line: int, words: str) -> None:
        """Note a problem; of very many only the first are kept."""
        self.problem_count += 1
        if len(self.problems) < PROBLEMS_SHOWN:
            self.problems.append((line, words))


def read_targets(content: bytes) -> Listing:
    """Return what a file says. Takes UTF-8, UTF-16 and Windows-1252, and commas, semicolons or tabs."""
    listing = Listing()
    text = _decoded(content)
    if text is None or "\x00" in text:
        listing.blame(1, _("this is not a text file. Save the table as CSV."))
        return listing
    lines = _lines(text)
    try:
        places = _header(lines, listing)
        if places:
            _read_rows(lines, places, listing)
    except BadLine as bad:
        listing.blame(bad.number, _("this line cannot be read as CSV."))
    if not listing.rows and not listing.problem_count:
        listing.blame(1, _("the file has no line below its header."))
    return listing


def _decoded(content: bytes) -> str | None:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Return each row that is not empty with the number of the line it begins in. Raises `BadLine`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BadLine(number) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield number, cells


def _delimiter(text: str) -> str:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _header(lines: Iterator[tuple[int, list[str]]], listing: Listing) -> dict[str, int]:
    """Return at which place each column stands; empty where one is missing or stands twice."""
    _number, header = next(lines, (1, []))
    names = [cell.strip().casefold() for cell in header]
    missing = [name for name in COLUMNS if names.count(name) != 1]
    if missing:
        # Also the empty ones: a forgotten column of places would make everybody serve everybody.
        listing.blame(1, _("the first line needs each of these once: %(all)s. Look at: %(missing)s.") % {
            "all": ", ".join(COLUMNS), "missing": ", ".join(missing),
        })
        return {}
    return {name: names.index(name) for name in COLUMNS}


def _read_rows(lines: Iterator[tuple[int, list[str]]], places: dict[str, int], listing: Listing) -> None:
    seen: dict[str, int] = {}
    areas = 0
    last = max(places.values())
    for number, cells in lines:
        if len(listing.rows) >= ROWS_AT_MOST or areas > AREAS_AT_MOST:
            listing.blame(number, _("the file is too long. Split it: at most %(rows)s lines and %(areas)s places.") % {
                "rows": ROWS_AT_MOST, "areas": AREAS_AT_MOST,
            })
            return
        if len(cells) <= last:
            listing.blame(number, _("has fewer cells than the first line."))
            continue
        row = _row({name: cells[place] for name, place in places.items()}, number, listing)
        if row is None:
            continue
        key = row.email.casefold()
        if key in seen:
            listing.blame(number, _("has the same email as line %(line)s.") % {"line": seen[key]})
            continue
        seen[key] = number
        areas += len(row.states) + len(row.zips)
        listing.rows.append(row)


def _row(cells: dict[str, str], number: int, listing: Listing) -> Row | None:
    before = listing.problem_count
    for name, cell in cells.items():
        if is_formula(cell.lstrip(" ")):
            listing.blame(number, _("%(column)s begins with a sign of a formula (= + - @).") % {"column": name})
            return None
    line = {name: clean_line(plain_cell(cells[name])) for name in ("name", "title", "email")}
    for name, longest in LONGEST.items():
        if len(line[name]) > longest:
            listing.blame(number, _("%(column)s is longer than %(most)s characters.") % {
                "column": name, "most": longest,
            })
    if not line["name"]:
        listing.blame(number, _("has no name."))
    if not _is_email(line["email"]):
        listing.blame(number, _("“%(typed)s” is not an email address.") % {"typed": line["email"][:60]})
    states, zips = split(cells["states"]), split(cells["zips"])
    for typed in states:
        if typed.upper() not in STATES:
            listing.blame(number, _("“%(typed)s” is not the code of a state, such as NJ.") % {"typed": typed[:20]})
    codes = [five_digits(typed) for typed in zips]
    for typed, code in zip(zips, codes, strict=True):
        if code is None:
            words = _("“%(typed)s” is not a ZIP code of five digits. Spreadsheets drop zeros in front.")
            listing.blame(number, words % {"typed": typed[:20]})
    if listing.problem_count > before:
        return None
    return Row(
        **line, states=tuple(dict.fromkeys(typed.upper() for typed in states)),
        zips=tuple(dict.fromkeys(code for code in codes if code)),
    )


def split(cell: str) -> list[str]:
    """Return the codes of a cell; spaces, commas and | stand between them."""
    return [part for part in SEPARATORS.split(cell) if part]


def _is_email(text: str) -> bool:
    if not plain_address(text):
        return False  # no mail server would take it
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def table(rows: Iterable[Row]) -> Iterator[list[str]]:
    """Return the rows of a file that `read_targets` takes again."""
    yield list(COLUMNS)
    for row in rows:
        yield [row.name, row.title, row.email, " ".join(row.states), " ".join(row.zips)]
