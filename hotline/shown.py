"""The record that pages show: asked of the database, and remembered for when it is away."""

from collections.abc import Callable
from time import monotonic

from django.db import DatabaseError, InterfaceError
from psycopg_pool import PoolTimeout

from hotline.models import Hotline

SILENCE = 10  # seconds in which a database that did not answer an error page is not asked by another


class Shown:
    """What this process saw last. A page that must come out takes it where the database does not answer."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self.forget()

    def forget(self) -> None:
        """Begin as a new process does."""
        self._seen: Hotline | None = None
        self._silent_until = 0.0

    def now(self) -> Hotline:
        """Return the record of the database, or the built-in one. Raises what the database does."""
        current = Hotline.current()
        # The built-in one is not kept: it is made anew in the language of each page.
        self._seen = current if current.pk else None
        return current

    def at_any_rate(self, *, ask: bool) -> Hotline:
        """Return the record, or the one seen last, or the built-in one. It costs an error page no long wait."""
        if ask and self._clock() >= self._silent_until:
            try:
                return self.now()
            except (DatabaseError, InterfaceError, PoolTimeout):
                self._silent_until = self._clock() + SILENCE
        return self._seen or Hotline.built_in()


shown = Shown()
