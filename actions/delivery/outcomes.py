"""What can become of one try to deliver a letter, whatever the far end said."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from actions.delivery.letter import Letter


class Outcome(StrEnum):
    """The few outcomes every transport maps its answers to."""

    DELIVERED = "delivered"  # the office's system accepted it
    REFUSED = "refused"  # the office's system will never take this letter
    NOT_ENABLED = "not_enabled"  # this office takes nothing this way; the gateway and the letter are fine
    TRY_LATER = "try_later"  # nothing was taken; the same bytes may go again
    UNKNOWN = "unknown"  # the whole letter may have been taken; again only where the far end drops repeats
    GATEWAY_STOPPED = "gateway_stopped"  # the gateway refuses us, not the letter


@dataclass(frozen=True)
class Result:
    """One try: its outcome and what staff may be told. Never an address, a key or a body."""

    outcome: Outcome
    error: str = ""  # a class of error, such as "http_503" or "connect_timeout"
    status: int | None = None  # the HTTP status, where there was one
    retry_after: int | None = None  # seconds, where the far end asked for it


class BodyStarts(Protocol):
    """Called just before the body of a letter leaves; what it commits then is true whatever happens next."""

    def __call__(self) -> None: ...


class Transport(Protocol):
    """One way to reach offices. Kept open over a batch; `close` ends its connection."""

    def deliver(self, letter: Letter, *, attempt: int, body_starts: BodyStarts) -> Result:
        """Try once to deliver; `attempt` counts from 1. Raises nothing for what a far end may do."""
        ...

    def close(self) -> None:
        """Let the connection go."""
        ...
