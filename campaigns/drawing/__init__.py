"""Pictures the site draws from words: one layout, written as SVG and as PNG. It knows no models and no requests."""

from campaigns.drawing.layout import SIZES, Picture, draw
from campaigns.drawing.png import as_png, as_webp
from campaigns.drawing.svg import STYLE, as_svg
from campaigns.drawing.type import undrawable

__all__ = ["SIZES", "STYLE", "Picture", "as_png", "as_svg", "as_webp", "draw", "undrawable"]
