"""HTTP to a gateway, whatever is asked: where it listens, one deadline for an answer, and no endless answers."""

import io
import select
import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from actions.delivery.answers import ANSWER_LIMIT, Answer

CONNECT_TIMEOUT = 5.0  # seconds, for each address the name has
READ_TIMEOUT = 20.0  # seconds, for the whole answer


@dataclass(frozen=True)
class Host:
    """Where a gateway listens. The certificate of an https one is verified against the system's authorities."""

    name: str
    port: int | None
    tls: ssl.SSLContext | None

    @classmethod
    def at(cls, base_url: str) -> "Host":
        """Read scheme and host. Raises ValueError where there is more, or less."""
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError("a gateway's address is http or https and a host, without a path")
        return cls(parts.hostname, parts.port, ssl.create_default_context() if parts.scheme == "https" else None)

    def connection(self, timeout: float) -> HTTPConnection:
        """Return a connection, not yet connected. Its answers have to arrive within the time-out of its socket."""
        if self.tls is not None:
            made: HTTPConnection = HTTPSConnection(self.name, self.port, timeout=timeout, context=self.tls)
        else:
            made = HTTPConnection(self.name, self.port, timeout=timeout)
        made.response_class = _TimedResponse
        return made


def read_answer(response: HTTPResponse) -> Answer:
    """Read an answer, no further than ANSWER_LIMIT."""
    body = response.read(ANSWER_LIMIT + 1)
    return Answer(
        status=response.status,
        body=body[:ANSWER_LIMIT],
        content_type=response.getheader("Content-Type", ""),
        retry_after=response.getheader("Retry-After", ""),
        is_whole=len(body) <= ANSWER_LIMIT and not response.length,
    )


class _TimedReader(io.RawIOBase):
    """Reads a socket under one deadline for all it reads: a far end that drips cannot hold a worker."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._ends = monotonic() + (sock.gettimeout() or READ_TIMEOUT)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._ends - monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """An answer whose head and body together must arrive within the time-out of its socket."""

    def __init__(self, sock: socket.socket, *args: object, **options: object) -> None:
        super().__init__(sock, *args, **options)  # type: ignore[arg-type]  # passed on as they come
        self.fp.close()
        self.fp = io.BufferedReader(_TimedReader(sock))


def has_ended(sock: socket.socket) -> bool:
    """Tell whether the far end has hung up, or said something unasked: either way nothing new goes here."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))
