"""Files from the web: whole and from where we asked, or not at all."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from actions.congress.loading import load, read_files
from actions.congress.models import Dataset
from actions.congress.source import LARGEST_FILE, BadData, Directory, Website, source_at
from tests.congress.published import NOW

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def website(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Run a real server that answers every GET by `answer`; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}/data/"
        server.shutdown()


def send(status: int, body: bytes = b"", **headers: str) -> Answer:
    """Return an answer with the headers as given; none is added."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def files_of(directory: Path) -> Answer:
    """Return an answer that serves a directory below /data/."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        file = directory / Path(handler.path).name
        if not handler.path.startswith("/data/") or not file.is_file():
            return send(404)(handler)
        return send(200, file.read_bytes(), Content_Length=str(file.stat().st_size))(handler)

    return answer


@pytest.mark.django_db
def test_files_below_an_address_load_like_a_directory(published: Path) -> None:
    with website(files_of(published)) as address:
        load(read_files(source_at(address), NOW), NOW)

    sources = set(Dataset.objects.values_list("source", flat=True))
    assert sources == {
        f"{address}legislators-current.json", f"{address}zip_districts_119.csv", f"{address}zip3_states.csv",
    }


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (send(500), "status 500"),
        (send(302, Location="https://example.org/"), "status 302"),
        (send(200, b"[1, 2", Content_Length="600"), "broke off after 5 of 600 bytes"),
        (send(200, b"", Content_Length=str(LARGEST_FILE + 1)), "larger than 20 MB"),
        (send(200, b" " * (LARGEST_FILE + 1)), "larger than 20 MB"),
        (send(200, b"5\r\nab", Transfer_Encoding="chunked"), "broke off"),
        (lambda handler: handler.wfile.write(b"not HTTP at all\r\n\r\n"), "broke off"),
        (lambda handler: handler.connection.close(), "cannot be reached|broke off"),
    ],
)  # fmt: skip
def test_half_or_strange_answers_are_refused_in_words(answer: Answer, why: str) -> None:
    with website(answer) as address, pytest.raises(BadData, match=f"x.json.*({why})"):
        Website(address).read("x.json")


def test_missing_file_is_no_trouble_in_itself(tmp_path: Path) -> None:
    with website(send(404)) as address:
        assert Website(address).read("x.json") is None
    assert Directory(tmp_path).read("x.json") is None


def test_server_that_is_gone_is_said_so() -> None:
    with socket.socket() as bound:  # and not listening, so that nobody else can be there
        bound.bind(("127.0.0.1", 0))

        with pytest.raises(BadData, match="cannot be reached"):
            Website(f"http://127.0.0.1:{bound.getsockname()[1]}/").read("x.json")


def test_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    with website(send(200, b"[]"), context) as address, pytest.raises(BadData, match="certificate is not trusted"):
        Website(address).read("x.json")


@pytest.mark.parametrize("place", ["http://example.org/data/", "ftp://example.org/", "file:///etc/"])
def test_address_without_encryption_is_refused(place: str) -> None:
    with pytest.raises(BadData, match="https://"):
        source_at(place)


def test_directory_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="no directory"):
        source_at(str(tmp_path / "gone"))
