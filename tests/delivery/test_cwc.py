"""The CWC transport against far ends of every kind, on real sockets."""

import logging
import queue
import select
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.delivery.answers import ANSWER_LIMIT
from actions.delivery.cwc import CwcTransport
from actions.delivery.cwc_xml import to_xml
from actions.delivery.fields import Chamber
from actions.delivery.outcomes import Outcome, Result
from tests.delivery import far_ends
from tests.delivery.far_ends import Behaviour, FarEnd, answers, by_tls, far_end, http, over_tls
from tests.delivery.letters import a_letter

KEY = "a key/that&must=stay here"
KEY_AS_SENT = "a+key%2Fthat%26must%3Dstay+here"
HOUSE = Chamber.HOUSE


def quiet() -> None:
    """A `body_starts` that notes nothing."""


@contextmanager
def transport(url: str, chamber: Chamber = HOUSE, **options: float) -> Iterator[CwcTransport]:
    opened = CwcTransport(url, KEY, chamber, **{"connect_timeout": 0.5, "read_timeout": 0.5, **options})  # type: ignore[arg-type]
    try:
        yield opened
    finally:
        opened.close()


def delivered_to(behaviour: Behaviour, attempt: int = 1) -> tuple[Result, FarEnd, list[str]]:
    """Deliver one letter to a far end; return what came of it, what the far end saw, and `body_starts` calls."""
    starts: list[str] = []
    with far_end(behaviour) as end, transport(end.url) as cwc:
        result = cwc.deliver(a_letter(), attempt=attempt, body_starts=lambda: starts.append("started"))
    return result, end, starts


LONG = b"<a>" + b"x" * ANSWER_LIMIT + b"</a>"
CUT_SHORT = http(200, b"<a/>").replace(b": 4", b": 9")
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
FAR_ENDS: list[tuple[str, Behaviour, Result]] = [
    ("xml", answers(http(200, b"<Received/>")), Result(Outcome.DELIVERED, "", 200)),
    ("empty", answers(http(201)), Result(Outcome.DELIVERED, "", 201)),
    ("chunks", answers(CHUNKED + b"4\r\n<a/>\r\n0\r\n\r\n"), Result(Outcome.DELIVERED, "", 200)),
    ("until it hangs up", answers(b"HTTP/1.0 200 OK\r\n\r\n<a/>"), Result(Outcome.DELIVERED, "", 200)),
    ("html", answers(http(200, b"<html>Sorry", "text/html")), Result(Outcome.UNKNOWN, "success_html", 200)),
    ("half xml", answers(http(200, b"<Received><id>")), Result(Outcome.UNKNOWN, "success_unreadable", 200)),
    ("cut short", answers(CUT_SHORT), Result(Outcome.UNKNOWN, "success_cut_short", 200)),
    ("too long", answers(http(200, LONG)), Result(Outcome.UNKNOWN, "success_cut_short", 200)),
    ("half chunk", answers(CHUNKED + b"9\r\n<a/>"), Result(Outcome.UNKNOWN, "answer_IncompleteRead")),
    ("no http", answers(b"220 mail.example.org ESMTP\r\n"), Result(Outcome.UNKNOWN, "answer_BadStatusLine")),
    ("400", answers(http(400, b"<Errors><Error>Zip</Error></Errors>")), Result(Outcome.REFUSED, "http_400 Zip", 400)),
    ("401", answers(http(401)), Result(Outcome.GATEWAY_STOPPED, "http_401", 401)),
    ("403", answers(http(403)), Result(Outcome.GATEWAY_STOPPED, "http_403", 403)),
    ("409", answers(http(409)), Result(Outcome.UNKNOWN, "http_409_at_first_attempt", 409)),
    ("415", answers(http(415)), Result(Outcome.GATEWAY_STOPPED, "http_415", 415)),
    ("429", answers(http(429, Retry_After="7")), Result(Outcome.TRY_LATER, "http_429", 429, 7)),
    ("500", answers(http(500, b"<html>")), Result(Outcome.UNKNOWN, "http_500", 500)),
    ("502", answers(http(502)), Result(Outcome.UNKNOWN, "http_502", 502)),
    ("503", answers(http(503)), Result(Outcome.TRY_LATER, "http_503", 503)),
    ("elsewhere", answers(http(302, Location="http://127.0.0.1:1/")), Result(Outcome.UNKNOWN, "http_302", 302)),
    ("hangs", far_ends.hangs, Result(Outcome.UNKNOWN, "answer_TimeoutError")),
    ("hangs up", far_ends.hangs_up, Result(Outcome.UNKNOWN, "answer_RemoteDisconnected")),
    ("resets", far_ends.resets, Result(Outcome.UNKNOWN, "answer_ConnectionResetError")),
    ("drips", far_ends.drips, Result(Outcome.UNKNOWN, "answer_TimeoutError")),
]


@pytest.mark.parametrize(("behaviour", "expected"), [row[1:] for row in FAR_ENDS], ids=[row[0] for row in FAR_ENDS])
def test_what_each_far_end_does_has_its_result(behaviour: Behaviour, expected: Result) -> None:
    result, end, starts = delivered_to(behaviour)

    assert result == expected
    assert end.bodies == [to_xml(a_letter(), HOUSE)]
    assert starts == ["started"]


