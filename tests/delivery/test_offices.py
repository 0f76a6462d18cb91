"""The list of active offices, asked of far ends of every kind and of the real test gateway."""

import json
import logging
import socket
from pathlib import Path
from typing import Any

import pytest

from actions.delivery.fields import Chamber
from actions.delivery.offices import OfficesUnavailable, fetch_active_offices
from actions.delivery.test_gateway import running_gateway
from tests.delivery import far_ends
from tests.delivery.far_ends import Behaviour, FarEnd, answers, by_tls, far_end, http, over_tls
from tests.delivery.letters import KEYS

KEY = "a key/that&must=stay here"
KEY_AS_SENT = "a+key%2Fthat%26must%3Dstay+here"
HOUSE, SENATE = Chamber.HOUSE, Chamber.SENATE
LIMIT = 65_536  # bytes


def fetch(url: str, chamber: Chamber = HOUSE, key: str = KEY, **options: Any) -> frozenset[str]:
    return fetch_active_offices(url, key, chamber, **{"connect_timeout": 0.5, "read_timeout": 0.5, **options})


def listed(answer: bytes, chamber: Chamber = HOUSE) -> frozenset[str]:
    """Return the offices that such an answer lists."""
    with far_end(answers(answer)) as end:
        return fetch(end.url, chamber)


def told(entries: object) -> bytes:
    return http(200, json.dumps(entries).encode(), "application/json")


def failure(url: str, chamber: Chamber = HOUSE, **options: Any) -> OfficesUnavailable:
    """Ask, and return the exception that comes."""
    with pytest.raises(OfficesUnavailable) as caught:
        fetch(url, chamber, **options)
    return caught.value


def failure_of(behaviour: Behaviour, chamber: Chamber = HOUSE) -> tuple[OfficesUnavailable, FarEnd]:
    with far_end(behaviour) as end:
        return failure(end.url, chamber), end


def padded(length: int) -> bytes:
    """Return a good list, as long as asked."""
    return b'["HNJ08"]'.ljust(length)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
NO_LENGTH = b"HTTP/1.0 200 OK\r\n\r\n"
FAILURES: list[tuple[str, Behaviour, str]] = [
    ("401", answers(http(401)), "http_401"),
    ("403", answers(http(403, KEY.encode())), "http_403"),
    ("404", answers(http(404, b"<html>")), "http_404"),
    ("503", answers(http(503, b'["HNJ08"]')), "http_503"),
    ("204", answers(http(204)), "http_204"),
    ("elsewhere", answers(http(302, Location="http://127.0.0.1:1/")), "http_302"),
    ("nothing", answers(http(200)), "not_json"),
    ("html", answers(http(200, f"<html>{KEY} {KEY_AS_SENT}".encode(), "text/html")), "not_json"),
    ("no utf-8", answers(http(200, b'["HNJ08\xff"]')), "not_json"),
    ("half a list", answers(http(200, b'["HNJ08", "HNJ')), "not_json"),
    ("deep", answers(http(200, b"[" * 60_000)), "not_json"),
    ("huge number", answers(http(200, b"[" + b"9" * 60_000 + b"]")), "not_json"),
    ("empty list", answers(told([])), "empty"),
    ("null", answers(told(None)), "not_offices"),
    ("object", answers(told({"offices": ["HNJ08"]})), "not_offices"),
    ("text", answers(told("HNJ08")), "not_offices"),
    ("no codes", answers(told(["", "HNJ8", "hnj08", " HNJ08", "HNJ08\n", "HNJ٠٨", 8, None, ["HNJ08"]])), "not_offices"),
    ("the other chamber", answers(told(["SNJ01"])), "not_offices"),
    ("the other form", answers(told([{"name": "x", "office_code": "HNJ08"}])), "not_offices"),
    ("one byte too many", answers(http(200, padded(LIMIT + 1))), "too_long"),
    ("too long, of no stated length", answers(NO_LENGTH + padded(LIMIT + 1)), "too_long"),
    ("too long, in chunks", answers(CHUNKED + b"20000\r\n" + padded(0x20000) + b"\r\n0\r\n\r\n"), "too_long"),
    ("cut short", answers(http(200, b'["HNJ08"]').replace(b": 9", b": 99")), "cut_short"),
    ("half chunk", answers(CHUNKED + b'99\r\n["HNJ08"]'), "answer_IncompleteRead"),
    ("negative chunk", answers(CHUNKED + b"-5\r\n"), "answer_ValueError"),
    ("no http", answers(b"220 mail.example.org ESMTP\r\n"), "answer_BadStatusLine"),
    ("hangs", far_ends.hangs, "answer_TimeoutError"),
    ("hangs up", far_ends.hangs_up, "answer_RemoteDisconnected"),
    ("resets", far_ends.resets, "answer_ConnectionResetError"),
    ("drips", far_ends.drips, "answer_TimeoutError"),
]


@pytest.mark.parametrize(("behaviour", "error"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES])
def test_what_each_far_end_does_has_its_class_of_error(behaviour: Behaviour, error: str) -> None:
    unavailable, end = failure_of(behaviour)

    assert (unavailable.error, str(unavailable)) == (error, error)
    assert end.connections == 1
    assert end.hung_up.wait(2)


@pytest.mark.parametrize(
    "entries",
    [["SNJ01"], [{"office_code": "HNJ08"}], [{"office_code": "SNJ04"}, {"name": "SNJ01"}, {"office_code": ["SNJ01"]}]],
)
def test_a_list_without_any_code_of_the_senate_is_no_list_of_senators(entries: list[object]) -> None:
    assert failure_of(answers(told(entries)), SENATE)[0].error == "not_offices"


def test_nobody_listening_has_its_class_of_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert failure(f"http://127.0.0.1:{port}").error == "connect_ConnectionRefusedError"


