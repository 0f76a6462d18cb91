"""What the site draws: everything inside the picture, whatever the words are, and nothing in it but a picture."""

import io
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from campaigns.drawing import SIZES, Picture, as_png, as_svg, as_webp, draw, undrawable
from campaigns.drawing.layout import DESIGNS, MARGIN
from campaigns.drawing.type import DRAWABLE, drawable, font, width
from campaigns.models import Design

LONG = "Responsabilizaciones internacionalmente desproporcionadísimas antiinstitucionalización"
HOSTILE = [
    "", " ", "<script>alert(1)</script>", "\"'&<>]]>", "a\x00b\x08\x1b", "\u202eevil\u202c", "😀🔥",
    "W" * 300, "i" * 300,
    "ﬁ Ł ő ＷＩＤＥ", "ا" * 40, "e\u0301" * 40, "\n\n\r\t", "- " * 150, "%" * 240, "\ud7ff\ufffe", "…" * 240, "100 %",
]


def short(words: str) -> str:
    """Return a name for a test of these words."""
    return ascii(words[:12])


def faults(picture: Picture) -> list[str]:
    """Return what is not where it should be."""
    found = [
        line.text for line in picture.lines
        if line.x < MARGIN - 1 or line.x + line.width > picture.width - MARGIN + 1 or line.top < 0
        or line.bottom > picture.height or abs(width(line.text, line.size) - line.width) > 1
    ]
    for above, below in zip(picture.lines, picture.lines[1:], strict=False):
        if below.top < above.y - 1:
            found.append(f"{above.text} / {below.text} overlap")
    for shape in picture.shapes:
        if shape.colour == "#ffc94d" and not all(
            0 <= x <= picture.width and 0 <= y <= picture.height for x, y in shape.points
        ):
            found.append("star outside")
    return found


def test_every_design_that_staff_choose_is_drawn() -> None:
    assert set(DESIGNS) == set(Design.values)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("design", Design.values)
@pytest.mark.parametrize("words", [LONG, *HOSTILE], ids=short)
def test_nothing_stands_outside_the_picture(size: str, design: str, words: str) -> None:
    picture = draw(size, design, words[:80], words[:240], words[:100], "take-action.example.org")

    assert faults(picture) == []
    assert (picture.width, picture.height) == SIZES[size]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SIZES)), st.text(max_size=80), st.text(max_size=240), st.text(max_size=100))
def test_no_words_at_all_get_outside(size: str, headline: str, words: str, organisation: str) -> None:
    picture = draw(size, "night", headline, words, organisation, "example.org")

    assert faults(picture) == []
    assert ET.fromstring(as_svg(picture, headline, words, "en")).tag.endswith("svg")


def test_long_words_are_shrunk_before_they_are_broken() -> None:
    (headline,) = {line.size for line in draw("square", "night", "Responsabilizaciones", "", "", "").lines}
    broken = draw("square", "night", "x" * 80, "", "", "").lines

    assert headline < 104
    assert "".join(line.text.rstrip("-") for line in broken) == "x" * 80
    assert all(line.text.endswith("-") for line in broken[:-1])


def test_a_number_stays_with_its_sign() -> None:
    assert drawable("39 % of people") == "39\xa0% of people"


def test_the_typeface_has_every_character_that_is_promised() -> None:
    for mark in DRAWABLE:
        font(40).getmask(mark)  # raises for one that is missing
    assert undrawable("Niño, ¿qué? “Sí” – 39 %") == ""
    assert undrawable("a😀b漢a😀") == "😀漢"


@pytest.mark.parametrize("size", SIZES)
def test_a_png_has_its_size_and_nothing_but_pixels(size: str) -> None:
    content = as_png(draw(size, "night", "A headline", "Some words.", "North Star", "example.org"))

    with Image.open(io.BytesIO(content)) as image:
        image.load()
        assert (image.format, image.size, image.info) == ("PNG", SIZES[size], {})
    assert len(content) < 300_000


def test_the_small_form_is_small() -> None:
    content = as_webp(draw("square", "day", LONG[:80], LONG * 2, "North Star", "example.org"))

    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size) == ("WEBP", (480, 480))
    assert len(content) < 25_000


@pytest.mark.parametrize("words", HOSTILE, ids=short)
def test_an_svg_is_whole_by_itself_and_runs_nothing(words: str) -> None:
    picture = draw("square", "star", words, words, words, "example.org")

    content = as_svg(picture, words, words, "es").decode()

    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(content).iter()}
    assert tags <= {
        "svg", "title", "desc", "style", "defs", "linearGradient", "radialGradient", "stop", "path", "circle",
        "polygon", "g", "text",
    }
    assert not re.search(r"<[^>]*\s(on\w+|href)=", content)
    assert set(re.findall(r"url\(([^)]{5})", content)) <= {"data:", "#s", "#g"}
    assert "http" not in content.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_svg_and_png_stand_on_the_same_lines() -> None:
    picture = draw("wide", "night", "It begins with attention", "And with promises.", "North Star", "example.org")

    drawn = ET.fromstring(as_svg(picture, "", "", "en"))
    texts = [element.text for element in drawn.iter() if element.tag.endswith("}text")]

    assert texts == [line.text for line in picture.lines]
    assert texts[-2:] == ["North Star", "example.org"]
