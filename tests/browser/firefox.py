"""Debian's Firefox, which speaks WebDriver BiDi by itself (https://w3c.github.io/webdriver-bidi/)."""

import json
import os
import re
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.browser.driven import DrivenBrowser, NotNow

PROGRAM = Path(os.environ.get("FIREFOX", "/usr/bin/firefox-esr"))
# Nothing but what a test opens: no page of welcome, no look for updates or settings on the net.
PREFERENCES = {
    "remote.active-protocols": 1, "browser.startup.page": 0, "browser.shell.checkDefaultBrowser": False,
    "app.update.enabled": False, "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    "remote.events.async.enabled": False,  # a press is dispatched before the next command
    "general.smoothScroll": False,  # a target stays where it was found
    "extensions.update.enabled": False, "browser.safebrowsing.enabled": False,
    # What it still looks for by itself (settings, updates, media plugins) is no name to ask a server for: it is here.
    "network.dns.forceResolve": "127.0.0.1",
}


class Firefox:
    """The running program, and the one line to it."""

    def __init__(self, folder: Path) -> None:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
        self._program = subprocess.Popen(
            [PROGRAM, "--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, "HOME": str(folder)},
        )
        assert self._program.stderr
        found = None
        for line in self._program.stderr:
            found = re.search(r"WebDriver BiDi listening on (ws://\S+)", line)
            if found:
                break
        assert found, "Firefox ended before it listened"
        self._line: ClientConnection = connect(f"{found[1]}/session", max_size=None, legacy=True)
        self._last = 0
        self.ask("session.new", capabilities={})

    def tell(self, method: str, **params: Any) -> int:
        """Send a command without waiting; return its number."""
        self._last += 1
        self._line.send(json.dumps({"id": self._last, "method": method, "params": params}))
        return self._last

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result. Raises `NotNow` where Firefox refuses."""
        number = self.tell(method, **params)
        while True:
            answer: dict[str, Any] = json.loads(self._line.recv(timeout=20))
            if answer.get("id") == number:  # not an event, nor a late answer nobody waits for
                break
        if answer["type"] != "success":
            raise NotNow(answer["error"], answer["message"])
        result: dict[str, Any] = answer["result"]
        return result

    def new_visitor(self) -> "FirefoxTab":
        """Open a tab with cookies and storage of its own."""
        visitor = self.ask("browser.createUserContext")["userContext"]
        return FirefoxTab(self, visitor)

    def stop(self) -> None:
        """End the program."""
        self._line.close()
        self._program.kill()
        self._program.wait()


class FirefoxTab(DrivenBrowser):
    """One tab."""

    def __init__(self, firefox: Firefox, visitor: str) -> None:
        self._firefox, self._visitor = firefox, visitor
        self._tab = firefox.ask("browsingContext.create", type="tab", userContext=visitor)["context"]

    def open(self, url: str) -> None:
        """Begin to load."""
        self._firefox.ask("browsingContext.navigate", context=self._tab, url=url, wait="none")

    def back(self) -> None:
        """Press Back. Where there is no page before, nothing happens."""
        self._firefox.tell("browsingContext.traverseHistory", context=self._tab, delta=-1)

    def evaluate(self, expression: str) -> Any:
        """Evaluate, by way of JSON."""
        answer = self._firefox.ask(
            "script.evaluate", expression=f"JSON.stringify({expression})", target={"context": self._tab},
            awaitPromise=False,
        )
        if answer["type"] != "success":
            raise NotNow(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"].get("value", "null"))

    def act(self, source: dict[str, Any]) -> None:
        """Perform. A press that makes the page go may end its own actions."""
        with suppress(NotNow):
            self._firefox.ask("input.performActions", context=self._tab, actions=[source])

    def another_tab(self) -> "FirefoxTab":
        """Open."""
        return FirefoxTab(self._firefox, self._visitor)

    def close(self) -> None:
        """Close."""
        with suppress(NotNow):
            self._firefox.ask("browsingContext.close", context=self._tab)
