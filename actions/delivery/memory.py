"""A transport for tests: letters end in a list."""

from typing import ClassVar

from actions.delivery.letter import Letter
from actions.delivery.outcomes import BodyStarts, Outcome, Result


class MemoryTransport:
    """Keeps letters in a list and gives the answer it was made with. Like Django's locmem email backend."""

    outbox: ClassVar[list[Letter]] = []

    def __init__(self, answer: Outcome = Outcome.DELIVERED) -> None:
        self.answer = answer

    def deliver(self, letter: Letter, *, attempt: int, body_starts: BodyStarts) -> Result:
        """Put the letter into `outbox` and return the answer."""
        body_starts()
        self.outbox.append(letter)
        return Result(self.answer)

    def close(self) -> None:
        """Nothing to let go."""