def test_a_name_that_does_not_exist_has_its_class_of_error() -> None:
    assert failure("http://gateway.invalid").error == "connect_gaierror"


def test_a_far_end_too_busy_to_accept_has_its_class_of_error() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as busy:
        port = busy.getsockname()[1]
        waiting = socket.create_connection(("127.0.0.1", port))

        with waiting:
            unavailable = failure(f"http://127.0.0.1:{port}", connect_timeout=0.3)

    assert unavailable.error == "connect_TimeoutError"


def test_a_certificate_nobody_vouches_for_gets_no_key(certificate: Path) -> None:
    with far_end(over_tls(certificate, answers(told(["HNJ08"])))) as end:
        unavailable = failure(by_tls(end))

    assert unavailable.error == "connect_SSLCertVerificationError"
    assert end.heads == []


def test_a_list_comes_over_tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    with far_end(over_tls(certificate, answers(told(["HNJ08"])))) as end:
        offices = fetch(by_tls(end))

    assert offices == {"HNJ08"}


def test_a_list_as_long_as_allowed_is_read() -> None:
    assert listed(http(200, padded(LIMIT))) == {"HNJ08"}


@pytest.mark.parametrize(
    "answer", [CHUNKED + b'9\r\n["HNJ08"]\r\n0\r\n\r\n', NO_LENGTH + b'["HNJ08"]', http(200, b'\xef\xbb\xbf["HNJ08"]')]
)
def test_a_list_is_read_however_it_is_sent(answer: bytes) -> None:
    assert listed(answer) == {"HNJ08"}


def test_a_malformed_entry_costs_no_other_office_its_letters() -> None:
    assert listed(told(["HNJ08", "HNJ8", None, 5, {"office_code": "HNJ09"}, "SNJ01", "HDC00"])) == {"HNJ08", "HDC00"}


def test_an_office_listed_twice_counts_once() -> None:
    assert listed(told(["HNJ08", "HNJ08"])) == {"HNJ08"}


def test_the_census_code_of_a_delegate_means_the_one_office() -> None:
    assert listed(told(["HDC98", "HPR98", "HGU00"])) == {"HDC00", "HPR00", "HGU00"}


def test_senators_are_told_by_their_code_whatever_else_is_said_of_them() -> None:
    entries = [
        {"name": "A Senator", "office_code": "SNJ01", "state": "NJ", "topics": []},
        {"office_code": "SGA03"},
        {"name": "No code"},
        "SNJ02",
    ]

    assert listed(told(entries), SENATE) == {"SNJ01", "SGA03"}


@pytest.mark.parametrize(
    ("chamber", "path", "line"),
    [(HOUSE, "", "/v2/offices"), (SENATE, "", "/api/active_offices"), (SENATE, "/api/other/", "/api/other/")],
)
def test_each_chamber_has_its_address_and_the_key_goes_with_it(chamber: Chamber, path: str, line: str) -> None:
    with far_end(answers(told(["HNJ08", {"office_code": "SNJ01"}]))) as end:
        fetch(end.url, chamber, path=path)

    assert end.heads[0].startswith(f"GET {line}?apikey={KEY_AS_SENT} HTTP/1.1\r\n".encode())


@pytest.mark.parametrize("address", ["", "gateway.example.org", "ftp://example.org", "https://example.org/v2"])
def test_an_address_that_cannot_be_meant_is_refused_at_once(address: str) -> None:
    with pytest.raises(ValueError, match="http or https"):
        fetch(address)


@pytest.mark.parametrize("chamber", Chamber)
def test_the_test_gateway_lists_what_is_active_at_the_time(tmp_path: Path, chamber: Chamber) -> None:
    with running_gateway(tmp_path, offices={"HNJ08", "SNJ01"}, keys=KEYS) as gateway:
        before = fetch(gateway.url, chamber, KEYS[chamber])
        gateway.offices = {"HNJ08", "HNJ09", "SNJ01", "SNJ02"}
        after = fetch(gateway.url, chamber, KEYS[chamber])
        gateway.offices = frozenset()
        nobody = failure(gateway.url, chamber, key=KEYS[chamber])
        stranger = failure(gateway.url, chamber)

    assert before == ({"HNJ08"} if chamber is HOUSE else {"SNJ01"})
    assert after == ({"HNJ08", "HNJ09"} if chamber is HOUSE else {"SNJ01", "SNJ02"})
    assert (nobody.error, stranger.error) == ("empty", "http_403")


def said_by(error: BaseException | None) -> str:
    """Return all that an exception and those it came from say of themselves."""
    if error is None:
        return ""
    own = f"{error} {error!r} {vars(error)}"
    return " ".join([own, said_by(error.__cause__), said_by(error.__context__)])


def test_the_key_reaches_no_exception_no_log_and_no_output(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    unprintable = "canary\udc80"
    with far_end(answers(http(200))) as end:
        never_sent = [
            failure("http://127.0.0.1:1"),
            failure("http://gateway.invalid"),
            failure(end.url, path="/a path"),
            failure(end.url, path="/über"),
            failure(end.url, key=unprintable),
        ]

    seen = [failure_of(row[1]) for row in FAILURES if row[0] != "drips"]

    errors = [*never_sent, *(error for error, _ in seen)]
    said = " ".join([caplog.text, *capfd.readouterr(), *(said_by(error) for error in errors)])
    assert all(KEY_AS_SENT.encode() in far.heads[0] for _, far in seen)
    assert [error.error for error in never_sent[2:]] == [
        "connect_InvalidURL", "connect_UnicodeEncodeError", "connect_UnicodeEncodeError",
    ]
    for secret in (KEY, KEY_AS_SENT, "apikey", "canary"):
        assert secret not in said
