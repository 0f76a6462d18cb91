"""The test gateway: a real HTTP server that stands in for both chambers of Congress.

It answers at the addresses of CWC 2.0, checks each letter as an office would, drops repeats and remembers
what it took across restarts. Demonstrations run it as a process, tests also inside a thread.
"""

import json
import os
import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR, socket
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from actions.delivery.cwc_xml import Parsed, parse_and_check
from actions.delivery.fields import Chamber

BODY_LIMIT = 1_048_576  # bytes of one letter
KEPT_BODIES = 64 * 1_048_576  # bytes of letters held in memory; the oldest go first
ACCEPTED = {Chamber.HOUSE: 200, Chamber.SENATE: 201}


@dataclass(frozen=True)
class Route:
    """One address that takes letters."""

    chamber: Chamber
    keeps: bool  # False: the letter is checked and forgotten


POSTS = {
    "/v2/message": Route(Chamber.HOUSE, keeps=True),
    "/v2/validate": Route(Chamber.HOUSE, keeps=False),
    "/api/production-messages/": Route(Chamber.SENATE, keeps=True),
    "/api/testing-messages/": Route(Chamber.SENATE, keeps=False),
}


@dataclass(frozen=True)
class Receipt:
    """One letter that was taken: all that is kept of it on disk."""

    delivery_id: str
    office: str
    chamber: str


