"""What an office's system says of a letter later: accepted after all, or given back. Files bring it, or staff.

Nobody publishes a format, so this is ours: CSV with a header and the columns `delivery_id` (32 hex digits),
`state` (`accepted` or `returned`) and, if wanted, `reason` (one word, shown to staff).
"""

import csv
import logging
import re
import time
from collections import Counter
from pathlib import Path

from actions.models import Message

logger = logging.getLogger(__name__)

QUIET_FOR = 10  # seconds since the last change: a younger file may still be written
SIZE_LIMIT = 10_000_000  # bytes
STATES = ("accepted", "returned")


class UnreadableFile(ValueError):
    """A file that is no list of acknowledgements; nothing of it was taken. Its text says why and in which line."""


def take_files(folder: Path) -> int:
    """Take every file in a folder, each once; return how many letters changed.

    A file that was taken gets `.done` behind its name, one that cannot be read `.bad`. A file taken twice
    changes nothing the second time, so that a process killed in between does no harm.
    """
    changed = 0
    for file in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
        try:
            changed += _take_once(file)
        except OSError as error:  # not ours to read or rename, or gone: the others are taken all the same
            logger.error("acknowledgements in %s: %s", file.name, type(error).__name__)
    return changed


def _take_once(file: Path) -> int:
    if time.time() - file.stat().st_mtime < QUIET_FOR:
        return 0
    try:
        told = take_file(file)
    except UnreadableFile as error:
        logger.error("acknowledgements in %s were not taken: %s", file.name, error)
        file.rename(file.with_name(f"{file.name}.bad"))
        return 0
    logger.info("acknowledgements in %s: %s", file.name, dict(told))
    file.rename(file.with_name(f"{file.name}.done"))
    return told["accepted"] + told["returned"]


def take_file(file: Path) -> Counter[str]:
    """Take one file whole; return how many letters were accepted, returned, unchanged and not ours.

    Raises `UnreadableFile` before anything is taken.
    """
    rows = _read(file)
    told: Counter[str] = Counter()
    for delivery_id, state, reason in rows:
        message = Message.objects.filter(delivery_id=delivery_id).defer("letter").first()
        if message is None:
            told["not ours"] += 1
            continue
        took = message.acknowledge() if state == "accepted" else message.give_back(f"returned {reason}".strip())
        told[state if took else "unchanged"] += 1
    return told


def _read(file: Path) -> list[tuple[str, str, str]]:
    if file.stat().st_size > SIZE_LIMIT:
        raise UnreadableFile(f"larger than {SIZE_LIMIT:,} bytes")
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines)
            if not {"delivery_id", "state"} <= set(reader.fieldnames or ()):
                raise UnreadableFile("the first line must name the columns delivery_id and state")
            rows = []
            for row in reader:
                delivery_id, state = (row["delivery_id"] or "").strip(), (row["state"] or "").strip()
                if not re.fullmatch("[a-zA-Z0-9]{32}", delivery_id) or state not in STATES:
                    raise UnreadableFile(f"line {reader.line_num}: an id of 32 characters, and accepted or returned")
                reason = re.sub("[^a-z0-9_-]", "", (row.get("reason") or "").lower())[:40]
                rows.append((delivery_id, state, reason))
            return rows
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(type(error).__name__) from None
