"""What the tests ask of a browser that Playwright does not drive: a few verbs, the same for each."""

import json
from abc import ABC, abstractmethod
from time import monotonic, sleep
from typing import Any

KEYS = {"Shift": "\ue008", "Tab": "\ue004", "Enter": "\ue007"}  # code points of the WebDriver standard


class NotNow(Exception):
    """The page could not answer: one goes and another comes."""


class DrivenBrowser(ABC):
    """One tab of a real browser. Pointer and keys are the browser's own events, not calls of the page's functions."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Begin to load an address, as if it had been typed."""

    @abstractmethod
    def back(self) -> None:
        """Press Back once, without waiting for what comes."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page. Raises `NotNow` between two pages."""

    @abstractmethod
    def act(self, source: dict[str, Any]) -> None:
        """Perform one source of input actions, as the WebDriver standard writes them."""

    @abstractmethod
    def another_tab(self) -> "DrivenBrowser":
        """Open a second tab of the same visitor."""

    @abstractmethod
    def close(self) -> None:
        """Close the tab."""

    def wait_for(self, condition: str, seconds: float = 20, times: int = 1) -> None:
        """Wait until a JavaScript expression holds, so many looks in a row.

        Raises `AssertionError` with the page's text when it does not.
        """
        end, held = monotonic() + seconds, 0
        while monotonic() < end:
            try:
                held = held + 1 if self.evaluate(f"Boolean({condition})") else 0
            except NotNow:
                held = 0
            if held == times:
                return
            sleep(0.03)
        shown = self.evaluate("location.href + '\\n' + document.body.innerText")
        raise AssertionError(f"{condition} did not hold at {shown}")

    def wait_for_text(self, text: str) -> None:
        """Wait until the page shows these words."""
        self.wait_for(f"document.body && document.body.innerText.includes({json.dumps(text)})")

    def goto(self, url: str) -> None:
        """Load an address and wait until it is there."""
        self.open(url)
        self.wait_for(f"location.href === {json.dumps(url)} && document.readyState === 'complete'")

    def click(self, css: str) -> None:
        """Press the left button in the middle of an element that stays where it is, such as one of the bar."""
        self.wait_for(f"document.querySelector({json.dumps(css)})")
        x, y = self.evaluate(
            "(box => [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)])"
            f"(document.querySelector({json.dumps(css)}).getBoundingClientRect())"
        )
        self.act({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [
            {"type": "pointerMove", "x": x, "y": y, "duration": 0},
            {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0},
        ]})

    def focus(self, css: str) -> None:
        """Give the keyboard to the first element that fits and can be seen. A browser may scroll after it, in its own
        time, which a pointer would miss and a key does not."""
        one = f"[...document.querySelectorAll({json.dumps(css)})].find(one => one.getClientRects().length)"
        self.wait_for(one)
        self.evaluate(f"({one}.focus(), true)")
        self.wait_for(f"document.activeElement.matches({json.dumps(css)})")

    def push(self, css: str) -> None:
        """Push a button by the keyboard."""
        self.focus(css)
        self.press("Enter")

    def press(self, *keys: str) -> None:
        """Press keys one after the other: names of `KEYS`, or characters."""
        actions = [
            {"type": kind, "value": KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")
        ]
        self.act({"type": "key", "id": "keyboard", "actions": actions})

    def type(self, css: str, text: str) -> None:
        """Type into a field."""
        self.focus(css)
        self.press(*text)
        self.wait_for(f"document.activeElement.value?.includes({json.dumps(text)})")
