"""Letters by email: the transport against mail servers of every kind, on real sockets."""

import logging
import select
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.delivery.email import EmailTransport
from actions.delivery.email_text import to_mail
from actions.delivery.letter import Letter
from actions.delivery.outcomes import Outcome, Result
from tests.delivery import mail_ends
from tests.delivery.far_ends import Behaviour, FarEnd, far_end, over_tls
from tests.delivery.letters import a_letter
from tests.delivery.mail_ends import CANARY, OFFERS_TLS, Answer, mail_server, running_office, said, then_hangs_up

SENDER = "Polaris website <letters@example.org>"
OFFICE = "mail@office.example.gov"
PASSWORD = "canary-password"
LOGIN: dict[str, Any] = {"user": "canary-user", "password": PASSWORD}


def quiet() -> None:
    """A `body_starts` that notes nothing."""


@contextmanager
def transport(port: int, **options: Any) -> Iterator[EmailTransport]:
    usual = {"host": "127.0.0.1", "security": "", "connect_timeout": 2.0, "read_timeout": 5.0}
    opened = EmailTransport(port=port, sender=SENDER, **{"address_of": lambda code: OFFICE, **usual, **options})
    try:
        yield opened
    finally:
        opened.close()


def port_of(end: FarEnd) -> int:
    return int(end.url.rpartition(":")[2])


def delivered_to(behaviour: Behaviour, letter: Letter | None = None, **options: Any) -> tuple[Result, FarEnd, int]:
    """Deliver one letter; return what came of it, what the server saw, and how often `body_starts` was called."""
    starts: list[str] = []
    with far_end(behaviour) as end, transport(port_of(end), **options) as mail:
        result = mail.deliver(letter or a_letter(), attempt=1, body_starts=lambda: starts.append("started"))
    return result, end, len(starts)


# --- What each server's behaviour means -----------------------------------------------------------

LATER, REFUSED, STOPPED, UNKNOWN = Outcome.TRY_LATER, Outcome.REFUSED, Outcome.GATEWAY_STOPPED, Outcome.UNKNOWN
GARBAGE = b"HTTP/1.1 400 Bad Request\r\n\r\n"
Row = tuple[str, Answer, Outcome, str, int | None]

BEFORE_THE_BODY: list[Row] = [
    ("", said(421), LATER, "connect_421", 421),
    ("", said(450), LATER, "connect_450", 450),
    ("", said(554), LATER, "connect_554", 554),
    ("", GARBAGE, LATER, "connect_BadReply", None),
    ("", b"220 a\r\n250 too much\r\n", LATER, "connect_BadReply", None),
    ("", mail_ends.hangs, LATER, "connect_TimeoutError", None),
    ("", mail_ends.hangs_up, LATER, "connect_SMTPServerDisconnected", None),
    ("", mail_ends.resets, LATER, "connect_ConnectionResetError", None),
    ("", b"220-" + b"x" * 70_000, LATER, "connect_BadReply", None),
    ("EHLO", said(421), LATER, "connect_421", 421),
    ("EHLO", said(502), LATER, "connect_502", 502),
    ("EHLO", b"250-a\r\n550 b\r\n", LATER, "connect_BadReply", None),
    ("EHLO", mail_ends.drips, LATER, "connect_TimeoutError", None),
    ("EHLO", b"250 no login here\r\n", STOPPED, "no_auth", None),
    ("AUTH", said(530), STOPPED, "auth_530", 530),
    ("AUTH", said(534), STOPPED, "auth_534", 534),
    ("AUTH", said(535), STOPPED, "auth_535", 535),
    ("AUTH", said(538), STOPPED, "auth_538", 538),
    ("AUTH", said(454), LATER, "connect_454", 454),
    ("AUTH", b"334 not base64!\r\n", LATER, "connect_Error", None),
    ("AUTH", mail_ends.hangs, LATER, "connect_TimeoutError", None),
    ("MAIL", said(550), STOPPED, "mail_550", 550),
    ("MAIL", said(451), LATER, "mail_451", 451),
    ("MAIL", said(421), LATER, "mail_421", 421),
    ("MAIL", mail_ends.hangs_up, LATER, "mail_SMTPServerDisconnected", None),
    ("RCPT", said(550), REFUSED, "rcpt_550", 550),
    ("RCPT", said(530), STOPPED, "rcpt_530", 530),
    ("RCPT", said(450), LATER, "rcpt_450", 450),
    ("RCPT", said(421), LATER, "rcpt_421", 421),
    ("RCPT", GARBAGE, LATER, "rcpt_BadReply", None),
    ("RCPT", mail_ends.hangs, LATER, "rcpt_TimeoutError", None),
    ("DATA", said(451), LATER, "data_451", 451),
    ("DATA", said(554), REFUSED, "data_554", 554),
    ("DATA", b"250 out of step\r\n", LATER, "data_250", 250),
    ("DATA", mail_ends.resets, LATER, "data_ConnectionResetError", None),
]
AFTER_THE_DOT: list[Row] = [
    (".", b"250-Ok\r\n250\r\n", Outcome.DELIVERED, "", 250),
    (".", said(451), LATER, "data_451", 451),
    (".", said(421), LATER, "data_421", 421),
    (".", said(552), REFUSED, "data_552", 552),
    (".", b"251 elsewhere\r\n", UNKNOWN, "answer_251", 251),
    (".", b"354 more\r\n", UNKNOWN, "answer_354", 354),
    (".", b"250-Ok\r\n550 no\r\n", UNKNOWN, "answer_BadReply", None),
    (".", b"2500 Ok\r\n", UNKNOWN, "answer_BadReply", None),
    (".", GARBAGE, UNKNOWN, "answer_BadReply", None),
    (".", mail_ends.hangs, UNKNOWN, "answer_TimeoutError", None),
    (".", mail_ends.hangs_up, UNKNOWN, "answer_SMTPServerDisconnected", None),
    (".", mail_ends.resets, UNKNOWN, "answer_ConnectionResetError", None),
    (".", mail_ends.drips, UNKNOWN, "answer_TimeoutError", None),
]


