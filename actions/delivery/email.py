"""Letters to offices by email: SMTP command by command, one kept connection a transport.

Not `sendmail` of `smtplib`, because one question decides everything here: had the final dot left when the trouble
came? Until it has, no mail server can have taken the letter. Addresses, passwords and what servers say stay in
here: a result holds how far the letter had come, a code or the type of an error, and nothing more.

Two deadlines bound a letter: one for all that comes before its body (greeting, TLS, login, envelope), one for body
and answer together. Every read and write gets what is left of it, so a far end that drips gains nothing.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from email.utils import parseaddr
from enum import StrEnum
from time import monotonic
from typing import Any, Literal, get_args

from actions.delivery.email_text import plain_address, problems, to_mail
from actions.delivery.http import CONNECT_TIMEOUT, has_ended
from actions.delivery.letter import Letter
from actions.delivery.outcomes import BodyStarts, Outcome, Result

READ_TIMEOUT = 20.0  # seconds, for all before the body, and again for body and answer
IDLE_LIMIT = 4.0  # seconds; a connection that was quiet for longer may be dropped while a letter is on its way
REPLY_LIMIT = 65_536  # bytes; a longer reply is no reply of a mail server
QUIT_TIMEOUT = 1.0  # seconds

Security = Literal["", "starttls", "tls"]


class Phase(StrEnum):
    """How far a letter had come when its try ended."""

    CONNECT = "connect"  # before anything of this letter: connecting, TLS, greeting, EHLO
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # the command alone
    BODY = "body"  # the final dot has not left
    ANSWER = "answer"  # the final dot may have left


# What an answer means and how its error begins, by the longest beginning of its code that stands here; "" is for
# every other answer, for what is no answer, and for none. `connect` says that nobody was reached.
LATER, REFUSED, STOPPED = Outcome.TRY_LATER, Outcome.REFUSED, Outcome.GATEWAY_STOPPED
OUTCOMES: dict[Phase, dict[str, tuple[Outcome, str]]] = {
    Phase.CONNECT: {"": (LATER, "connect")},
    Phase.LOGIN: {"5": (STOPPED, "auth"), "": (LATER, "connect")},
    Phase.MAIL: {"5": (STOPPED, "mail"), "": (LATER, "mail")},  # the sender is us
    Phase.RCPT: {"530": (STOPPED, "rcpt"), "5": (REFUSED, "rcpt"), "": (LATER, "rcpt")},  # 530: log in first
    Phase.DATA: {"5": (REFUSED, "data"), "": (LATER, "data")},
    Phase.BODY: {"": (LATER, "body")},
    Phase.ANSWER: {
        "250": (Outcome.DELIVERED, ""), "4": (LATER, "data"), "5": (REFUSED, "data"), "": (Outcome.UNKNOWN, "answer"),
    },
}


def result_of(phase: Phase, answer: int | Exception) -> Result:
    """Return what a code, or the error that came in its place, means in this phase."""
    row = OUTCOMES[phase]
    if isinstance(answer, Exception):
        outcome, begins = row[""]
        return Result(outcome, f"{begins}_{type(answer).__name__}")
    code = str(answer)
    outcome, begins = next(row[code[:length]] for length in (3, 1, 0) if code[:length] in row)
    return Result(outcome, f"{begins}_{code}" if begins else "", answer)


class EmailTransport:
    """Sends letters to offices over one mail server. For one thread at a time; `close` it after the batch.

    `sender` is the From address, such as `Website <letters@example.org>`; `address_of` knows the email address of
    an office, "" for none. With `security` nothing but the greeting ever goes in plain text, and the certificate
    is verified against the system's authorities.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        user: str = "",
        password: str = "",
        security: Security,
        sender: str,
        address_of: Callable[[str], str],
        connect_timeout: float = CONNECT_TIMEOUT,
        read_timeout: float = READ_TIMEOUT,
        idle_limit: float = IDLE_LIMIT,
    ) -> None:
        if security not in get_args(Security):
            raise ValueError("the security of a mail server is starttls, tls or empty")
        if not (user + password).isascii():
            raise ValueError("the login of a mail server has to be ASCII")
        self._address = plain_address(parseaddr(sender)[1])
        if not self._address:
            raise ValueError("the sender needs a plain address")
        self._host, self._port = host, port
        self._user, self._password = user, password
        self._security, self._tls = security, ssl.create_default_context() if security else None
        self._sender, self._address_of = sender, address_of
        self._connect_timeout, self._read_timeout = connect_timeout, read_timeout
        self._idle_limit = idle_limit
        self._idle: _Connection | None = None
        self._idle_since = 0.0

    def deliver(self, letter: Letter, *, attempt: int, body_starts: BodyStarts) -> Result:
        """Try once to deliver; every attempt sends the same bytes.

        `body_starts` is called when the far end has agreed to take this letter and the body goes next. What it
        raises comes through, and nothing of the body has left then.
        """
        if found := problems(letter):
            return Result(Outcome.REFUSED, "check " + ", ".join(found))
        address = self._address_of(letter.office)
        to = plain_address(address)
        if not to:
            return Result(Outcome.REFUSED, "bad_address") if address else Result(Outcome.NOT_ENABLED, "no_address")
        mail = to_mail(letter, self._sender, to)
        connection = self._idle_or_new()
        if isinstance(connection, Result):
            return connection
        try:
            refusal = connection.offer(self._address, to)
        except OSError as error:
            return connection.broken(error)
        if refusal:
            return self._keep(connection, refusal)
        try:
            body_starts()
        except BaseException:
            connection.close()
            raise
        connection.allow(self._read_timeout)
        try:
            return self._keep(connection, connection.hand_over(mail))
        except OSError as error:
            return connection.broken(error)

    def close(self) -> None:
        """Let the connection go; the next letter opens another."""
        idle, self._idle = self._idle, None
        if idle is not None:
            idle.quit_and_close()

    def _keep(self, connection: "_Connection", result: Result) -> Result:
        """Keep the connection where both ends are in step: after a success, or a refusal that stays on the line."""
        code = result.status or 0
        if code == 250 or (400 <= code < 600 and code != 421):
            self._idle, self._idle_since = connection, monotonic()
        else:
            connection.close()
        return result

    def _idle_or_new(self) -> "_Connection | Result":
        """Take the kept connection if the far end still holds it, else open one; a result where that fails."""
        idle, self._idle = self._idle, None
        if idle is not None:
            idle.allow(self._connect_timeout)
            if monotonic() - self._idle_since < self._idle_limit and not has_ended(idle.sock) and idle.is_clear():
                idle.allow(self._read_timeout)
                return idle
            idle.close()
        try:
            sock = socket.create_connection((self._host, self._port), self._connect_timeout)
        except (OSError, UnicodeError) as error:  # UnicodeError: a host's name that cannot be one
            return result_of(Phase.CONNECT, error)
        connection = _Connection(sock, hello=self._address.rpartition("@")[2])
        connection.allow(self._read_timeout)
        try:
            trouble = self._greet(connection) or (self._log_in(connection) if self._user else None)
        except (OSError, ValueError) as error:  # ValueError: a challenge that is not base64
            return connection.broken(error)
        if trouble:
            connection.close()
        return trouble or connection

    def _greet(self, connection: "_Connection") -> Result | None:
        """Exchange greetings, over TLS where it is asked for; return what went wrong, if anything."""
        if self._tls and self._security == "tls":
            connection.secure(self._tls, self._host)
        trouble = connection.hear("220") or connection.hear("250", connection.ehlo)
        if trouble or not self._tls or self._security == "tls":
            return trouble
        if not connection.has_extn("starttls"):
            return Result(Outcome.GATEWAY_STOPPED, "no_starttls")
        if trouble := connection.ask(Phase.CONNECT, "STARTTLS", "220"):
            return trouble
        connection.secure(self._tls, self._host)
        return connection.hear("250", connection.ehlo)  # what was said in plain text does not count

    def _log_in(self, connection: "_Connection") -> Result | None:
        """Log in by one of the ways the server offers; one only, so that a refusal counts once against a lock-out."""
        offered = connection.esmtp_features.get("auth", "").upper().split()
        ways = {"PLAIN": connection.auth_plain, "LOGIN": connection.auth_login}
        way = next((way for way in ways if way in offered), None)
        if way is None:
            return Result(Outcome.GATEWAY_STOPPED, "no_auth")
        connection.user, connection.password = self._user, self._password
        try:
            connection.auth(way, ways[way])
        except smtplib.SMTPAuthenticationError as error:
            return result_of(Phase.LOGIN, error.smtp_code)
        return None