def test_a_repeat_known_there_is_delivered_on_a_retry() -> None:
    result, _, _ = delivered_to(answers(http(409)), attempt=2)

    assert result.outcome is Outcome.DELIVERED


def test_a_reset_in_the_middle_of_the_body_is_not_taken_for_delivered() -> None:
    result, end, _ = delivered_to(far_ends.resets_in_the_body)

    # The last bytes had left this machine before the reset came, so that only the far end could know.
    assert result.outcome is Outcome.UNKNOWN
    assert end.bodies == []


def test_nobody_listening_means_later_and_no_body_has_started() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    starts: list[str] = []

    with transport(f"http://127.0.0.1:{port}") as cwc:
        result = cwc.deliver(a_letter(), attempt=1, body_starts=lambda: starts.append("started"))

    assert result == Result(Outcome.TRY_LATER, "connect_ConnectionRefusedError")
    assert starts == []


def test_a_name_that_does_not_exist_means_later() -> None:
    with transport("http://gateway.invalid") as cwc:
        result = cwc.deliver(a_letter(), attempt=1, body_starts=quiet)

    assert result == Result(Outcome.TRY_LATER, "connect_gaierror")


def test_a_far_end_too_busy_to_accept_means_later() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as busy:
        port = busy.getsockname()[1]
        waiting = socket.create_connection(("127.0.0.1", port))

        with waiting, transport(f"http://127.0.0.1:{port}", connect_timeout=0.3) as cwc:
            result = cwc.deliver(a_letter(), attempt=1, body_starts=quiet)

    assert result == Result(Outcome.TRY_LATER, "connect_TimeoutError")


def test_body_starts_is_called_with_the_headers_there_and_no_byte_of_the_body() -> None:
    look, looked = threading.Event(), threading.Event()
    early: list[bool] = []

    def behave(end: FarEnd, connection: socket.socket) -> None:
        end.read_head(connection)
        look.wait(2)
        early.append(bool(select.select([connection], [], [], 0.05)[0]))
        looked.set()
        connection.recv(100_000)
        connection.sendall(http(200))

    def body_starts() -> None:
        assert end.head_arrived.wait(2)
        look.set()
        assert looked.wait(2)

    with far_end(behave) as end, transport(end.url) as cwc:
        result = cwc.deliver(a_letter(), attempt=1, body_starts=body_starts)

    assert result.outcome is Outcome.DELIVERED
    assert early == [False]


def test_a_body_that_could_not_leave_goes_again_later() -> None:
    def behave(end: FarEnd, connection: socket.socket) -> None:
        end.read_head(connection)
        far_ends.reset(connection)

    with far_end(behave) as end, transport(end.url) as cwc:
        result = cwc.deliver(a_letter(), attempt=1, body_starts=lambda: void(end.hung_up.wait(2)))

    assert result == Result(Outcome.TRY_LATER, "body_ConnectionResetError")


def void(_: object) -> None:
    """Take a value and return none."""


def test_what_body_starts_raises_comes_through_and_no_body_leaves() -> None:
    class LeaseLost(Exception):
        pass

    def body_starts() -> None:
        raise LeaseLost

    with far_end(answers(http(200))) as end, transport(end.url) as cwc:
        with pytest.raises(LeaseLost):
            cwc.deliver(a_letter(), attempt=1, body_starts=body_starts)
        assert end.hung_up.wait(2)
        after = cwc.deliver(a_letter(), attempt=2, body_starts=quiet)

    assert after.outcome is Outcome.DELIVERED
    assert len(end.bodies) == 1


def test_a_letter_with_a_problem_never_leaves() -> None:
    with far_end(answers(http(200))) as end, transport(end.url) as cwc:
        result = cwc.deliver(a_letter(city="", email="canary"), attempt=1, body_starts=quiet)

    assert result == Result(Outcome.REFUSED, "check Constituent/City missing, Constituent/Email shape")
    assert end.connections == 0


def test_letters_share_one_connection() -> None:
    with far_end(answers(http(200), http(400), http(201, b"<a/>"))) as end, transport(end.url) as cwc:
        outcomes = [cwc.deliver(a_letter(), attempt=1, body_starts=quiet).outcome for _ in range(3)]

    assert outcomes == [Outcome.DELIVERED, Outcome.REFUSED, Outcome.DELIVERED]
    assert end.connections == 1


@pytest.mark.parametrize("farewell", [b"", b"HTTP/1.1 408 Too slow\r\n\r\n"], ids=["silent", "with a word"])
def test_a_connection_that_died_meanwhile_is_noticed_before_the_body(farewell: bytes) -> None:
    with far_end(answers(http(200) + farewell)) as end, transport(end.url) as cwc:
        first = cwc.deliver(a_letter(), attempt=1, body_starts=quiet)
        assert end.hung_up.wait(2)
        second = cwc.deliver(a_letter(), attempt=1, body_starts=quiet)

    assert (first.outcome, second.outcome) == (Outcome.DELIVERED, Outcome.DELIVERED)
    assert end.connections == 2
    assert len(end.bodies) == 2


