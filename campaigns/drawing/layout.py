"""Where everything stands in a picture: the sky, its one warm star, and the words, shrunk until they fit."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from campaigns.drawing import type as letters

SIZES = {"square": (1080, 1080), "story": (1080, 1920), "wide": (1200, 630)}  # pixels
MARGIN = 80
# Apps lay their own buttons over the ends of a story.
STORY_ENDS = 250
LINE, LINE_OF_WORDS = 1.14, 1.32  # heights of a line, in sizes of its letters
SMALLEST = 14  # pixels


@dataclass(frozen=True)
class Colours:
    """The colours of one design, as site.css and the site's drawings have them."""

    sky: tuple[str, ...]  # from above to below
    ink: str
    words: str
    hills: tuple[str, ...]  # from far to near; none: there is sky alone
    stars: str  # empty where the sky is too bright for any but one


DESIGNS = {
    "night": Colours(("#0a1836", "#2a5499"), "#ffffff", "#cfe0ff", ("#1b3f7c", "#102a5a"), "#ffffff"),
    "day": Colours(("#dbe7fb", "#ffffff", "#fff1cc"), "#0a1836", "#17233f", ("#27539b", "#173872"), ""),
    "star": Colours(("#0a1836", "#163160"), "#ffffff", "#cfe0ff", (), "#ffffff"),
}


class Polygon(NamedTuple):
    """A filled shape."""

    points: tuple[tuple[float, float], ...]
    colour: str
    opacity: float = 1


class Glow(NamedTuple):
    """Warm light around a point."""

    x: float
    y: float
    radius: float


class Line(NamedTuple):
    """One line of words. `y` is its base line."""

    text: str
    x: float
    y: float
    size: int
    width: float
    colour: str

    @property
    def top(self) -> float:
        """Return where its highest letters begin."""
        return self.y - self.size

    @property
    def bottom(self) -> float:
        """Return where its lowest letters end."""
        return self.y + self.size * 0.26


@dataclass(frozen=True)
class Picture:
    """Everything in a picture, in the order in which it is drawn."""

    width: int
    height: int
    sky: tuple[str, ...]
    glow: Glow
    shapes: tuple[Polygon, ...]
    lines: tuple[Line, ...]


class Room(NamedTuple):
    """Where words may stand."""

    left: float
    top: float
    right: float
    bottom: float


def draw(size: str, design: str, headline: str, words: str, organisation: str, address: str) -> Picture:
    """Lay out a picture of a known size: headline and words above, whose it is and where to find more at its foot."""
    width, height = SIZES[size]
    colours = DESIGNS.get(design, DESIGNS["night"])
    ends = STORY_ENDS if size == "story" else 0
    star = _star_of(size, design)
    foot = tuple(_foot(width, height - ends, organisation, address))
    room = _room(size, star, min((line.top for line in foot), default=height - MARGIN))
    said = tuple(_said(room, headline, words, colours, full=76 if size == "wide" else 104))
    lines = (*said, *foot)
    hills = tuple(_hills(width, height, foot[0].top if foot else height - 120, colours.hills))
    dots = tuple(_dots(width, height, lines, star, colours))
    return Picture(
        width, height, colours.sky, Glow(star.x, star.y, star.radius * 2.6),
        (*dots, *hills, Polygon(_star(star), "#ffc94d")), lines,
    )


def _star_of(size: str, design: str) -> Glow:
    """Return where the one warm star stands, and how far its points reach."""
    width, _height = SIZES[size]
    grown = 1.6 if design == "star" else 1
    if size == "wide":
        return Glow(width - 190, 200, 78 * grown)
    if size == "story":
        return Glow(width / 2 if design == "star" else width - 220, 430, 96 * grown)
    return Glow(width / 2 if design == "star" else width - 190, 190, 84 * grown)


def _room(size: str, star: Glow, foot: float) -> Room:
    """Return the place for headline and words: beside the star where the picture is wide, else below it."""
    width, _height = SIZES[size]
    if size == "wide":
        return Room(MARGIN, 64, star.x - star.radius - 30, foot - 70)
    return Room(MARGIN, star.y + star.radius + 24, width - MARGIN, foot - 110)


