"""Far ends that misbehave: real sockets on this machine, each connection handled by one function of a test."""

import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

Behaviour = Callable[["FarEnd", socket.socket], None]


@dataclass
class FarEnd:
    """What one far end saw."""

    url: str
    bodies: list[bytes] = field(default_factory=list)  # received whole
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0
    head_arrived: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)

    def read_head(self, connection: socket.socket) -> bytes:
        """Read a request up to the end of its headers, and not one byte more."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = connection.recv(1)
            if not byte:
                raise ConnectionError
            head += byte
        self.heads.append(head)
        self.head_arrived.set()
        return head

    def read_request(self, connection: socket.socket) -> None:
        """Read one request whole; one that names no length has no body."""
        told = re.search(rb"\r\ncontent-length: *([0-9]+)", self.read_head(connection).lower())
        length = int(told[1]) if told else 0
        body = b""
        while len(body) < length:
            part = connection.recv(length - len(body))
            if not part:
                raise ConnectionError
            body += part
        self.bodies.append(body)


@contextmanager
def far_end(behaviour: Behaviour) -> Iterator[FarEnd]:
    """Listen on a free port and let `behaviour` handle each connection in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    end = FarEnd(url=f"http://127.0.0.1:{listener.getsockname()[1]}")

    def handle(connection: socket.socket) -> None:
        with connection:
            try:
                behaviour(end, connection)
            except OSError:
                pass  # the other side went first
        end.hung_up.set()

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            end.connections += 1
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield end
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def http(status: int, body: bytes = b"", content_type: str = "", **headers: str) -> bytes:
    """Return an answer in full; underscores in header names stand for hyphens."""
    lines = [f"HTTP/1.1 {status} Told", f"Content-Length: {len(body)}"]
    lines += [f"Content-Type: {content_type}"] if content_type else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def answers(*raw: bytes) -> Behaviour:
    """Read a request whole and send the next of these bytes, one after the other; then hang up."""

    def behave(end: FarEnd, connection: socket.socket) -> None:
        for answer in raw:
            end.read_request(connection)
            connection.sendall(answer)

    return behave


def hangs(end: FarEnd, connection: socket.socket) -> None:
    """Read a request whole and say nothing."""
    end.read_request(connection)
    connection.recv(1)


def hangs_up(end: FarEnd, connection: socket.socket) -> None:
    """Read a request whole and hang up without a word."""
    end.read_request(connection)


def resets(end: FarEnd, connection: socket.socket) -> None:
    """Read a request whole and reset the connection."""
    end.read_request(connection)
    reset(connection)


def resets_in_the_body(end: FarEnd, connection: socket.socket) -> None:
    """Reset the connection when the body is half here."""
    end.read_head(connection)
    connection.recv(100)
    reset(connection)


def drips(end: FarEnd, connection: socket.socket) -> None:
    """Answer with one byte at a time, for far too long."""
    end.read_request(connection)
    for byte in http(200, b"<Received/>") * 20:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def reset(connection: socket.socket) -> None:
    """End a connection by a reset, as a far end that crashes does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def over_tls(certificate: Path, behaviour: Behaviour) -> Behaviour:
    """Speak TLS with this certificate, then behave."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def behave(end: FarEnd, connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            behaviour(end, secured)

    return behave


def by_tls(end: FarEnd) -> str:
    """Return its address by the name in the certificate."""
    return end.url.replace("http://127.0.0.1", "https://localhost")
