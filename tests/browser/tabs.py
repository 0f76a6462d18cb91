"""A browser tab as its Back button sees it. Playwright's own `go_back` waits for ever on a page that was kept."""

from contextlib import suppress
from time import monotonic
from typing import Any

from playwright.sync_api import Error, Page


class Tab:
    """The list of pages behind the Back button of one tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._goal: int | None = None  # where the last press of Back leads: a place in the list

    @property
    def entries(self) -> list[str]:
        """The addresses that Back and Forward know, oldest first."""
        return [entry["url"] for entry in self._history()["entries"]]

    @property
    def address(self) -> str:
        """The address of the page in sight."""
        history = self._history()
        return str(history["entries"][history["currentIndex"]]["url"])

    def back(self) -> bool:
        """Press Back once, without waiting. False where there is no page before."""
        history = self._history()
        if not history["currentIndex"]:
            return False
        self._goal = history["currentIndex"] - 1
        before = history["entries"][self._goal]
        self.send("Page.navigateToHistoryEntry", {"entryId": before["id"]})
        return True

    def settle(self, *beginnings: str, seconds: float = 10) -> None:
        """Wait until the address in sight begins with one of these, and has loaded. Raises `AssertionError` if not."""
        end = monotonic() + seconds
        while monotonic() < end:
            with suppress(Error):  # one page goes, another comes
                if self._has_arrived(beginnings) and self.page.evaluate("document.readyState") == "complete":
                    return
            self.page.wait_for_timeout(20)
        raise AssertionError(self.entries)

    def _has_arrived(self, beginnings: tuple[str, ...]) -> bool:
        history = self._history()
        place = history["currentIndex"]
        return self._goal in (None, place) and str(history["entries"][place]["url"]).startswith(beginnings)

    def send(self, command: str, arguments: dict[str, Any] | None = None) -> Any:
        """Return what the browser answers to one command of the DevTools protocol."""
        # A new session each time: a page of another website has another process.
        client = self.page.context.new_cdp_session(self.page)
        answer = client.send(command, arguments)
        client.detach()
        return answer

    def _history(self) -> Any:
        return self.send("Page.getNavigationHistory")