def named(row: Row) -> str:
    return f"{row[0] or 'greeting'} {row[3] or 'taken'}"


def patience(row: Row) -> dict[str, Any]:
    """Wait long for what is sure to come, and shortly for what never comes."""
    return {"read_timeout": 0.3} if row[3].endswith("TimeoutError") else {}


@pytest.mark.parametrize("row", BEFORE_THE_BODY, ids=named)
def test_what_goes_wrong_before_the_body_takes_nothing(row: Row) -> None:
    command, answer, outcome, error, status = row

    result, end, starts = delivered_to(mail_server({command: answer}), **LOGIN, **patience(row))

    assert result == Result(outcome, error, status)
    assert (starts, end.bodies) == (0, [])


@pytest.mark.parametrize("row", AFTER_THE_DOT, ids=named)
def test_after_the_final_dot_only_a_plain_answer_says_what_became_of_it(row: Row) -> None:
    command, answer, outcome, error, status = row

    result, end, starts = delivered_to(mail_server({command: answer}), **patience(row))

    assert result == Result(outcome, error, status)
    assert (starts, len(end.bodies)) == (1, 1)


def test_a_body_that_could_not_leave_goes_again_later() -> None:
    server = mail_server({"DATA": mail_ends.takes_the_body_and_resets})

    with far_end(server) as end, transport(port_of(end)) as mail:
        result = mail.deliver(a_letter(), attempt=1, body_starts=lambda: void(end.hung_up.wait(2)))

    assert result == Result(LATER, "body_ConnectionResetError")


def void(_: object) -> None:
    """Take a value and return none."""


def test_a_body_that_nobody_reads_goes_again_later() -> None:
    server = mail_server({"DATA": mail_ends.takes_the_body_and_reads_none})

    result, _, _ = delivered_to(server, a_letter(own_words="x" * 12_000_000), read_timeout=0.5)

    assert result == Result(LATER, "body_TimeoutError")


