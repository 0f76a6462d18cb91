"""Pictures of staff: what is taken holds its pixels and nothing else; what is not is refused in words that help."""

import io
import random
import struct
import zlib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from PIL import Image, PngImagePlugin

from campaigns.uploads import LONGEST, Cleaned, clean

PLACE = b"38.8977N 77.0365W"


def encoded(format: str = "JPEG", size: tuple[int, int] = (600, 400), mode: str = "RGB", **options: Any) -> bytes:
    """Return a picture, its left half red and its right half blue."""
    image = Image.new(mode, size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def cleaned(content: bytes, name: str = "picture.png") -> Cleaned:
    return clean(SimpleUploadedFile(name, content))


def refusal(content: bytes, name: str = "picture.png") -> tuple[str, str]:
    """Return code and words with which a file is refused."""
    with pytest.raises(ValidationError) as caught:
        cleaned(content, name)
    return caught.value.code or "", caught.value.messages[0]


def opened(picture: Cleaned) -> Image.Image:
    image = Image.open(io.BytesIO(picture.content))
    image.load()
    return image


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG file that says it is a large picture of one colour, and is."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 + (width + 7) // 8) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


@pytest.mark.parametrize(("format", "kept"), [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "jpeg")])
def test_each_kind_is_known_by_its_content_and_encoded_anew(format: str, kept: str) -> None:
    content = encoded(format)

    picture = cleaned(content, "holiday.txt")

    assert (picture.type, picture.width, picture.height) == (kept, 600, 400)
    image = opened(picture)
    assert (image.format or "").lower() == kept
    assert image.getpixel((10, 10))[0] > 200  # type: ignore[index]  # an RGB pixel


def test_what_can_be_seen_through_stays_so() -> None:
    for format in ("PNG", "WEBP"):
        file = io.BytesIO()
        Image.new("RGBA", (300, 300), (255, 0, 0, 90)).save(file, format)

        picture = cleaned(file.getvalue())

        assert (picture.type, opened(picture).mode) == ("png", "RGBA")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_way_to_hold_colours_is_taken(mode: str) -> None:
    image = Image.new("L", (300, 300), 120).convert(mode) if mode != "I;16" else Image.new(mode, (300, 300), 9000)
    file = io.BytesIO()
    image.save(file, "JPEG" if mode == "CMYK" else "PNG")

    assert cleaned(file.getvalue()).width == 300


def test_a_photo_keeps_neither_place_nor_device_nor_comment() -> None:
    exif = Image.Exif()
    exif[0x010F] = "A phone that says who owns it"
    exif[0x9286] = "a comment"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = PLACE.decode()
    content = encoded(exif=exif, comment=b"made by Ana", icc_profile=b"a profile of some device" * 9)
    assert PLACE in content
    assert b"made by Ana" in content

    picture = cleaned(content)

    for trace in (PLACE, b"phone", b"Exif", b"made by Ana", b"profile", b"ICC"):
        assert trace not in picture.content
    assert not opened(picture).getexif()


def test_words_in_a_png_are_left_out() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Ana")
    words.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Ana</x:xmpmeta>")

    picture = cleaned(encoded("PNG", pnginfo=words) + b"what hides behind the end: Ana")

    assert b"Ana" not in picture.content


def test_a_photo_that_lies_on_its_side_is_put_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter to the right when shown

    picture = cleaned(encoded(exif=exif))

    assert (picture.width, picture.height) == (400, 600)
    assert opened(picture).getpixel((200, 20))[0] > 200  # type: ignore[index]  # an RGB pixel


def test_a_large_picture_is_made_as_large_as_anybody_needs() -> None:
    picture = cleaned(encoded(size=(6000, 4000)))

    assert (picture.width, picture.height) == (LONGEST, 1440)


def test_a_photo_saved_as_png_does_not_weigh_on_everybody() -> None:
    noise = Image.frombytes("RGB", (1600, 1600), random.Random(1).randbytes(1600 * 1600 * 3))
    file = io.BytesIO()
    noise.save(file, "PNG")

    picture = cleaned(file.getvalue())

    assert picture.type == "jpeg"
    assert len(picture.content) < 4_000_000


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "svg": SVG, "svg with spaces before it": b"\xef\xbb\xbf\n " + SVG, "svg without a head": SVG[21:],
    "other_kind": b"GIF89a" + bytes(200), "other_kind pdf": b"%PDF-1.7\n" + bytes(200),
    "heic": b"\x00\x00\x00\x18ftypheic" + bytes(200), "empty": b"", "unreadable html": b"<html><script>1</script>",
    "unreadable zip": b"PK\x03\x04" + bytes(300), "unreadable head alone": b"\x89PNG\r\n\x1a\n",
    "unreadable bmp": encoded("BMP"), "unreadable tiff": encoded("TIFF"), "unreadable ico": encoded("ICO", (256, 256)),
    "broken jpeg": encoded(size=(900, 900))[:-900], "broken webp": encoded("WEBP", lossless=True)[:-40],
    "too_small": encoded(size=(150, 900)), "too_many_bytes": bytes(50_000_000),
    "too_many_bytes picture": encoded() + bytes(10_000_000),
    "too_many_pixels": bomb(8000, 5001), "too_many_pixels by far": bomb(60_000, 60_000),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_is_refused_in_words_one_can_act_on(name: str) -> None:
    code, words = refusal(REFUSED[name], f"{name}.png")

    assert code == name.split()[0]
    assert any(hint in words for hint in ("Choose", "choose", "Save", "Make")), words


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    content = bomb(60_000, 60_000)
    assert len(content) < 1_000_000  # 3.6 thousand million pixels

    assert refusal(content)[0] == "too_many_pixels"


def test_no_damage_anywhere_is_more_than_a_refusal() -> None:
    chance = random.Random(7)
    for format in ("PNG", "JPEG", "WEBP"):
        whole = encoded(format, (240, 240))
        for _ in range(150):
            damaged = bytearray(whole)
            for _hit in range(chance.randint(1, 12)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            try:
                assert cleaned(bytes(damaged[: chance.randint(1, len(damaged))])).content
            except ValidationError as refused:
                assert refused.messages  # noqa: PT017  # the other case passes without raising


def upload(**files: bytes) -> HttpRequest:
    named = {name: SimpleUploadedFile(f"{name}.png", content) for name, content in files.items()}
    return RequestFactory().post("/", named)


def test_of_a_file_that_is_too_large_only_its_size_is_kept() -> None:
    request = upload(large=bytes(22_000_000), small=encoded())

    large: Any = request.FILES["large"]
    assert (large.size, large.read()) == (22_000_000, b"")
    assert clean(request.FILES["small"]).width == 600


def test_many_files_together_are_no_way_around_the_limit() -> None:
    request = upload(**{f"file{number}": bytes(9_000_000) for number in range(5)})

    kept = [len(request.FILES[name].read()) for name in sorted(request.FILES)]  # type: ignore[union-attr]  # one file a name
    assert kept == [9_000_000, 9_000_000, 0, 0, 0]
    with pytest.raises(ValidationError) as caught:
        clean(request.FILES["file4"])
    assert caught.value.code == "left_out"
