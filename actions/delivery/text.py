"""Text as an office can receive it: without marks that break XML or show something else than was typed."""

import re
import unicodedata

# What XML 1.0 allows (https://www.w3.org/TR/xml/#charsets); lone surrogates fall outside it.
_FORBIDDEN_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Line ends of other systems: Windows, old Mac, word processors' soft break, form feed, NEL, LS and PS.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")

# Marks that can show letters in another order than they are stored, and the deprecated ones beside them;
# a byte order mark that was pasted along. Joiners (U+200D) and tag characters stay: emoji are made of them.
_UNSEEN_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff]")

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def xml_text(text: str) -> str:
    """Return `text` without the characters that XML 1.0 cannot carry; everything else stays as it is."""
    return _FORBIDDEN_IN_XML.sub("", text)


def clean_text(text: str) -> str:
    """Return what a person typed or pasted, fit to be reviewed and sent.

    Control and bidirectional marks go, line ends become `\\n`, accents take their one spelling (NFC); emoji
    and their joiners stay. Cleaning twice changes nothing.
    """
    with_plain_lines = _LINE_ENDS.sub("\n", text)
    seen = _CONTROLS.sub("", _UNSEEN_MARKS.sub("", xml_text(with_plain_lines)))
    return unicodedata.normalize("NFC", seen)


def clean_line(text: str) -> str:
    """Return text for a one-line field: cleaned, with every run of white space as one space."""
    return " ".join(clean_text(text).split())
