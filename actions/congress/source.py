"""Where data files come from: a directory, or an address on the web. Nothing here trusts the far end."""

import http.client
import ssl
import time
from pathlib import Path
from typing import IO, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

LARGEST_FILE = 20_000_000  # bytes; the largest we know has 1.5 million
TIMEOUT = 10  # seconds for connecting and for each read
PATIENCE = 60  # seconds for one whole file
CHUNK = 65_536  # bytes
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class BadData(Exception):
    """Data that must not be used. The text is for staff: what is wrong, and in which file."""


class Source(Protocol):
    """A place that has files by name."""

    def read(self, name: str) -> bytes | None:
        """Return a whole file, None where there is none of this name; raises `BadData` for trouble."""
        ...

    def where(self, name: str) -> str:
        """Return where a file of this name would be, for the record."""
        ...


class Directory:
    """Files beside each other on this machine."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise BadData(f"There is no directory {path}.")
        self.path = path

    def where(self, name: str) -> str:
        """Return the file's path."""
        return str(self.path / name)

    def read(self, name: str) -> bytes | None:
        """Return the file's bytes, None where it is not there."""
        try:
            with (self.path / name).open("rb") as file:
                content = file.read(LARGEST_FILE + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BadData(f"{name} cannot be read: {error.strerror}.") from error
        if len(content) > LARGEST_FILE:
            raise _too_large(name)
        return content


class Website:
    """Files below one address. A redirect is refused: it may lead to somebody else's."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise BadData("The address must begin with https://, so that nobody can change the files on the way.")
        self.address = address.rstrip("/")
        self.opener = _opener()

    def where(self, name: str) -> str:
        """Return the file's address."""
        return f"{self.address}/{name}"

    def read(self, name: str) -> bytes | None:
        """Return what the address answers, None for 404."""
        request = Request(self.where(name), headers={"User-Agent": "polaris-site"})  # noqa: S310 the scheme is checked above
        try:
            with self.opener.open(request, timeout=TIMEOUT) as answer:
                return _whole(name, answer, answer.headers.get("Content-Length"))
        except HTTPError as error:
            if error.code == http.HTTPStatus.NOT_FOUND:
                return None
            raise BadData(f"{name}: the server answered with status {error.code}.") from error
        except URLError as error:
            certificate = isinstance(error.reason, ssl.SSLCertVerificationError)
            reason = "its certificate is not trusted" if certificate else type(error.reason).__name__
            raise BadData(f"{name}: the server cannot be reached ({reason}).") from error
        except (OSError, http.client.HTTPException) as error:
            raise BadData(f"{name}: the download broke off ({type(error).__name__}).") from error


class _NoRedirect(HTTPRedirectHandler):
    """Leaves a redirect as the error it is for us."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> None:
        """Follow nothing."""


def _opener() -> OpenerDirector:
    return build_opener(_NoRedirect)


def _too_large(name: str) -> BadData:
    return BadData(f"{name} is larger than {LARGEST_FILE // 1_000_000} MB.")


def _whole(name: str, answer: IO[bytes], announced: str | None) -> bytes:
    """Read to the end within the limits; a body shorter than announced counts as broken off."""
    if announced and announced.isdecimal() and int(announced) > LARGEST_FILE:
        raise _too_large(name)
    content = bytearray()
    deadline = time.monotonic() + PATIENCE
    while chunk := answer.read(CHUNK):
        content += chunk
        if len(content) > LARGEST_FILE:
            raise _too_large(name)
        if time.monotonic() > deadline:
            raise BadData(f"{name}: the download took longer than {PATIENCE} seconds.")
    if announced and announced.isdecimal() and len(content) != int(announced):
        raise BadData(f"{name}: the download broke off after {len(content)} of {announced} bytes.")
    return bytes(content)


def source_at(place: str) -> Source:
    """Return the directory or the website that `place` names."""
    if "://" in place:
        return Website(place)
    return Directory(Path(place))
