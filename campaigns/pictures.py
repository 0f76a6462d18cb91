"""Pictures of campaigns as the site serves them: what each is drawn from, and a shelf of what has been drawn."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from threading import Lock
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language, gettext
from modeltranslation.utils import build_localized_fieldname

from campaigns.drawing import SIZES, as_png, as_svg, as_webp, draw
from campaigns.models import Campaign, Design, Graphic, Organisation, Status

# Goes up when the same words are drawn another way, so that nobody keeps the older picture.
DRAWN_AS = 1
SHELF_ROOM = 32_000_000  # bytes a process keeps; a picture takes about 100,000
OWN = "own"  # the one size of a picture that staff uploaded
TYPES = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
# Sizes and forms one may ask for; the small one is for the page where people choose.
DRAWN = {(size, form) for size in SIZES for form in ("svg", "png")} | {("square", "webp")}


class Said(NamedTuple):
    """The words of a graphic in one language, all of them."""

    headline: str
    words: str
    alt: str
    caption: str
    language: str


def said_by(graphic: Graphic) -> Said:
    """Return a graphic's words in the reader's language; in English, as a whole, where one is not translated yet."""
    language = get_language() or settings.LANGUAGE_CODE
    names = ("headline", "words", "alt", "caption")

    def in_language(code: str) -> dict[str, str]:
        return {name: getattr(graphic, build_localized_fieldname(name, code)) or "" for name in names}

    found, english = in_language(language), in_language(settings.LANGUAGE_CODE)
    if all(found[name] or not english[name] for name in names):
        return Said(**found, language=language)
    return Said(**english, language=settings.LANGUAGE_CODE)


@dataclass(frozen=True)
class Drawing:
    """Everything one picture is drawn from: the same words make the same picture."""

    size: str
    form: str
    design: str
    headline: str
    words: str
    description: str
    language: str
    organisation: str
    address: str

    @property
    def key(self) -> str:
        """Return the name of exactly this picture, for the shelf and for browsers."""
        return hashlib.sha256(json.dumps([DRAWN_AS, asdict(self)]).encode()).hexdigest()[:32]

    def file(self) -> bytes:
        """Return the picture, drawn now or before."""
        return shelf.get(self.key, partial(_drawn, self))


def _drawn(drawing: Drawing) -> bytes:
    picture = draw(
        drawing.size, drawing.design, drawing.headline, drawing.words, drawing.organisation, drawing.address
    )
    if drawing.form == "svg":
        return as_svg(picture, drawing.headline, drawing.description, drawing.language)
    return as_webp(picture) if drawing.form == "webp" else as_png(picture)


def drawing_of(graphic: Graphic, size: str, form: str) -> Drawing:
    """Return what a graphic is drawn from, in the reader's language."""
    said = said_by(graphic)
    return Drawing(
        size, form, graphic.design, said.headline, said.words, said.alt, said.language, _whose(), _address()
    )


def picture_of(campaign: Campaign | None) -> Drawing:
    """Return what the picture of a shared link is drawn from: a campaign's, or that of the site."""
    headline = campaign.title if campaign else gettext("Take Action")
    won = campaign is not None and campaign.status == Status.WON
    return Drawing(
        "wide", "png", Design.DAY if won else Design.NIGHT, headline, "", described(campaign),
        get_language() or settings.LANGUAGE_CODE, _whose(), _address(),
    )


def described(campaign: Campaign | None) -> str:
    """Return what the picture of a shared link shows, in words."""
    headline = campaign.title if campaign else gettext("Take Action")
    return gettext("A sky with one star, and the words: %(words)s") % {"words": headline}


def _whose() -> str:
    return Organisation.current().name


def _address() -> str:
    return str(urlsplit(settings.SITE_URL).netloc)


class Shelf:
    """Pictures that were drawn before, as many as there is room for; what nobody asks for goes first.

    One is drawn at a time, and once: many who ask for the same one wait for it. There are only as many pictures as
    staff made, so nobody can have the site draw without end.
    """

    def __init__(self, room: int) -> None:
        self.room, self.taken = room, 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._shelf, self._pen = Lock(), Lock()

    def get(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return what is kept under a key; make it where it is missing."""
        found = self._find(key)
        if found is None:
            with self._pen:
                found = self._find(key)
                if found is None:
                    found = make()
                    self._put(key, found)
        return found

    def _find(self, key: str) -> bytes | None:
        with self._shelf:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _put(self, key: str, made: bytes) -> None:
        with self._shelf:
            self._kept[key] = made
            self.taken += len(made)
            while self.taken > self.room and len(self._kept) > 1:
                self.taken -= len(self._kept.popitem(last=False)[1])


shelf = Shelf(SHELF_ROOM)