@dataclass
class Store:
    """What the gateway holds: `received.jsonl`, one line for each letter that arrived whole, and recent bodies.

    A line is on the disk before its letter is answered. It holds ids and offices, nothing personal.
    """

    directory: Path
    keep_repeats: bool = False
    receipts: list[Receipt] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.path = self.directory / "received.jsonl"
        self._lock = threading.Lock()
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._held_bytes = 0
        before = self.path.read_bytes() if self.path.exists() else b""
        for line in before.splitlines():
            self._remember(line)
        self._known = {(receipt.chamber, receipt.delivery_id) for receipt in self.receipts}
        self._log: BinaryIO = self.path.open("ab")
        if before and not before.endswith(b"\n"):
            self._log.write(b"\n")  # a process that was killed left half a line

    def take(self, chamber: Chamber, letter: Parsed, body: bytes) -> int:
        """Keep a letter that passed every check, unless it is a repeat; return the status of the answer."""
        with self._lock:
            if (chamber, letter.delivery_id) in self._known and not self.keep_repeats:
                self._write(chamber, HTTPStatus.CONFLICT, letter)
                return HTTPStatus.CONFLICT
            self._write(chamber, ACCEPTED[chamber], letter)
            self._known.add((chamber, letter.delivery_id))
            self.receipts.append(Receipt(letter.delivery_id, letter.office, chamber))
            self._hold(letter.delivery_id, body)
            return ACCEPTED[chamber]

    def refuse(self, chamber: Chamber, status: int) -> None:
        """Write down that a letter arrived whole and was turned away."""
        with self._lock:
            self._write(chamber, status, None)

    def body(self, delivery_id: str) -> bytes | None:
        """Return the XML of a letter while it is in memory."""
        return self._bodies.get(delivery_id)

    def close(self) -> None:
        """Let the log go."""
        with self._lock:
            self._log.close()

    def _hold(self, delivery_id: str, body: bytes) -> None:
        self._held_bytes += len(body) - len(self._bodies.pop(delivery_id, b""))
        self._bodies[delivery_id] = body
        while self._held_bytes > KEPT_BODIES:
            self._held_bytes -= len(self._bodies.popitem(last=False)[1])

    def _write(self, chamber: Chamber, status: int, letter: Parsed | None) -> None:
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "chamber": chamber,
            "delivery_id": letter.delivery_id if letter else None,
            "office": letter.office if letter else None,
            "status": int(status),
        }
        self._log.write(json.dumps(line).encode() + b"\n")
        self._log.flush()
        os.fsync(self._log.fileno())

    def _remember(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
        except ValueError:
            return
        if entry["status"] == ACCEPTED[Chamber(entry["chamber"])]:
            self.receipts.append(Receipt(entry["delivery_id"], entry["office"], entry["chamber"]))


class Gateway(ThreadingHTTPServer):
    """The server. `url` says where it listens; `stop` cuts every connection and returns."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        directory: Path,
        *,
        offices: Collection[str],
        keys: Mapping[Chamber, str],
        keep_repeats: bool = False,
        delay: float = 0.0,
        host: str = "127.0.0.1",
        port: int = 0,
        note: str = "",
    ) -> None:
        super().__init__((host, port), _Handler)
        self.offices: Collection[str] = frozenset(offices)  # another collection may take its place at any time
        self.note = note  # a sentence for the page
        self.keys = dict(keys)
        self.delay = delay  # seconds between the whole letter and the answer
        self.store = Store(directory, keep_repeats)
        self.stopped = threading.Event()
        self.connections_taken = 0
        self._open: set[socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://{self.server_address[0]!s}:{self.server_port}"

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and cut what is open; what was taken is on disk."""
        self.stopped.set()
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            try:
                connection.shutdown(SHUT_RDWR)
            except OSError:
                continue  # gone already
        self.store.close()

    def get_request(self) -> tuple[socket, Any]:
        """Accept a connection and keep it in sight, so that `stop` can end it."""
        connection, address = super().get_request()
        self._open.add(connection)
        self.connections_taken += 1
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """End one connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away, nor of what `stop` cut off."""
        if not self.stopped.is_set():
            super().handle_error(request, client_address)


@contextmanager
def running_gateway(
    directory: Path,
    *,
    offices: Collection[str],
    keys: Mapping[Chamber, str],
    keep_repeats: bool = False,
    delay: float = 0.0,
    host: str = "127.0.0.1",
    port: int = 0,
    note: str = "",
) -> Iterator[Gateway]:
    """Serve while the block lasts; `directory` holds the memory of it and may be used again."""
    gateway = Gateway(
        directory, offices=offices, keys=keys, keep_repeats=keep_repeats, delay=delay, host=host, port=port, note=note
    )
    gateway.start()
    try:
        yield gateway
    finally:
        gateway.stop()


class _Handler(BaseHTTPRequestHandler):
    """One connection, kept alive."""

    server: Gateway
    protocol_version = "HTTP/1.1"
    server_version = "TestGateway"
    sys_version = ""
    timeout = 60  # seconds of silence
    wbufsize = -1  # one packet an answer
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Show what is held, and which offices take part."""
        path = urlsplit(self.path).path
        store = self.server.store
        if path == "/":
            self._answer(200, _page(self.server), "text/html; charset=utf-8")
        elif path == "/held.json":
            receipts = [vars(receipt) for receipt in store.receipts]
            self._answer_json({"count": len(receipts), "messages": receipts})
        elif (held := re.fullmatch(r"/held/([a-zA-Z0-9]{32})\.xml", path)) and (body := store.body(held[1])):
            self._answer(200, body, "application/xml")
        elif path == "/v2/offices" and self._knows_key(Chamber.HOUSE):
            self._answer_json(sorted(code for code in self.server.offices if code.startswith("H")))
        elif path == "/api/active_offices" and self._knows_key(Chamber.SENATE):
            codes = sorted(code for code in self.server.offices if code.startswith("S"))
            self._answer_json([{"name": f"Office {code}", "office_code": code} for code in codes])
        else:
            self._answer(403 if path in ("/v2/offices", "/api/active_offices") else 404)

    def do_POST(self) -> None:
        """Take one letter, or say why not."""
        route = POSTS.get(urlsplit(self.path).path)
        length = self.headers.get("Content-Length", "")
        told = re.fullmatch("[0-9]{1,12}", length)
        if route is None or told is None or int(length) > BODY_LIMIT:
            self.close_connection = True  # its body was not read
            self._answer(404 if route is None else 413 if told else 411)
            return
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True  # hung up half-way: nothing arrived
            return
        status, texts = self._judge(route, body)
        self.server.stopped.wait(self.server.delay)
        self._answer(status, _errors(texts) if texts else b"", "application/xml")

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the request line holds the key. `received.jsonl` says what arrived."""

    def _judge(self, route: Route, body: bytes) -> tuple[int, list[str]]:
        """Return the status of the answer and the texts of its errors; keep the letter where it is good."""
        chamber, store = route.chamber, self.server.store
        if not self._knows_key(chamber):
            status, texts = 403 if "apikey=" in self.path else 401, ["This key is not known here"]
        elif self.headers.get_content_type() != "application/xml":
            status, texts = 415, ["The body must be application/xml"]
        else:
            letter = parse_and_check(body, chamber)
            if isinstance(letter, list):
                status, texts = 400, [str(problem) for problem in letter]
            elif letter.office not in self.server.offices:
                status, texts = 400, [f"Delivery is not enabled for {letter.office}"]
            elif not route.keeps:
                return 200, []
            elif (status := store.take(chamber, letter, body)) == HTTPStatus.CONFLICT:
                return status, ["This DeliveryId was taken before"]
            else:
                return status, []
        if route.keeps:
            store.refuse(chamber, status)
        return status, texts

    def _knows_key(self, chamber: Chamber) -> bool:
        given = parse_qs(urlsplit(self.path).query).get("apikey", [""])
        return given == [self.server.keys[chamber]]

    def _answer_json(self, data: object) -> None:
        self._answer(200, json.dumps(data).encode(), "application/json")

    def _answer(self, status: int, body: bytes = b"", content_type: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if body:
            self.send_header("Content-Type", content_type)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def _errors(texts: list[str]) -> bytes:
    root = etree.Element("Errors")
    for text in texts:
        etree.SubElement(root, "Error").text = text
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _page(gateway: Gateway) -> bytes:
    """Return the plain page for whoever runs a demonstration."""
    held = Counter(receipt.office for receipt in list(gateway.store.receipts))
    rows = "\n".join(f"<tr><td>{escape(office)}<td>{count}" for office, count in sorted(held.items()))
    note = f"<p>{escape(gateway.note)}" if gateway.note else ""
    page = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Test gateway</title>
<h1>Test gateway</h1>
<p>This stands in for the House and the Senate. Nothing here reaches Congress.
<p>Active offices: {len(gateway.offices)}. Letters held: {held.total()} (<a href="/held.json">as JSON</a>).
{note}
<table><tr><th>Office<th>Letters
{rows}
</table></html>
"""
    return page.encode()
