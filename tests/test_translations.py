"""That the site is whole in Spanish: every string of the code, every page, and the compiled words as committed."""

import html
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client

from campaigns import demo
from newsletter.models import OutgoingMail
from tests.factories import create_congress, details

SPANISH = settings.BASE_DIR / "locale" / "es" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|(?<!&)#(?= )|<[^>]+>")
PAGES = [
    "/es/take-action/", "/es/take-action/all/", "/es/take-action/enablers-act/", "/es/take-action/fund-legal-help/",
    "/es/take-action/criminal-records-relief/", "/es/take-action/raise-awareness/",
    "/es/take-action/human-trafficking-training/", "/es/take-action/how-we-count/", "/es/take-action/receipt/",
    "/es/newsletter/", "/es/newsletter/thanks/", "/es/safety/", "/es/no/such/page/", "/es/take-action/certificate/",
]
# Shorter strings are also names and parts of Spanish words.
LONG_ENOUGH = 7  # characters


def catalog() -> Catalog:
    with (SPANISH / "django.po").open("rb") as file:
        return read_po(file, locale="es")


def messages(of: Catalog) -> Iterator[Message]:
    return (message for message in of if message.id)


def forms(strings: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """Return singular and plurals of what may be one string."""
    return [strings] if isinstance(strings, str) else list(strings or [])


def pairs(of: Catalog) -> Iterator[tuple[str, str]]:
    """Return each Spanish string with its English one; the plurals of Spanish with the one English plural."""
    for message in messages(of):
        english, spanish = forms(message.id), forms(message.string)
        yield from ((english[0 if index == 0 else -1], text) for index, text in enumerate(spanish))


def by_id(of: Catalog) -> dict[object, object]:
    return {(message.context, *forms(message.id)): tuple(forms(message.string)) for message in messages(of)}


def test_every_string_has_a_spanish_one() -> None:
    missing = [message.id for message in messages(catalog()) if message.fuzzy or not all(forms(message.string))]

    assert missing == []


def test_spanish_keeps_every_placeholder_and_tag() -> None:
    for english, spanish in pairs(catalog()):
        assert sorted(PLACEHOLDER.findall(spanish)) == sorted(PLACEHOLDER.findall(english)), english


def test_spanish_begins_and_ends_its_lines_where_english_does() -> None:
    for english, spanish in pairs(catalog()):
        assert (spanish[:1] == "\n", spanish[-1:] == "\n") == (english[:1] == "\n", english[-1:] == "\n"), english


def test_compiled_words_are_those_of_the_written_ones() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalog())
    compiled.seek(0)

    with (SPANISH / "django.mo").open("rb") as file:
        committed = read_mo(file)

    assert by_id(committed) == by_id(read_mo(compiled))
    assert committed.plural_expr == catalog().plural_expr


def test_written_words_name_no_machine_and_no_day_of_their_own() -> None:
    head = (SPANISH / "django.po").read_text().split("\n\n", 1)[0]

    assert '"POT-Creation-Date: 2026-01-01 00:00+0000\\n"' in head
    assert "FULL NAME" not in head
    assert "Generator" not in head


def test_every_string_of_the_code_is_gathered(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("gettext is not installed")
    copy = tmp_path / "site"
    # `var` holds what the site writes, dots what git and editors do.
    shutil.copytree(settings.BASE_DIR, copy, ignore=shutil.ignore_patterns("var", ".*", "__pycache__", "tests"))

    gathering = subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "es", "--no-obsolete", "--add-location", "file"],
        cwd=copy, env={**os.environ, "VAR_DIR": str(tmp_path / "var")}, capture_output=True, text=True,
    )

    assert gathering.returncode == 0, gathering.stderr
    with (copy / "locale" / "es" / "LC_MESSAGES" / "django.po").open("rb") as file:
        gathered = set(by_id(read_po(file, locale="es")))
    assert gathered == set(by_id(catalog())), "`make messages` brings them together"


def visible(page: str) -> str:
    """Return what somebody reads or hears of a page in its own language: no scripts, no parts marked as English."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    page = re.sub(r'<(?!html)(\w+)[^>]* lang="en"[^>]*>.*?</\1>', " ", page, flags=re.DOTALL)
    # These data attributes name an element or a file, for scripts.
    spoken = " ".join(re.findall(
        r'\b(?:aria-label|alt|title|placeholder|data-(?!copy=|words=|picture=|share=)\w+)="([^"]*)"', page
    ))
    words = re.sub(r"<[^>]+>", " ", page) + " " + spoken
    return " ".join(html.unescape(words).split())


def pieces(english: str) -> Iterator[str]:
    """Return the stretches of a string between its placeholders and tags, long enough to be told apart."""
    for piece in PLACEHOLDER.split(english):
        plain = " ".join(piece.split())
        if len(plain) >= LONG_ENOUGH:
            yield plain


def english_on(page: str) -> set[str]:
    """Return the English strings of the code, those that Spanish says differently, that stand on a page."""
    text = visible(page)
    english = {piece for here, there in pairs(catalog()) if here != there for piece in pieces(here)}
    return {piece for piece in english if re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", text)}


@pytest.mark.django_db
def test_no_english_is_left_on_spanish_pages(client: Client) -> None:
    demo.load()

    for path in PAGES:
        assert english_on(client.get(path).content.decode()) == set(), path

    assert "See every action" in english_on(client.get("/take-action/").content.decode())


@pytest.mark.django_db
def test_no_english_is_left_on_the_way_of_a_letter(client: Client) -> None:
    demo.load()
    create_congress()
    address = "/es/take-action/enablers-act/"

    def step(**typed: str) -> str:
        answer = client.post(address, typed, follow=True).content.decode()
        assert '<html lang="es">' in answer
        assert english_on(answer) == set()
        return answer

    def state_of(page: str) -> str:
        found = re.search(r'name="state" value="([^"]+)"', page)
        assert found
        return found[1]

    step(step="zip", zip="")
    step(step="zip", zip="00000")
    step(step="zip", zip="07030")
    empty = step(step="details", state=state_of(step(step="zip", zip="07302")))
    review = step(**details(zip="07302"), office="NJ-8", state=state_of(empty))
    receipt = step(step="send", state=state_of(review))

    assert "Su recibo" in receipt
    mail = OutgoingMail.objects.get()
    assert mail.subject == "Su recibo"
    assert english_on(mail.text) == set()


@pytest.mark.django_db
def test_pages_say_which_language_they_are_in(client: Client) -> None:
    demo.load()

    for path in PAGES:
        page = client.get(path).content.decode()
        assert '<html lang="es">' in page, path
        assert re.search(r'<a href="/(?!es/)[^"]*" lang="en" hreflang="en">English</a>', page), path

    letter = client.get("/es/take-action/enablers-act/").content.decode()
    assert re.search(r'<div class="letter" lang="en">\s*<p><strong>Please reintroduce', letter)
    assert client.get("/es/take-action/enablers-act/").headers["Content-Language"] == "es"
