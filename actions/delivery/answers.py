"""What an HTTP answer of a CWC gateway means for the letter: one table, and no answer is taken on trust."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from lxml import etree

from actions.delivery.fields import FIELDS
from actions.delivery.outcomes import Outcome, Result

ANSWER_LIMIT = 65_536  # bytes; a longer answer is no answer of theirs
NOT_ENABLED = "office_not_enabled"  # among the reasons of a refusal: the office takes no part in CWC
LONGEST_WAIT = 86_400  # seconds; a gateway that asks for more is asked again after a day

# A status below 500 that is not here says that the letter was not taken: it goes again later. Any other one
# that is not here (1xx, 3xx, 5xx) leaves open what happened.
OUTCOMES: dict[int, Outcome] = {
    400: Outcome.REFUSED,
    401: Outcome.GATEWAY_STOPPED,
    403: Outcome.GATEWAY_STOPPED,
    404: Outcome.GATEWAY_STOPPED,  # nothing listens at this address: the path is wrong, not the letter
    405: Outcome.GATEWAY_STOPPED,
    408: Outcome.TRY_LATER,
    410: Outcome.GATEWAY_STOPPED,
    413: Outcome.REFUSED,
    415: Outcome.GATEWAY_STOPPED,
    422: Outcome.REFUSED,
    429: Outcome.TRY_LATER,
    500: Outcome.UNKNOWN,
    502: Outcome.UNKNOWN,
    503: Outcome.TRY_LATER,
    504: Outcome.UNKNOWN,
}
_ELEMENTS = {field.element.rpartition("/")[2] for table in FIELDS.values() for field in table}
_ERROR_NAMES = {"error", "errors"}
_PAGE_NAMES = {  # a page, or a piece of one
    "html", "head", "body", "center", "div", "h1", "h2", "h3", "h4", "h5", "h6", "p", "pre", "span", "table", "title",
    "main", "section", "article", "b", "br", "font", "script", "style", "meta", "svg", "ul", "ol",
}
# Such an error names the office; what a supporter wrote and an error repeats hardly does.
_NOT_ENABLED = re.compile("not enabled[^<]{0,80}[HS][A-Z]{2}[0-9]{2}|[HS][A-Z]{2}[0-9]{2}[^<]{0,80}not enabled", re.I)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, as far as it was read."""

    status: int
    body: bytes
    content_type: str = ""
    retry_after: str = ""
    is_whole: bool = True  # False where it was cut short or longer than ANSWER_LIMIT


def result_of(answer: Answer, *, attempt: int, trusts_empty_success: bool = True) -> Result:
    """Return what an answer to the whole letter means; `attempt` counts from 1.

    `trusts_empty_success`: whether a success without a body counts as accepted at this gateway.
    """
    status = answer.status
    if 200 <= status < 300:
        reason = _doubt(answer, trusts_empty_success)
        outcome = Outcome.UNKNOWN if reason else Outcome.DELIVERED
        return Result(outcome, reason, status)
    if status == 409:  # this DeliveryId is known there: ours, unless nothing of it has ever left
        if attempt > 1:
            return Result(Outcome.DELIVERED, "", status)
        return Result(Outcome.UNKNOWN, "http_409_at_first_attempt", status)
    default = Outcome.TRY_LATER if 400 <= status < 500 else Outcome.UNKNOWN
    outcome = OUTCOMES.get(status, default)
    error = f"http_{status}"
    if outcome is Outcome.REFUSED:
        reasons = _reasons(answer.body)
        error = " ".join([error, *reasons])
        if NOT_ENABLED in reasons:
            outcome = Outcome.NOT_ENABLED
    wait = seconds_of(answer.retry_after) if outcome is Outcome.TRY_LATER else None
    return Result(outcome, error, status, wait)


def seconds_of(retry_after: str, now: datetime | None = None) -> int | None:
    """Return the wait that a Retry-After header asks for, in seconds, given as a number or as a date."""
    text = retry_after.strip()
    if re.fullmatch("[0-9]{1,9}", text):
        return min(int(text), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
        wait = (until.replace(tzinfo=until.tzinfo or UTC) - (now or datetime.now(UTC))).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(int(wait), 0), LONGEST_WAIT)


def _doubt(answer: Answer, trusts_empty_success: bool) -> str:
    """Return why an answer of success is not believed; empty where it is."""
    if not answer.is_whole:
        return "success_cut_short"
    if not answer.body.strip():
        return "" if trusts_empty_success else "success_empty"
    if "html" in answer.content_type.lower():
        return "success_html"
    for has_errors in (_xml_has_errors, _json_has_errors):
        found = has_errors(answer.body)
        if found is not None:
            return "success_with_errors" if found else ""
    return "success_unreadable"


def _xml_has_errors(body: bytes) -> bool | None:
    """Tell whether well-formed XML speaks of errors; None where it is not such XML, or a page for people."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    names = [etree.QName(element).localname.lower() for element in root.iter(etree.Element)]
    if root.getroottree().docinfo.internalDTD is not None or names[0] in _PAGE_NAMES or "html" in names:
        return None
    return not _ERROR_NAMES.isdisjoint(names)


def _json_has_errors(body: bytes) -> bool | None:
    """Tell whether well-formed JSON speaks of errors, at any depth; None where it is not such JSON."""
    found: list[str] = []  # gathered here rather than by walking: a hostile answer may nest deeply

    def note(pairs: list[tuple[str, Any]]) -> str:
        errors = (value for name, value in pairs if name.lower() in _ERROR_NAMES)
        found.extend(str(value) for value in errors if value not in (None, False, "", []))
        return "an object"

    try:
        json.loads(body, object_pairs_hook=note, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return bool(found)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _reasons(body: bytes) -> list[str]:
    """Return what a refusal is about, in words of ours: its text may repeat what the supporter wrote."""
    text = body.decode("utf-8", "replace")
    named = sorted(_ELEMENTS & set(re.findall("[A-Za-z0-9]+", text)))[:5]
    return [*([NOT_ENABLED] if _NOT_ENABLED.search(text) else []), *named]