@pytest.mark.parametrize(
    "ending", [http(200, Connection="close"), http(200, LONG), http(200, b"x").replace(b": 1", b": 5")]
)
def test_a_connection_with_an_unclear_end_is_not_used_again(ending: bytes) -> None:
    def behave(end: FarEnd, connection: socket.socket) -> None:
        end.read_request(connection)
        connection.sendall(ending)
        end.read_request(connection)

    with far_end(behave) as end, transport(end.url) as cwc:
        for _ in range(2):
            cwc.deliver(a_letter(), attempt=1, body_starts=quiet)

    assert end.connections == 2


@pytest.mark.parametrize(
    ("chamber", "path", "line"),
    [
        (Chamber.HOUSE, "", "/v2/message"),
        (Chamber.SENATE, "", "/api/production-messages/"),
        (Chamber.SENATE, "/api/testing-messages/", "/api/testing-messages/"),
    ],
)
def test_each_chamber_has_its_address_and_the_key_goes_with_it(chamber: Chamber, path: str, line: str) -> None:
    with far_end(answers(http(200))) as end:
        cwc = CwcTransport(end.url, KEY, chamber, path=path)
        result = cwc.deliver(a_letter(chamber), attempt=1, body_starts=quiet)
        cwc.close()

    assert result.outcome is Outcome.DELIVERED
    assert end.heads[0].startswith(f"POST {line}?apikey={KEY_AS_SENT} HTTP/1.1\r\n".encode())
    assert b"\r\nContent-Type: application/xml\r\n" in end.heads[0]


@pytest.mark.parametrize("address", ["", "gateway.example.org", "ftp://example.org", "https://example.org/v2"])
def test_an_address_that_cannot_be_meant_is_refused_at_once(address: str) -> None:
    with pytest.raises(ValueError, match="http or https"):
        CwcTransport(address, KEY, HOUSE)


def test_the_key_reaches_no_result_no_log_and_no_output(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = answers(http(400, f"<Errors><Error>{KEY} {KEY_AS_SENT}</Error></Errors>".encode()))
    behaviours = [row[1] for row in FAR_ENDS if row[0] != "drips"] + [far_ends.resets_in_the_body, echo]

    seen = [delivered_to(behaviour) for behaviour in behaviours]
    with transport("http://127.0.0.1:1") as cwc:
        refused = cwc.deliver(a_letter(), attempt=1, body_starts=quiet)

    written = "".join(capfd.readouterr())
    said = " ".join([caplog.text, written, repr(refused), repr(cwc), *(repr(result) for result, _, _ in seen)])
    assert all(KEY_AS_SENT.encode() in end.heads[0] for _, end, _ in seen)
    assert KEY not in said
    assert KEY_AS_SENT not in said
    assert "apikey" not in said


def test_an_exception_that_comes_through_does_not_tell_the_key() -> None:
    def body_starts() -> None:
        raise RuntimeError("the database is away")

    with far_end(answers(http(200))) as end, transport(end.url) as cwc, pytest.raises(RuntimeError) as caught:
        cwc.deliver(a_letter(), attempt=1, body_starts=body_starts)

    told = "".join(traceback.format_exception(caught.value))
    assert KEY not in told
    assert KEY_AS_SENT not in told


def test_random_answers_never_raise_and_never_count_without_reason() -> None:
    ready: queue.Queue[bytes] = queue.Queue()

    def behave(end: FarEnd, connection: socket.socket) -> None:
        end.read_request(connection)
        connection.sendall(ready.get(timeout=2))

    heads = st.sampled_from(
        [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", CHUNKED, CHUNKED + b"-5\r\n"]
    )

    with far_end(behave) as end, transport(end.url) as cwc:

        @given(head=heads, rest=st.binary(max_size=60))
        @settings(max_examples=100, deadline=None)
        def deliver(head: bytes, rest: bytes) -> None:
            ready.put(head + rest)
            result = cwc.deliver(a_letter(), attempt=1, body_starts=quiet)
            cwc.close()
            assert isinstance(result, Result)
            assert (result.outcome is Outcome.DELIVERED) == (result.status is not None and result.error == "")
            if not head:
                assert result.outcome is Outcome.UNKNOWN

        deliver()


def test_a_certificate_nobody_vouches_for_gets_no_letter(certificate: Path) -> None:
    with far_end(over_tls(certificate, answers(http(200)))) as end, transport(by_tls(end)) as cwc:
        result = cwc.deliver(a_letter(), attempt=1, body_starts=quiet)

    assert result == Result(Outcome.TRY_LATER, "connect_SSLCertVerificationError")
    assert end.heads == []


def test_letters_share_one_connection_over_tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    both = over_tls(certificate, answers(http(200), http(201, b"<a/>")))
    with far_end(both) as end, transport(by_tls(end)) as cwc:
        results = [cwc.deliver(a_letter(), attempt=1, body_starts=quiet).outcome for _ in range(2)]

    assert results == [Outcome.DELIVERED, Outcome.DELIVERED]
    assert end.connections == 1
