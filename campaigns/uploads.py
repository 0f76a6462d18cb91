"""Pictures that staff upload: known by their content, decoded, and encoded anew. What came is kept nowhere.

A file can say more than its picture shows: where it was taken, by whom, with which device. It can also be made to harm
whoever opens it. The pixels alone are kept.
"""

import io
import struct
import zlib
from threading import Lock
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

BYTES_MAX = 10_000_000  # of the file, below what the site keeps of one
PIXELS_MAX = 40_000_000
LONGEST = 2160  # pixels of the longer side, of what is kept
SHORTEST = 200  # pixels of the shorter side: below that nobody can read it
PNG_MAX = 2_000_000  # bytes; a larger one without see-through parts is a photo, and is kept as JPEG
FORMATS = ("PNG", "JPEG", "WEBP")
# The first bytes of what people try, so that they can be told what it is.
OTHERS = (
    (b"GIF8", _("This is a GIF. Save it as PNG or JPEG and choose that file.")),
    (b"%PDF", _("This is a PDF. Save the page as PNG or JPEG and choose that file.")),
)
NOT_A_PICTURE = _("This is no picture we can read. Choose a PNG, JPEG or WebP file.")
SVG = _("This is an SVG, which can hold programs. Save it as PNG and choose that file.")
HEIC = _("This is a photo in Apple’s HEIC format. Save it as JPEG and choose that file.")
BROKEN = _("The picture is damaged or not whole. Save it once more and choose that file.")
TOO_MANY_BYTES = _("The file has %(megabytes)s MB; 10 MB is the most. Save the picture smaller, or as JPEG.")
TOO_MANY_PIXELS = _("The picture has more than 40 million pixels, such as 8000 × 5000. Save it smaller and try again.")
TOO_SMALL = _("The picture is %(width)s × %(height)s pixels. Choose one of at least 200 pixels on each side.")
EMPTY = _("The file is empty. Choose another one.")
LEFT_OUT = _("These files are too large together. Save this one by itself.")

# What Pillow raises where a file is broken depends on the place.
UNREADABLE = (
    OSError, SyntaxError, ValueError, TypeError, EOFError, MemoryError, ArithmeticError, LookupError, struct.error,
    zlib.error,
)
# A large picture takes some 160 MB while it is open: one at a time in each process.
_opening = Lock()


class Cleaned(NamedTuple):
    """A picture as the site encoded it."""

    content: bytes
    type: str  # "png" or "jpeg"
    width: int
    height: int


def clean(file: Any) -> Cleaned:
    """Return the pixels of an uploaded file in a new one. Raises `ValidationError` with what staff can do about it."""
    size = file.size or 0
    if size > BYTES_MAX:
        raise ValidationError(TOO_MANY_BYTES % {"megabytes": f"{size / 1_000_000:.1f}"}, "too_many_bytes")
    file.seek(0)
    content = file.read(BYTES_MAX + 1)
    if not size:
        raise ValidationError(EMPTY, "empty")
    if len(content) != size:
        raise ValidationError(LEFT_OUT, "left_out")
    _refuse_what_is_known(content)
    with _opening:
        return _encoded_anew(content)


def _refuse_what_is_known(content: bytes) -> None:
    head = content[:1024]
    for beginning, message in OTHERS:
        if head.startswith(beginning):
            raise ValidationError(message, "other_kind")
    if b"<svg" in head.lower() or head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        raise ValidationError(SVG, "svg")
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"):
        raise ValidationError(HEIC, "heic")


def _encoded_anew(content: bytes) -> Cleaned:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            width, height = image.size
            _check_size(width, height)
            image.draft("RGB", (LONGEST, LONGEST))  # a JPEG is decoded no larger than it takes
            return _written(ImageOps.exif_transpose(image), keeps_png=image.format == "PNG")
    except ValidationError:
        raise
    except Image.DecompressionBombError as error:
        raise ValidationError(TOO_MANY_PIXELS, "too_many_pixels") from error
    except UnidentifiedImageError as error:
        known = content.startswith((b"\x89PNG", b"\xff\xd8\xff")) or content[8:12] == b"WEBP"
        raise ValidationError(BROKEN if known else NOT_A_PICTURE, "unreadable") from error
    except UNREADABLE as error:
        raise ValidationError(BROKEN, "broken") from error


def _check_size(width: int, height: int) -> None:
    if width * height > PIXELS_MAX:
        raise ValidationError(TOO_MANY_PIXELS, "too_many_pixels")
    if min(width, height) < SHORTEST:
        raise ValidationError(TOO_SMALL % {"width": width, "height": height}, "too_small")


def _written(image: Image.Image, *, keeps_png: bool) -> Cleaned:
    """Return the picture in a new file, without anything but its pixels."""
    see_through = image.has_transparency_data
    pixels = image.convert("RGBA" if see_through else "RGB")
    pixels.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    # A fresh image: whatever else came along stays behind.
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    file = io.BytesIO()
    if see_through or keeps_png:
        fresh.save(file, "PNG")
        if see_through or file.tell() <= PNG_MAX:
            return Cleaned(file.getvalue(), "png", *fresh.size)
    file = io.BytesIO()
    fresh.save(file, "JPEG", quality=88, progressive=True, optimize=True)
    return Cleaned(file.getvalue(), "jpeg", *fresh.size)
