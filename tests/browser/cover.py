"""The other website that Quick Exit leads to: a second server of this machine."""

from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep, time


class Cover(ThreadingHTTPServer):
    """The other website: one page, and what each visitor's browser said about where it came from."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Weather)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.referrers: list[str | None] = []
        self.asked_at: list[float] = []  # seconds since 1970
        self.seconds = 0.0  # how long it takes to answer
        self.answered = 0


class Weather(BaseHTTPRequestHandler):
    """Answers every request with that page, after the site's `seconds`."""

    server: Cover

    def do_GET(self) -> None:
        """Answer."""
        if self.path == "/":
            self.server.asked_at.append(time())
            self.server.referrers.append(self.headers.get("Referer"))
        sleep(self.server.seconds)
        self.server.answered += 1
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):  # a load that was stopped
            self.wfile.write(b"<title>Weather</title><h1>Sunny</h1>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""