def _said(room: Room, headline: str, words: str, colours: Colours, full: int) -> Iterator[Line]:
    """Headline and words, as large as they fit."""
    headline, words = letters.drawable(headline), letters.drawable(words)
    wide = room.right - room.left
    scale = 1.0
    while True:
        big = max(SMALLEST, round(full * scale))
        small = max(SMALLEST, min(big, round(full * 0.44 * max(scale, 0.7 * scale + 0.3))))
        breaks = scale < letters.BREAKS_BELOW
        above = letters.balanced(headline, big, wide, break_words=breaks)
        below = letters.wrap(words, small, wide, break_words=breaks)
        if above is not None and below is not None:
            gap = small * 0.9 if above and below else 0
            tall = len(above) * big * LINE + gap + len(below) * small * LINE_OF_WORDS
            if tall <= room.bottom - room.top or big == small == SMALLEST:
                break
        scale *= 0.95
    y = room.top + (room.bottom - room.top - tall) / 2
    for text in above:
        y += big * LINE
        yield Line(text, room.left, y - big * (LINE - 0.92), big, letters.width(text, big), colours.ink)
    y += gap
    for text in below:
        y += small * LINE_OF_WORDS
        yield Line(text, room.left, y - small * (LINE_OF_WORDS - 1), small, letters.width(text, small), colours.words)


def _foot(width: int, bottom: float, organisation: str, address: str) -> Iterator[Line]:
    """Whose picture it is and where to find more, one below the other, each in one line."""
    name, place = letters.drawable(organisation), letters.drawable(address)
    y = bottom - 52
    if name:
        yield _one_line(name, width - 2 * MARGIN, y - 36 * bool(place), 34, "#ffffff")
    if place:
        yield _one_line(place, width - 2 * MARGIN, y + 12, 27, "#cfe0ff")


def _one_line(text: str, room: float, y: float, full: int, colour: str) -> Line:
    """Return words in one line: smaller where they are long, and cut with a mark where that is not enough."""
    size = full
    while size > SMALLEST and letters.width(text, size) > room:
        size -= 1
    shown = text
    while letters.width(shown, size) > room:
        shown = f"{shown[:-2]}…"
    return Line(shown, MARGIN, y, size, letters.width(shown, size), colour)


def _star(star: Glow) -> tuple[tuple[float, float], ...]:
    """Return the outline of a star with four points: the curves of static/img/star.svg."""
    quarter = [_bezier((0, -1), (0.075, -0.425), (0.25, -0.175), (1, 0), step / 10) for step in range(10)]
    points = [(x, y) for x, y in quarter]
    for _turn in range(3):
        quarter = [(-y, x) for x, y in quarter]
        points += quarter
    return tuple((star.x + x * star.radius, star.y + y * star.radius) for x, y in points)


def _bezier(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], d: tuple[float, float], t: float
) -> tuple[float, float]:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    x, y = (sum(weight * point[axis] for weight, point in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
    return x, y


def _hills(width: int, height: int, foot: float, colours: tuple[str, ...]) -> Iterator[Polygon]:
    """Hills below the words; the foot stands on the nearer one."""
    for index, colour in enumerate(colours):
        crest = foot - 52 + 34 * index
        curve = [
            (width * step / 40, crest + 20 * math.sin(step / 40 * 5.2 + 2.4 * index)) for step in range(41)
        ]
        yield Polygon((*curve, (width, height), (0, height)), colour)


def _dots(width: int, height: int, lines: tuple[Line, ...], star: Glow, colours: Colours) -> Iterator[Polygon]:
    """Small stars, always the same; none behind words."""
    for number in range(1, 90 if colours.stars else 1):
        x, y = _halton(number, 2) * width, _halton(number, 3) * height * (0.8 if colours.hills else 0.98)
        near_words = any(
            line.x - 14 < x < line.x + line.width + 14 and line.top - 14 < y < line.bottom + 14 for line in lines
        )
        if near_words or math.hypot(x - star.x, y - star.y) < star.radius * 1.3:
            continue
        radius, opacity = (3.2, 0.8) if number % 6 == 0 else (1.9, 0.5)
        corners = tuple(
            (x + radius * math.cos(turn * math.pi / 4), y + radius * math.sin(turn * math.pi / 4)) for turn in range(8)
        )
        yield Polygon(corners, colours.stars, opacity)


def _halton(number: int, base: int) -> float:
    """Return a number between 0 and 1 of a row that is spread evenly and looks scattered."""
    found, part = 0.0, 1.0
    while number:
        part /= base
        found += part * (number % base)
        number //= base
    return found
