"""What each answer means: the whole table, and no success without reason."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from actions.delivery.answers import LONGEST_WAIT, Answer, result_of, seconds_of
from actions.delivery.outcomes import Outcome, Result

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome.REFUSED),
        (401, Outcome.GATEWAY_STOPPED),
        (403, Outcome.GATEWAY_STOPPED),
        (404, Outcome.GATEWAY_STOPPED),
        (408, Outcome.TRY_LATER),
        (413, Outcome.REFUSED),
        (415, Outcome.GATEWAY_STOPPED),
        (418, Outcome.TRY_LATER),
        (429, Outcome.TRY_LATER),
        (500, Outcome.UNKNOWN),
        (502, Outcome.UNKNOWN),
        (503, Outcome.TRY_LATER),
        (504, Outcome.UNKNOWN),
        (520, Outcome.UNKNOWN),
        (302, Outcome.UNKNOWN),
        (103, Outcome.UNKNOWN),
        (999, Outcome.UNKNOWN),
    ],
)
def test_each_status_has_its_outcome(status: int, outcome: Outcome) -> None:
    assert result_of(Answer(status, b""), attempt=1) == Result(outcome, f"http_{status}", status)


def test_a_repeat_is_delivered_on_a_retry_and_an_alarm_at_the_first_attempt() -> None:
    assert result_of(Answer(409, b""), attempt=2).outcome is Outcome.DELIVERED
    assert result_of(Answer(409, b""), attempt=1) == Result(Outcome.UNKNOWN, "http_409_at_first_attempt", 409)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize(
    "body",
    [
        b"", b" \n", b"<Received/>", b"<?xml version='1.0'?>\n<a><b>ok</b></a>", b'{"id": 1, "errors": []}',
        b'{"error": null}', b"[]", b'"OK"', b"<e:Envelope xmlns:e='x'><e:Body/></e:Envelope>",
    ],
)
def test_an_empty_or_well_formed_success_is_delivered(status: int, body: bytes) -> None:
    assert result_of(Answer(status, body), attempt=1) == Result(Outcome.DELIVERED, "", status)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"<!DOCTYPE html><html><body>Sorry</body></html>", "success_unreadable"),
        (b"<html><body>Sorry</body></html>", "success_unreadable"),
        (b"<h1>502 Bad Gateway</h1>", "success_unreadable"),
        (b"<Received><id>", "success_unreadable"),
        (b"OK", "success_unreadable"),
        (b"NaN", "success_unreadable"),
        (b'{"id": 1', "success_unreadable"),
        (b"[" * 60_000, "success_unreadable"),
        (b"\x00\xff\xfe", "success_unreadable"),
        (b"<Errors><Error>No</Error></Errors>", "success_with_errors"),
        (b"<a xmlns='x'><errors/></a>", "success_with_errors"),
        (b'{"a": [{"Errors": ["no"]}]}', "success_with_errors"),
        (b'{"errors": {"zip": "no"}}', "success_with_errors"),
    ],
)
def test_garbage_with_a_status_of_success_is_unknown(body: bytes, error: str) -> None:
    assert result_of(Answer(200, body), attempt=1) == Result(Outcome.UNKNOWN, error, 200)


def test_a_page_for_people_is_unknown_whatever_it_holds() -> None:
    answer = Answer(200, b"<Received/>", content_type="text/HTML; charset=utf-8")

    assert result_of(answer, attempt=1).outcome is Outcome.UNKNOWN


def test_an_answer_cut_short_is_unknown() -> None:
    answer = Answer(200, b"<Received/>", is_whole=False)

    assert result_of(answer, attempt=1) == Result(Outcome.UNKNOWN, "success_cut_short", 200)


def test_a_gateway_can_be_told_to_trust_no_empty_success() -> None:
    result = result_of(Answer(200, b""), attempt=1, trusts_empty_success=False)

    assert result == Result(Outcome.UNKNOWN, "success_empty", 200)


def test_a_refusal_names_elements_and_never_what_was_written() -> None:
    body = b"<Errors><Error>Zip 'canary' in City</Error><Error>Delivery is not enabled for HNJ08</Error></Errors>"

    result = result_of(Answer(400, body), attempt=1)

    assert result == Result(Outcome.NOT_ENABLED, "http_400 office_not_enabled City Zip", 400)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Mon, 23 Nov 2026 12:01:30 GMT", 90),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("999999999", LONGEST_WAIT),
        ("9" * 5000, None),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str, seconds: int | None) -> None:
    assert seconds_of(header, NOW) == seconds


def test_only_an_answer_to_come_later_carries_a_wait() -> None:
    assert result_of(Answer(503, b"", retry_after="60"), attempt=1).retry_after == 60
    assert result_of(Answer(400, b"", retry_after="60"), attempt=1).retry_after is None


@given(st.text())
def test_any_retry_after_can_be_read(header: str) -> None:
    wait = seconds_of(header)

    assert wait is None or 0 <= wait <= LONGEST_WAIT


def is_believable(body: bytes) -> bool:
    """The rule in the shortest words: empty, or XML or JSON that parses."""
    if not body.strip():
        return True
    try:
        etree.fromstring(body.strip())
    except (etree.XMLSyntaxError, ValueError):
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            return False
    return True


PIECES = st.sampled_from(
    [b"<", b">", b"/", b"Errors", b"error", b"<a/>", b"{", b"}", b"[", b"]", b'"', b":", b"1", b"html", b" ", b"&"]
)


@given(
    body=st.binary(max_size=200) | st.lists(PIECES, max_size=12).map(b"".join),
    status=st.integers(200, 299),
    attempt=st.integers(1, 3),
)
def test_no_random_body_counts_as_delivered_falsely(body: bytes, status: int, attempt: int) -> None:
    result = result_of(Answer(status, body), attempt=attempt)

    assert result.outcome in (Outcome.DELIVERED, Outcome.UNKNOWN)
    if result.outcome is Outcome.DELIVERED:
        assert is_believable(body)


@given(body=st.binary(max_size=200), status=st.integers(100, 999).filter(lambda status: not 200 <= status < 300))
def test_no_other_status_counts_as_delivered_but_a_known_repeat(body: bytes, status: int) -> None:
    result = result_of(Answer(status, body), attempt=2)

    assert (result.outcome is Outcome.DELIVERED) == (status == 409)
