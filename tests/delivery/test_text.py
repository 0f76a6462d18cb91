"""What text may hold before it is reviewed and sent."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from actions.delivery.text import clean_line, clean_text, xml_text

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


def test_emoji_made_of_several_marks_stay() -> None:
    text = f"Thanks {FAMILY} {SCOTLAND} ❤\ufe0f"

    cleaned = clean_text(text)

    assert cleaned == text


def test_marks_that_hide_or_reorder_letters_go() -> None:
    text = "a\u202eb\u2066c\u2069d\u200ee\u200ff\u061cg\ufeffh\x00i\x07j\x7fk\ud800l"

    cleaned = clean_text(text)

    assert cleaned == "abcdefghijkl"


def test_every_line_end_becomes_a_newline_and_tabs_stay() -> None:
    text = "one\r\ntwo\rthree\x0bfour\u2028five\tsix\n"

    cleaned = clean_text(text)

    assert cleaned == "one\ntwo\nthree\nfour\nfive\tsix\n"


def test_a_line_has_single_spaces_and_no_ends() -> None:
    line = clean_line("  Ana\r\n\tMaria  D\u0301iaz ")

    assert line == unicodedata.normalize("NFC", "Ana Maria D\u0301iaz")


@given(st.text(st.characters(exclude_categories=())))
def test_clean_text_is_stable_and_fits_into_xml(text: str) -> None:
    cleaned = clean_text(text)

    assert clean_text(cleaned) == cleaned
    assert "\x00" not in cleaned
    etree.Element("a").text = cleaned  # raises where XML could not hold it


@given(st.text(st.characters(exclude_categories=())))
def test_xml_text_fits_into_xml_and_comes_back(text: str) -> None:
    element = etree.Element("a")

    element.text = xml_text(text)

    assert (etree.fromstring(etree.tostring(element)).text or "") == xml_text(text)
