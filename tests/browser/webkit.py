"""WebKit as Debian builds it (webkit2gtk-driver), over WebDriver (https://www.w3.org/TR/webdriver2/)."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Any

import requests

from tests.browser.driven import DrivenBrowser, NotNow

PROGRAM = Path(os.environ.get("WEBKIT_DRIVER", "/usr/bin/WebKitWebDriver"))
SCREEN = Path("/usr/bin/Xvfb")


def mini_browser() -> Path | None:
    """Return the browser that the driver drives: it lies where WebKit's library does."""
    return next(iter(sorted(Path("/usr/lib").glob("*/webkit2gtk-*/MiniBrowser"))), None)


class WebKit:
    """The driver, on a screen of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self._screen = subprocess.Popen(
            [SCREEN, "-displayfd", "1", "-screen", "0", "1000x900x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        assert self._screen.stdout
        display = self._screen.stdout.readline().strip()
        environment = os.environ | {
            "DISPLAY": f":{display}", "HOME": str(folder), "LIBGL_ALWAYS_SOFTWARE": "1",
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # a container may allow no sandbox; pages are ours alone
        }
        self._driver = subprocess.Popen(
            [PROGRAM, f"--port={port}", "--host=127.0.0.1"], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self._address = f"http://127.0.0.1:{port}"
        self._http = requests.Session()
        for _ in range(200):
            with suppress(requests.ConnectionError):
                self._http.get(f"{self._address}/status", timeout=5)
                break
            sleep(0.05)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send a command and return its value. Raises `NotNow` where the driver refuses."""
        answer = self._http.request(method, self._address + path, json=body, timeout=30)
        value = answer.json()["value"]
        if not answer.ok:
            raise NotNow(value["error"], value["message"])
        return value

    def new_visitor(self) -> "WebKitTab":
        """Open a browser with nothing in it."""
        wanted = {"browserName": "MiniBrowser", "pageLoadStrategy": "none", "webkitgtk:browserOptions": {
            "binary": str(mini_browser()), "args": ["--automation"],
        }}
        session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        return WebKitTab(self, f"/session/{session}")

    def stop(self) -> None:
        """End the programs."""
        for program in (self._driver, self._screen):
            program.terminate()
            program.wait()


class WebKitTab(DrivenBrowser):
    """One tab of one visitor."""

    def __init__(self, webkit: WebKit, session: str) -> None:
        self._webkit, self._session = webkit, session
        self._window = webkit.ask("GET", f"{session}/window")
        self._is_first = True

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        if self._webkit.ask("GET", f"{self._session}/window") != self._window:
            self._webkit.ask("POST", f"{self._session}/window", {"handle": self._window})
        return self._webkit.ask(method, self._session + path, body)

    def open(self, url: str) -> None:
        """Begin to load."""
        self._ask("POST", "/url", {"url": url})

    def back(self) -> None:
        """Press Back. Where there is no page before, nothing happens."""
        self._ask("POST", "/back", {})

    def evaluate(self, expression: str) -> Any:
        """Evaluate."""
        return self._ask("POST", "/execute/sync", {"script": f"return ({expression})", "args": []})

    def act(self, source: dict[str, Any]) -> None:
        """Perform. A press that makes the page go may end its own actions."""
        with suppress(NotNow):
            self._ask("POST", "/actions", {"actions": [source]})

    def another_tab(self) -> "WebKitTab":
        """Open."""
        tab = WebKitTab(self._webkit, self._session)
        tab._window = self._ask("POST", "/window/new", {"type": "tab"})["handle"]
        tab._is_first = False
        return tab

    def close(self) -> None:
        """Close the whole browser with its first tab."""
        if self._is_first:
            self._webkit.ask("DELETE", self._session)
        else:
            self._ask("DELETE", "/window")
