"""Mail servers that answer as they are told: behaviours for `far_end`, and aiosmtpd for the good days."""

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.delivery.far_ends import Behaviour, FarEnd, reset

Answer = bytes | Behaviour

# What a server says to each command where a test does not tell it otherwise; "" is the greeting, "." the final dot.
# The texts repeat what must never be repeated.
CANARY = b"canary ana@example.org"
POLITE: dict[str, Answer] = {
    "": b"220 mail.example.gov ESMTP\r\n",
    "EHLO": b"250-mail.example.gov\r\n250-SIZE 1000000\r\n250 AUTH CRAM-MD5 PLAIN LOGIN\r\n",
    "AUTH": b"235 2.7.0 Welcome\r\n",
    "MAIL": b"250 2.1.0 Ok " + CANARY + b"\r\n",
    "RCPT": b"250 2.1.5 Ok " + CANARY + b"\r\n",
    "DATA": b"354 Go on\r\n",
    ".": b"250 2.0.0 Queued " + CANARY + b"\r\n",
    "RSET": b"250 2.0.0 Ok\r\n",
    "QUIT": b"221 2.0.0 Bye\r\n",
}
OFFERS_TLS = b"250-mail.example.gov\r\n250 STARTTLS\r\n"


def said(code: int) -> bytes:
    """Return a refusal whose text repeats what must not be repeated."""
    return b"%d 5.7.1 %s\r\n" % (code, CANARY)


def mail_server(told: dict[str, Answer | list[Answer]] | None = None, certificate: Path | None = None) -> Behaviour:
    """Speak SMTP; commands end in `heads`, whole mails in `bodies`, as they came. A list is used up one by one.

    STARTTLS is honoured with the certificate.
    """
    answers: dict[str, Answer | list[Answer]] = {**POLITE, **(told or {})}

    def say(verb: str, end: FarEnd, connection: socket.socket) -> Answer:
        answer = answers.get(verb, b"502 What?\r\n")
        if isinstance(answer, list):
            answer = answer.pop(0)
        if callable(answer):
            answer(end, connection)
        else:
            connection.sendall(answer)
        return answer

    def behave(end: FarEnd, connection: socket.socket) -> None:
        say("", end, connection)
        while line := read_until(connection, b"\r\n"):
            end.heads.append(line)
            verb = line.split()[0].decode().upper()
            answer = say(verb, end, connection)
            if verb == "STARTTLS" and certificate is not None:
                context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                context.load_cert_chain(certificate)
                connection = context.wrap_socket(connection, server_side=True)
            wants_body = verb == "DATA" and (callable(answer) or answer.startswith(b"354"))
            if wants_body and (mail := read_until(connection, b"\r\n.\r\n")):
                end.bodies.append(mail)
                say(".", end, connection)

    return behave


def read_until(connection: socket.socket, ending: bytes) -> bytes:
    """Read up to an ending, and not one byte more; b"" where the other side goes first."""
    data = b""
    while not data.endswith(ending):
        byte = connection.recv(1)
        if not byte:
            return b""
        data += byte
    return data


def hangs(end: FarEnd, connection: socket.socket) -> None:
    """Say nothing until the other side goes."""
    connection.recv(1)


def hangs_up(end: FarEnd, connection: socket.socket) -> None:
    """Hang up without a word."""
    connection.shutdown(socket.SHUT_RDWR)


def resets(end: FarEnd, connection: socket.socket) -> None:
    """Reset the connection."""
    reset(connection)


def drips(end: FarEnd, connection: socket.socket) -> None:
    """Say something reasonable, one line after the other, and come to no end."""
    for _ in range(200):
        connection.sendall(b"250-still here\r\n")
        time.sleep(0.05)


def slowly(answer: Answer) -> Behaviour:
    """Answer after a while."""

    def behave(end: FarEnd, connection: socket.socket) -> None:
        assert isinstance(answer, bytes)
        time.sleep(0.3)
        connection.sendall(answer)

    return behave


def then_hangs_up(answer: bytes) -> Behaviour:
    """Answer and hang up."""

    def behave(end: FarEnd, connection: socket.socket) -> None:
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_RDWR)

    return behave


def takes_the_body_and_resets(end: FarEnd, connection: socket.socket) -> None:
    """Ask for the body, and reset the connection before any of it is here."""
    connection.sendall(b"354 Go on\r\n")
    reset(connection)


def takes_the_body_and_reads_none(end: FarEnd, connection: socket.socket) -> None:
    """Ask for the body, and let it stand at the door."""
    connection.sendall(b"354 Go on\r\n")
    time.sleep(1.5)


class _Inbox:
    """Keeps what aiosmtpd took."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # the name aiosmtpd calls
        """Keep one mail. The name is the one that aiosmtpd calls."""
        self.envelopes.append(envelope)
        return "250 OK"


class _AnyPort(Controller):
    def _trigger_server(self) -> None:
        self.port = cast(asyncio.Server, self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd has no types


@contextmanager
def running_office(certificate: Path, login: tuple[str, str]) -> Iterator[tuple[list[Envelope], int]]:
    """Run aiosmtpd with STARTTLS and a login, both required; yields what it took, and its port."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)

    def knows(_server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
        right = (data.login.decode(), data.password.decode()) == login
        return AuthResult(success=right, handled=False)

    inbox = _Inbox()
    controller = _AnyPort(
        inbox, hostname="127.0.0.1", port=0, tls_context=tls, require_starttls=True,
        authenticator=knows, auth_required=True,
    )
    controller.start()
    try:
        yield inbox.envelopes, controller.port
    finally:
        controller.stop()
