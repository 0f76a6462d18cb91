"""Where each page stands: its Spanish words as they are now, beside who read which words and found them right."""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import NamedTuple

from campaigns.models import SpanishReview
from polaris_site.spanish import Page, pages

LASTS = 60  # seconds a process goes by what it saw: pages ask the database no more often than that


class Standing(NamedTuple):
    """One page, and what was said of it."""

    page: Page
    review: SpanishReview | None  # the newest of exactly these words
    earlier: SpanishReview | None  # the newest of all, whatever the words were then

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to read it."""
        return self.page.asked and self.review is None


def standings() -> Iterator[Standing]:
    """Every page in the order of review, and where it stands."""
    of_words: dict[tuple[str, str], SpanishReview] = {}
    of_page: dict[str, SpanishReview] = {}
    for review in SpanishReview.objects.order_by("pk"):
        of_words[review.page, review.fingerprint] = of_page[review.page] = review
    for page in pages():
        yield Standing(page, of_words.get((page.key, page.fingerprint)), of_page.get(page.key))


class Checked:
    """Whether every page was read by somebody, as this process saw it last."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self.forget()

    def forget(self) -> None:
        """Ask anew the next time."""
        self._seen: bool | None = None
        self._ask_at = 0.0

    def now(self) -> bool:
        """Tell it. Until all is read this costs a query a minute; afterwards what staff wrote is looked at too."""
        if self._seen is None or self._clock() >= self._ask_at:
            self._seen = not any(one.is_open for one in standings())
            self._ask_at = self._clock() + LASTS
        return self._seen


checked = Checked()
