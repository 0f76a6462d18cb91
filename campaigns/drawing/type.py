"""The typeface of pictures: which characters it has, how wide a line is, and where a text breaks."""

import re
import unicodedata
from bisect import bisect
from functools import cache, partial
from pathlib import Path

from PIL import ImageFont

# The file of the site's headlines; static/fonts/SOURCE.txt says which characters it was cut down to.
FONT_FILE = Path(__file__).resolve().parent.parent.parent / "static" / "fonts" / "public-sans.woff2"
_RANGES = ((0x20, 0x7E), (0xA0, 0xA1), (0xAA, 0xAB), (0xB0, 0xB1), (0xBA, 0xBB), (0xBF, 0xFC))
DRAWABLE = frozenset(chr(code) for first, last in _RANGES for code in range(first, last + 1)) | set("©®·–—‘’“”•…")
NO_BREAK = "\xa0"
# A text that is drawn smaller than this breaks words, with a hyphen: whole words would be too small to read.
BREAKS_BELOW = 0.55  # of its full size


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the typeface at a size in pixels."""
    return ImageFont.truetype(str(FONT_FILE), size)


def drawable(text: str) -> str:
    """Return a text with the characters there are: accents we do not have are left off, what nobody sees is gone."""
    found = []
    for mark in unicodedata.normalize("NFC", text):
        if mark in DRAWABLE:
            found.append(mark)
        elif mark.isspace():
            found.append(" ")
        else:
            found += [part for part in unicodedata.normalize("NFKD", mark) if part in DRAWABLE]
    spaced = " ".join(part for part in "".join(found).split(" ") if part)
    return re.sub(r"(?<=\d) (?=%)", NO_BREAK, spaced)


def undrawable(text: str) -> str:
    """Return the characters of a text that a picture would leave out, each once."""
    lost = [mark for mark in unicodedata.normalize("NFC", text) if not mark.isspace() and not drawable(mark)]
    return "".join(dict.fromkeys(lost))


def width(text: str, size: int) -> float:
    """Return how wide a line is, in pixels."""
    return font(size).getlength(text) if text else 0


def wrap(text: str, size: int, room: float, *, break_words: bool) -> list[str] | None:
    """Return the lines of a text, or None where a word is wider than a line and must not be broken."""
    lines: list[str] = []
    for word in filter(None, text.split(" ")):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size) <= room:
            lines[-1] = joined
        elif width(word, size) <= room:
            lines.append(word)
        elif break_words:
            lines += _broken(word, size, room)
        else:
            return None
    return lines


def _broken(word: str, size: int, room: float) -> list[str]:
    """Return a word in parts that each fit a line."""
    parts, rest = [], word
    while width(rest, size) > room:
        # How many letters fit: the first that does not, found by halves.
        length = max(1, bisect(range(1, len(rest)), room, key=partial(_begun, rest, size)))
        parts.append(f"{rest[:length]}-")
        rest = rest[length:]
    return [*parts, rest]


def _begun(word: str, size: int, length: int) -> float:
    return width(f"{word[:length]}-", size)


def balanced(text: str, size: int, room: float, *, break_words: bool) -> list[str] | None:
    """Wrap so that lines are about as long as each other, in as few as it takes."""
    lines = wrap(text, size, room, break_words=break_words)
    if not lines or len(lines) < 2 or break_words:
        return lines
    low, high = room / 2, room
    while high - low > size / 2:
        middle = (low + high) / 2
        tried = wrap(text, size, middle, break_words=False)
        if tried and len(tried) == len(lines):
            lines, high = tried, middle
        else:
            low = middle
    return lines
