"""Tables that staff open in a spreadsheet program: cells that such a program would run as a formula are text."""

import csv
import io
from collections.abc import Iterable, Iterator

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


def is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet program may take a cell for a formula."""
    return cell.startswith(FORMULA_BEGINS)


def safe_cell(value: object) -> str:
    """Return a value as a cell, with an apostrophe before what would be taken for a formula."""
    cell = str(value)
    return f"'{cell}" if is_formula(cell) else cell


def plain_cell(cell: str) -> str:
    """Return a cell without the apostrophe that `safe_cell` puts before it."""
    return cell[1:] if cell.startswith("'") and is_formula(cell[1:]) else cell


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """Return CSV line by line as UTF-8 with a byte order mark, by which Excel knows the encoding."""
    yield b"\xef\xbb\xbf"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([safe_cell(value) for value in row])
        yield line.getvalue().encode()
