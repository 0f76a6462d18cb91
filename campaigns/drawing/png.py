"""A picture as pixels."""

import io
import math

from PIL import Image, ImageChops, ImageColor, ImageDraw

from campaigns.drawing.layout import Picture, Polygon
from campaigns.drawing.type import font

FINER = 3  # shapes are drawn so many times larger and made smaller again: their edges become smooth
PREVIEW_WIDTH = 480  # pixels


def as_png(picture: Picture) -> bytes:
    """Return the picture as a PNG file."""
    file = io.BytesIO()
    _pixels(picture).save(file, "PNG", compress_level=7)
    return file.getvalue()


def as_webp(picture: Picture) -> bytes:
    """Return a small and light form of the picture, to look at before one chooses."""
    small = _pixels(picture)
    small.thumbnail((PREVIEW_WIDTH, PREVIEW_WIDTH * 2), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    small.save(file, "WEBP", quality=62, method=5)
    return file.getvalue()


def _pixels(picture: Picture) -> Image.Image:
    image = _sky(picture)
    _light(image, picture)
    for shape in picture.shapes:
        _fill(image, shape)
    pen = ImageDraw.Draw(image)
    for line in picture.lines:
        pen.text((line.x, line.y), line.text, fill=line.colour, font=font(line.size), anchor="ls")
    return image


def _sky(picture: Picture) -> Image.Image:
    """Return the ground: the colours of the sky, one passing into the next."""
    column = Image.new("RGB", (1, picture.height))
    colours = [ImageColor.getrgb(colour)[:3] for colour in picture.sky]
    for y in range(picture.height):
        place = y / (picture.height - 1) * (len(colours) - 1)
        index = min(int(place), len(colours) - 2)
        part = place - index
        above, below = colours[index], colours[index + 1]
        mixed = tuple(round(a + (b - a) * part) for a, b in zip(above, below, strict=True))
        column.putpixel((0, y), mixed)
    return column.resize((picture.width, picture.height), Image.Resampling.NEAREST)


def _light(image: Image.Image, picture: Picture) -> None:
    """Lay the warm light around the star onto the sky."""
    glow = picture.glow
    size = round(glow.radius * 2)
    # White at its rim and black at its middle, which is what has to be turned round.
    mask = ImageChops.invert(Image.radial_gradient("L")).resize((size, size), Image.Resampling.BILINEAR)
    reach = Image.new("L", (size, size), 0)
    ImageDraw.Draw(reach).ellipse((0, 0, size - 1, size - 1), fill=255)
    corner = 255 - 255 / math.sqrt(2)  # how bright the gradient still is at the rim of the circle
    mask = mask.point([max(0, round((value - corner) / (255 - corner) * 255 * 0.55)) for value in range(256)])
    mask = ImageChops.multiply(mask, reach)
    image.paste(ImageColor.getrgb("#ffdb85"), (round(glow.x - size / 2), round(glow.y - size / 2)), mask)


def _fill(image: Image.Image, shape: Polygon) -> None:
    """Fill a shape with smooth edges."""
    across, down = zip(*shape.points, strict=True)
    left, top = math.floor(min(across)), math.floor(min(down))
    width, height = math.ceil(max(across)) - left + 1, math.ceil(max(down)) - top + 1
    large = Image.new("L", (width * FINER, height * FINER), 0)
    points = [((x - left) * FINER, (y - top) * FINER) for x, y in shape.points]
    ImageDraw.Draw(large).polygon(points, fill=round(255 * shape.opacity))
    image.paste(ImageColor.getrgb(shape.colour), (left, top), large.reduce(FINER))
