"""A picture as SVG: one file that needs no other, with its words as text and its typeface inside."""

import base64
from functools import cache

from django.utils.html import escape

from campaigns.drawing.layout import Picture, Polygon
from campaigns.drawing.type import FONT_FILE


@cache
def _style() -> str:
    font = base64.b64encode(FONT_FILE.read_bytes()).decode()
    return (
        f'@font-face{{font-family:"Public Sans";font-weight:100 900;src:url(data:font/woff2;base64,{font}) '
        'format("woff2")}'
    )


# Always the same, so that a Content-Security-Policy can name it by its hash.
STYLE = _style()


def as_svg(picture: Picture, title: str, description: str, language: str) -> bytes:
    """Return the picture as a file. Each line is held to its measured width, whatever typeface a reader has."""
    stops = "".join(
        f'<stop offset="{index / (len(picture.sky) - 1):g}" stop-color="{colour}"/>'
        for index, colour in enumerate(picture.sky)
    )
    glow = picture.glow
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {picture.width} {picture.height}" '
        f'width="{picture.width}" height="{picture.height}" role="img" lang="{escape(language)}">',
        f"<title>{_text(title)}</title><desc>{_text(description)}</desc><style>{STYLE}</style>",
        f'<defs><linearGradient id="s" x2="0" y2="1">{stops}</linearGradient><radialGradient id="g">'
        '<stop stop-color="#ffe7a8" stop-opacity=".55"/><stop offset="1" stop-color="#ffc94d" stop-opacity="0"/>'
        "</radialGradient></defs>",
        f'<path fill="url(#s)" d="M0 0h{picture.width}v{picture.height}H0z"/>',
        f'<circle cx="{glow.x:g}" cy="{glow.y:g}" r="{glow.radius:.1f}" fill="url(#g)"/>',
        *map(_shape, picture.shapes),
        '<g font-family="Public Sans,system-ui,sans-serif" font-weight="800">',
        *(
            f'<text x="{line.x:g}" y="{line.y:.1f}" font-size="{line.size}" fill="{line.colour}" '
            f'textLength="{line.width:.1f}" lengthAdjust="spacingAndGlyphs">{escape(line.text)}</text>'
            for line in picture.lines
        ),
        "</g></svg>",
    ]
    return "".join(parts).encode()


def _text(words: str) -> str:
    """Return words without the characters that no XML may hold, escaped."""
    return escape("".join(mark if mark.isprintable() else " " for mark in words))


def _shape(shape: Polygon) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
    opacity = f' opacity="{shape.opacity:g}"' if shape.opacity < 1 else ""
    return f'<polygon points="{points}" fill="{shape.colour}"{opacity}/>'
