"""Every string of the code belongs to one page that a person reads, or is named as one that staff alone see."""

from collections import Counter

import pytest
from babel.messages.catalog import Message
from django.test import Client

from campaigns import demo
from polaris_site.spanish import SITE, STAFF, Page, Pair, Part, of_the_code, pages, part_of
from tests.factories import create_campaign, create_congress, take
from tests.test_translations import PAGES, catalog, forms, messages, pairs, pieces, visible

MESSAGES = list(messages(catalog()))
FILES = sorted({name for message in MESSAGES for name, _line in message.locations})


def english(message: Message) -> str:
    return forms(message.id)[0]


def test_every_string_belongs_to_a_page() -> None:
    homeless = [
        english(message) for message in MESSAGES
        if part_of(english(message), (name for name, _line in message.locations)) is None
    ]

    assert homeless == [], "say in polaris_site/spanish.py which page they are on"


def test_every_string_is_read_once() -> None:
    read = Counter(pair for page in of_the_code() for pair in page.pairs)

    assert read == Counter(Pair(*pair) for pair in pairs(catalog()))


def test_every_file_belongs_to_one_page() -> None:
    assert {name: sum(part.has_file(name) for part in SITE) for name in FILES} == dict.fromkeys(FILES, 1)


@pytest.mark.parametrize("part", SITE, ids=lambda part: part.key)
def test_a_page_claims_nothing_that_is_gone(part: Part) -> None:
    for claimed in part.files:
        assert any(Part("", "", "", (claimed,)).has_file(name) for name in FILES), claimed
    for word in part.words:
        assert sum(Part("", "", "", (), (word,)).has_word(english(message)) for message in MESSAGES) == 1, word


def test_hotline_and_exit_are_read_first_and_words_of_staff_by_nobody() -> None:
    first, last = of_the_code()[0], of_the_code()[-1]

    assert first.key == "hotline"
    assert {"Leave this site", "Quick Exit", "day and night, every day"} <= {pair.english for pair in first.pairs}
    assert [page.key for page in of_the_code() if not page.asked] == [STAFF] == [last.key]


def test_a_string_of_several_pages_belongs_to_the_first_of_them() -> None:
    found = part_of("Stay safe online", ["templates/hotline/safety.html", "templates/hotline/_bar.html"])

    assert found is SITE[0]


@pytest.mark.django_db
def test_no_page_shows_visitors_words_that_are_said_to_be_of_staff_alone(client: Client) -> None:
    demo.load()
    create_congress()
    receipt = take(create_campaign()).get_absolute_url()
    asked = [pair.spanish for page in pages() if page.asked for pair in page.pairs]
    of_staff = {piece for pair in of_the_code()[-1].pairs for piece in pieces(pair.spanish)}
    of_staff -= {piece for piece in of_staff if any(piece in text for text in asked)}

    for path in (*PAGES, f"/es{receipt}"):
        text = visible(client.get(path).content.decode())
        assert {piece for piece in of_staff if piece in text} == set(), path


def test_a_fingerprint_is_of_the_words_and_not_of_their_order() -> None:
    one, other = Pair("Call", "Llame"), Pair("Leave", "Salga")

    before = Page("key", "title", (one, other)).fingerprint

    assert Page("key", "another title", (other, one)).fingerprint == before
    assert Page("key", "title", (one, other._replace(spanish="Sal"))).fingerprint != before
    assert Page("key", "title", (one, other._replace(english="Stay"))).fingerprint != before
    assert Page("key", "title", (one,)).fingerprint != before
