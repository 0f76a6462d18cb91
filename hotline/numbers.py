"""Whether a number is dialled as it is read: who reads one aloud or copies it by hand must reach the same people."""

import re

import phonenumbers
from django.utils.translation import gettext as _

AS_READ = re.compile(r"[+(]?[0-9][0-9 ().‑–-]*")


def fault_of(read: str, dialled: str) -> str:
    """Return what is wrong with a number as read, in words for staff; empty where nothing is.

    It has all digits that are dialled, with or without the country code. Words such as HELP are refused: not every
    phone has letters, and a screen reader says them as a word.
    """
    if not AS_READ.fullmatch(read):
        return _("Use digits, with spaces, hyphens or brackets between them. Not every phone has letters.")
    digits, whole = re.sub(r"[^0-9]", "", read), dialled.removeprefix("+")
    if digits not in (whole, whole.removeprefix(_country_code(dialled))):
        return _("This is not the number that is dialled. Compare the digits.")
    return ""


def _country_code(dialled: str) -> str:
    """Return the digits of the country; none for a short number such as 988."""
    try:
        return str(phonenumbers.parse(dialled).country_code)
    except phonenumbers.NumberParseException:
        return ""