@pytest.mark.parametrize(("host", "error"), [
    ("127.0.0.1", "ConnectionRefusedError"), ("mail.invalid", "gaierror"), ("x" * 70, "UnicodeError"),
])
def test_a_server_that_is_not_there_means_later(host: str, error: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with transport(port, host=host) as mail:
        result = mail.deliver(a_letter(), attempt=1, body_starts=quiet)

    assert result == Result(LATER, f"connect_{error}")


@pytest.mark.parametrize("told", [
    {verb: mail_ends.slowly(answer) for verb, answer in mail_ends.POLITE.items()},
    {"": mail_ends.drips}, {".": mail_ends.drips},
], ids=["each answer is late", "greeting", "answer"])
def test_a_server_that_drips_holds_nobody_longer_than_twice_the_time(told: dict[str, Answer | list[Answer]]) -> None:
    began = time.monotonic()

    result, _, _ = delivered_to(mail_server(told), read_timeout=0.5)

    assert result.error.endswith("_TimeoutError")
    assert time.monotonic() - began < 2 * 0.5 + 0.5


@given(st.sampled_from([b"", b"250", b"250 ", b"250-a\r\n", b"25"]), st.binary(max_size=20))
@settings(max_examples=100)
def test_random_answers_never_raise_and_never_count_without_reason(head: bytes, rest: bytes) -> None:
    answer = head + rest + b"\r\n"

    result, _, _ = delivered_to(mail_server({".": answer}), read_timeout=0.3)

    assert (result.outcome is Outcome.DELIVERED) == (result == Result(Outcome.DELIVERED, "", 250))
    assert result.outcome is not Outcome.DELIVERED or answer.startswith(b"250")


# --- The moment before the body -------------------------------------------------------------------


def test_body_starts_is_called_after_the_recipient_is_accepted_and_before_the_body() -> None:
    look, looked = threading.Event(), threading.Event()
    early: list[bool] = []

    def asks_for_the_body(end: FarEnd, connection: socket.socket) -> None:
        connection.sendall(b"354 Go on\r\n")
        look.wait(2)
        early.append(bool(select.select([connection], [], [], 0.05)[0]))
        looked.set()

    def body_starts() -> None:
        assert [line.split()[0] for line in end.heads] == [b"ehlo", b"MAIL", b"RCPT", b"DATA"]
        look.set()
        assert looked.wait(2)

    with far_end(mail_server({"DATA": asks_for_the_body})) as end, transport(port_of(end)) as mail:
        mail.deliver(a_letter(), attempt=1, body_starts=body_starts)

    assert early == [False]


def test_what_body_starts_raises_comes_through_and_no_body_leaves() -> None:
    class LeaseLost(Exception):
        pass

    def body_starts() -> None:
        raise LeaseLost

    with far_end(mail_server()) as end, transport(port_of(end), **LOGIN) as mail:
        with pytest.raises(LeaseLost) as caught:
            mail.deliver(a_letter(), attempt=1, body_starts=body_starts)
        assert end.hung_up.wait(2)
        after = mail.deliver(a_letter(), attempt=2, body_starts=quiet)

    assert (after.outcome, len(end.bodies)) == (Outcome.DELIVERED, 1)
    assert "canary" not in "".join(traceback.format_exception(caught.value))


def test_every_attempt_sends_the_same_bytes_with_dots_doubled() -> None:
    letter = a_letter(own_words=".\n.hidden\n..twice\n👩‍👩‍👧 Ñandú\n" + "x" * 2000)

    with far_end(mail_server()) as end, transport(port_of(end)) as mail:
        results = [mail.deliver(letter, attempt=attempt, body_starts=quiet).outcome for attempt in (1, 2)]

    assert results == [Outcome.DELIVERED] * 2
    assert end.bodies[0] == end.bodies[1]
    assert b"\r\n..hidden\r\n...twice\r\n" in end.bodies[0]
    assert end.bodies[0].replace(b"\r\n..", b"\r\n.") == to_mail(letter, SENDER, OFFICE) + b".\r\n"


@pytest.mark.parametrize(("letter", "address", "error"), [
    (a_letter(), "", "no_address"),
    (a_letter(), "mail@office\r\nRCPT TO:<evil@example.net>", "bad_address"),
    (a_letter(subject=""), OFFICE, "check subject missing"),
    (a_letter(statement="", own_words=""), OFFICE, "check statement missing"),
])
def test_a_letter_that_cannot_go_by_mail_never_leaves(letter: Letter, address: str, error: str) -> None:
    result, end, starts = delivered_to(mail_server(), letter, address_of=lambda code: address)

    assert result == Result(REFUSED if address else Outcome.NOT_ENABLED, error)
    assert (end.connections, starts) == (0, 0)


# --- One connection for many letters --------------------------------------------------------------


def test_letters_share_one_connection_and_a_refused_one_leaves_nothing_behind() -> None:
    server = mail_server({"RCPT": [said(550), said(450), b"250 Ok\r\n", b"250 Ok\r\n"]})

    with far_end(server) as end, transport(port_of(end)) as mail:
        outcomes = [mail.deliver(a_letter(), attempt=1, body_starts=quiet).outcome for _ in range(4)]
    assert end.hung_up.wait(2)

    assert outcomes == [REFUSED, LATER, Outcome.DELIVERED, Outcome.DELIVERED]
    assert end.connections == 1
    assert b" ".join(line.split()[0] for line in end.heads) == (
        b"ehlo MAIL RCPT RSET MAIL RCPT RSET MAIL RCPT DATA MAIL RCPT DATA QUIT"
    )


@pytest.mark.parametrize(("told", "options"), [
    ({".": then_hangs_up(b"250 Ok\r\n")}, {}),
    ({".": then_hangs_up(b"250 Ok\r\n421 Too many\r\n")}, {}),
    ({".": [said(421), b"250 Ok\r\n"]}, {}),
    ({"RCPT": [said(550), b"250 Ok\r\n"], "RSET": said(500)}, {}),
    ({"RCPT": [said(550), b"250 Ok\r\n"], "RSET": mail_ends.hangs}, {"connect_timeout": 0.3}),
    ({}, {"idle_limit": 0.0}),
], ids=["hung up", "with a word", "421", "no reset", "reset hangs", "idle for long"])
def test_a_connection_that_is_no_good_any_more_is_opened_anew(
    told: dict[str, Answer | list[Answer]], options: dict[str, Any]
) -> None:
    with far_end(mail_server(told)) as end, transport(port_of(end), **options) as mail:
        mail.deliver(a_letter(), attempt=1, body_starts=quiet)
        end.hung_up.wait(0.3)  # what a server does last is on its way
        second = mail.deliver(a_letter(), attempt=1, body_starts=quiet)

    assert second.outcome is Outcome.DELIVERED
    assert end.connections == 2


# --- TLS, and what must not be told ---------------------------------------------------------------


def test_a_real_server_takes_a_letter_over_tls_from_who_may_log_in(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    secured: dict[str, Any] = {"host": "localhost", "security": "starttls"}

    with running_office(certificate, ("canary-user", PASSWORD)) as (taken, port):
        with transport(port, **secured, **LOGIN) as mail:
            good = [mail.deliver(a_letter(), attempt=1, body_starts=quiet).outcome for _ in range(2)]
        with transport(port, **secured, user="canary-user", password="wrong") as mail:
            bad = mail.deliver(a_letter(), attempt=1, body_starts=quiet)

    assert good == [Outcome.DELIVERED] * 2
    assert bad == Result(STOPPED, "auth_535", 535)
    assert [envelope.content for envelope in taken] == [to_mail(a_letter(), SENDER, OFFICE)] * 2
    assert (taken[0].mail_from, taken[0].rcpt_tos) == ("letters@example.org", [OFFICE])


@pytest.mark.parametrize("mechanism", [b"PLAIN", b"LOGIN"])
def test_tls_from_the_first_byte_and_either_way_to_log_in(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, mechanism: bytes
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = over_tls(certificate, mail_server({"EHLO": b"250-hello\r\n250 AUTH %s\r\n" % mechanism}))

    result, end, _ = delivered_to(server, host="localhost", security="tls", **LOGIN)

    assert result.outcome is Outcome.DELIVERED
    assert end.heads[1].startswith(b"AUTH " + mechanism)


@pytest.mark.parametrize(("told", "host", "expected"), [
    ({"EHLO": b"250 no TLS here\r\n"}, "localhost", Result(STOPPED, "no_starttls")),
    ({"EHLO": OFFERS_TLS, "STARTTLS": said(454)}, "localhost", Result(LATER, "connect_454", 454)),
    ({"EHLO": OFFERS_TLS, "STARTTLS": b"220 Go\r\n250 slipped in\r\n"}, "localhost",
     Result(LATER, "connect_BadReply")),
    ({"EHLO": OFFERS_TLS, "STARTTLS": b"220 Go\r\n"}, "127.0.0.1", Result(LATER, "connect_SSLCertVerificationError")),
], ids=["not offered", "not now", "slipped in", "another host's certificate"])
def test_without_good_tls_nothing_is_said(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, told: dict[str, Answer | list[Answer]], host: str,
    expected: Result,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    result, end, _ = delivered_to(mail_server(told, certificate), host=host, security="starttls", **LOGIN)

    assert result == expected
    assert all(line.split()[0] in (b"ehlo", b"STARTTLS") for line in end.heads)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_gets_no_letter(certificate: Path, security: str) -> None:
    plain = mail_server({"EHLO": OFFERS_TLS, "STARTTLS": b"220 Go\r\n"}, certificate)
    server = over_tls(certificate, plain) if security == "tls" else plain

    result, end, _ = delivered_to(server, host="localhost", security=security, **LOGIN)

    assert result == Result(LATER, "connect_SSLCertVerificationError")
    assert all(line.split()[0] in (b"ehlo", b"STARTTLS") for line in end.heads)


def test_no_secret_and_no_person_reaches_a_result_a_log_or_the_output(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    results = [
        delivered_to(mail_server({row[0]: row[1]}), **LOGIN)[0]
        for row in BEFORE_THE_BODY + AFTER_THE_DOT if not row[3].endswith("TimeoutError")
    ]

    told = " ".join([caplog.text, *capfd.readouterr(), *map(repr, results)])
    assert "_535" in told
    assert not [word for word in ("canary", "@", "Ana", OFFICE, CANARY.decode()) if word in told]


@pytest.mark.parametrize("wrong", [{"security": "STARTTLS"}, {"password": "canarý"}, {"sender": "canary"}])
def test_a_setting_that_cannot_be_meant_is_refused_at_once(wrong: dict[str, Any]) -> None:
    usual = {"host": "localhost", "port": 25, "security": "", "sender": SENDER, "address_of": str}

    with pytest.raises(ValueError, match=r"mail server|plain address") as caught:
        EmailTransport(**{**usual, **wrong})

    assert "canar" not in str(caught.value)
