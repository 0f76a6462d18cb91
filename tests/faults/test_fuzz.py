"""Whatever a gateway answers, reading it breaks nothing, and counts as delivered only by the rule."""

import json
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from actions.delivery.answers import LONGEST_WAIT, Answer, result_of
from actions.delivery.outcomes import Outcome, Result
from tests.faults import figures

EXAMPLES = figures.size(500, 10_000)
CANARY = "canary"  # what a supporter wrote, and an answer repeats

BODIES = [
    "", " \r\n", "<Received/>", "<?xml version='1.0' encoding='UTF-8'?>\n<a><b>canary</b></a>", "<a xmlns='x:y'/>",
    '{"id": 1}', '{"id": 1, "errors": [], "note": "canary"}', '"OK"', "[]", "0", "null", "OK", "NaN",
    "<Errors><Error>Zip: canary</Error></Errors>", "<r><s:error xmlns:s='x'/></r>", '{"a": [{"Errors": ["canary"]}]}',
    '{"error": "canary"}', "<!DOCTYPE html><html><body>canary</body></html>", "<html><p>Sorry</p></html>",
    "<h1>502 Bad Gateway</h1>", "<!DOCTYPE a [<!ENTITY b 'canary'>]><a>&b;</a>", "<Received><id>",
    "Delivery is not enabled for canary",
]
PIECES = [
    b"<", b">", b"</", b"&amp;", b"<Error>", b"<html>", b"<!--", b"{", b"}", b"[", b'"', b"\x00", b"\xff",
    b"\xef\xbb\xbf",
]
TYPES = [
    "", "text/html", "TEXT/HTML; charset=utf-8", "text/xml", "application/json", "application/xhtml+xml", "x" * 300,
]
WAITS = ["", "0", "7", "-1", "1e9", "999999999", "9" * 40, "Tue, 24 Nov 2026 12:00:00 GMT", "soon", "Tue, 99 Nov 2026"]
STATUSES = [200, 200, 200, 201, 202, 204, 206, 301, 400, 401, 409, 429, 500, 503]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A body that somebody might send, cut, doubled or with something in it that does not belong there."""
    body = draw(st.sampled_from(BODIES)).encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16"])))
    for _ in range(draw(st.integers(0, 3))):
        at, to = sorted(draw(st.tuples(*[st.integers(0, len(body))] * 2)))
        piece = draw(st.sampled_from([b"", body[at:to] * 2, *PIECES]) | st.binary(max_size=4))
        body = body[:at] + piece + body[to:]
    return body


NAMES = st.sampled_from(["a", "Received", "error", "ERRORS", "html", "body", "id"]) | st.text(max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8,
)
ANSWERS = st.builds(
    Answer,
    status=st.sampled_from(STATUSES) | st.integers(-1, 1000),
    body=mutated() | st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode()),
    content_type=st.sampled_from(TYPES) | st.text(max_size=30),
    retry_after=st.sampled_from(WAITS) | st.text(max_size=30),
    is_whole=st.sampled_from([True, True, True, False]),
)


def may_count(answer: Answer, attempt: int, trusts_empty_success: bool) -> bool:
    """Tell whether an answer may count as accepted, by the rule in words of its own.

    2xx with an empty body (a setting), or with well-formed XML or JSON without errors; no page; or 409 on a retry.
    """
    if answer.status == 409:
        return attempt > 1
    if answer.status // 100 != 2 or not answer.is_whole:
        return False
    if not answer.body.strip():
        return trusts_empty_success
    if "html" in answer.content_type.lower():
        return False
    return is_xml_without_errors(answer.body) or is_json_without_errors(answer.body)


def is_xml_without_errors(body: bytes) -> bool:
    """Not by Python's own parser: it reads the fourth edition of XML 1.0, which knows fewer names."""
    try:
        root = etree.fromstring(body.strip())
    except etree.XMLSyntaxError:
        return False
    tags = {str(tag).rpartition("}")[2].lower() for tag in (element.tag for element in root.iter())}
    return not tags & {"error", "errors", "html"} and not root.getroottree().docinfo.internalDTD


def is_json_without_errors(body: bytes) -> bool:
    try:
        return not errors_in(json.loads(body, parse_constant=refuse))
    except (ValueError, RecursionError):
        return False


def refuse(constant: str) -> None:
    raise ValueError("NaN and the infinities are not JSON")


def errors_in(value: Any) -> bool:
    if isinstance(value, dict):
        return any(name.lower() in ("error", "errors") and found for name, found in value.items()) or any(
            errors_in(found) for found in value.values()
        )
    return isinstance(value, list) and any(errors_in(found) for found in value)


def test_no_answer_breaks_the_reading_and_none_counts_without_the_rule() -> None:
    seen: Counter[str] = Counter()

    @given(answer=ANSWERS, attempt=st.integers(1, 3), trusts=st.booleans())
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def read(answer: Answer, attempt: int, trusts: bool) -> None:
        result = result_of(answer, attempt=attempt, trusts_empty_success=trusts)

        seen[result.outcome] += 1
        assert isinstance(result, Result)
        assert result.status == answer.status
        assert (result.error == "") == (result.outcome is Outcome.DELIVERED)
        assert CANARY not in result.error
        assert result.retry_after is None or 0 <= result.retry_after <= LONGEST_WAIT
        if result.outcome is Outcome.DELIVERED:
            assert may_count(answer, attempt, trusts)

    try:
        read()
    finally:
        figures.record(fault="random answers", size=EXAMPLES, read=seen.total(), **seen)
    assert seen.total() >= EXAMPLES
    assert seen[Outcome.DELIVERED] > EXAMPLES / 50  # or the rule would never have been asked