class BadReply(smtplib.SMTPException):
    """The far end said something that is no SMTP, or spoke unasked."""


# One line of a reply: three digits, and a hyphen where more lines follow.
_REPLY_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)


class _Connection(smtplib.SMTP):
    """A connection that remembers how far a letter has come, keeps deadlines and believes only whole replies."""

    sock: socket.socket

    def __init__(self, sock: socket.socket, hello: str) -> None:
        super().__init__(local_hostname=hello)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the final dot must not wait for company
        self.sock = sock
        self.phase = Phase.CONNECT
        self._ends = 0.0
        self._received = b""

    def allow(self, seconds: float) -> None:
        """Set the deadline for all that is sent and read from now on."""
        self._ends = monotonic() + seconds

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Go on over TLS."""
        self.sock.settimeout(self._time_left())
        self.sock = context.wrap_socket(self.sock, server_hostname=host)

    def hear(self, wanted: str, speak: Callable[[], tuple[int, bytes]] | None = None) -> Result | None:
        """Read a reply of the greetings; return what another one than the wanted means."""
        code, _ = (speak or self.getreply)()
        return None if str(code).startswith(wanted) else result_of(self.phase, code)

    def ask(self, phase: Phase, command: str, wanted: str) -> Result | None:
        """Send a command; return what the reply means unless its code begins as wanted."""
        self.phase = phase
        return self.hear(wanted, lambda: self.docmd(command))

    def offer(self, sender: str, to: str) -> Result | None:
        """Name sender and recipient; return why not, or None where the far end waits for the body."""
        return (
            self.ask(Phase.MAIL, f"MAIL FROM:<{sender}>", "2")
            or self.ask(Phase.RCPT, f"RCPT TO:<{to}>", "2")
            or self.ask(Phase.DATA, "DATA", "354")
        )

    def hand_over(self, mail: bytes) -> Result:
        """Send the body, then the final dot, and return what the answer means."""
        self.phase = Phase.BODY
        self.send(re.sub(rb"(?m)^\.", b"..", mail))
        self.phase = Phase.ANSWER
        code, _ = self.docmd(".")
        return result_of(Phase.ANSWER, code)

    def broken(self, error: Exception) -> Result:
        """Close; return what an error means where it happened."""
        self.close()
        return result_of(self.phase, error)

    def is_clear(self) -> bool:
        """Tell whether a letter may begin here; ends what a refused one has left open."""
        if self.phase not in (Phase.RCPT, Phase.DATA):
            return True
        try:
            return self.docmd("RSET")[0] == 250
        except OSError:
            return False

    def quit_and_close(self) -> None:
        """Say goodbye, and wait for no answer."""
        self.allow(QUIT_TIMEOUT)
        try:
            self.putcmd("QUIT")
        except OSError:
            pass  # gone already
        self.close()

    def send(self, s: Any) -> None:
        """Send all of it before the deadline."""
        if self._received:
            raise BadReply  # said unasked, perhaps slipped in before TLS began, to be believed after it
        self.sock.settimeout(self._time_left())
        self.sock.sendall(s.encode("ascii") if isinstance(s, str) else s)

    def getreply(self) -> tuple[int, bytes]:
        """Read one whole reply before the deadline."""
        code, texts, size = b"", [], 0
        while True:
            line = self._read_line()
            size += len(line)
            found = _REPLY_LINE.fullmatch(line)
            if found is None or (code and found[1] != code) or size > REPLY_LIMIT:
                raise BadReply
            code = found[1]
            texts.append(found[3] or b"")
            if found[2] != b"-":
                return int(code), b"\n".join(texts)

    def _read_line(self) -> bytes:
        while b"\n" not in self._received:
            self.sock.settimeout(self._time_left())
            part = self.sock.recv(4096)
            if not part:
                raise smtplib.SMTPServerDisconnected
            self._received += part
            if len(self._received) > REPLY_LIMIT:
                raise BadReply
        line, _, self._received = self._received.partition(b"\n")
        return line.removesuffix(b"\r")

    def _time_left(self) -> float:
        left = self._ends - monotonic()
        if left <= 0:
            raise TimeoutError
        return left
