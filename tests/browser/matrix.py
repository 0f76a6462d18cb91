"""How many ways each state is looked at: one, or with TEST_MATRIX=all every language, colour scheme and size."""

import os
from collections.abc import Iterator
from typing import Literal

from playwright.sync_api import Page

Scheme = Literal["light", "dark"]
ALL = os.environ.get("TEST_MATRIX") == "all"

LANGUAGES = ["en", "es"] if ALL else ["en"]
SCHEMES: list[Scheme] = ["light", "dark"] if ALL else ["light"]
SIZES = [(390, 844), (320, 568), (1280, 800)] if ALL else [(390, 844)]


def each_look(page: Page) -> Iterator[str]:
    """Put the page, as it is, into each size and colour scheme in turn and return what that is."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            yield f"{width}x{height} {scheme}"
