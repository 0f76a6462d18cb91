"""The bytes of a letter as an email, read back by a reader that shares nothing with the writer."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.delivery.email_text import plain_address, problems, to_mail
from actions.delivery.letter import Letter
from actions.delivery.text import clean_line, clean_text
from tests.delivery.letters import a_letter

SENDER = "Polaris website <letters@example.org>"
OFFICE = "mail@office.example.gov"


def read(mail: bytes) -> EmailMessage:
    """Read a mail as an office would."""
    message = message_from_bytes(mail, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content()).replace("\r\n", "\n")


def test_the_mail_says_what_who_and_whom_to_answer() -> None:
    mail = read(to_mail(a_letter(), SENDER, OFFICE))

    assert {name: str(value) for name, value in mail.items()} == {
        "Date": "Mon, 23 Nov 2026 12:00:00 +0000",
        "From": "Polaris website <letters@example.org>",
        "Reply-To": "Ana Díaz <ana@example.org>",
        "To": "mail@office.example.gov",
        "Subject": "Please support this bill",
        "Message-ID": "<0123456789abcdef0123456789abcdef@example.org>",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
    }
    assert text_of(mail) == (
        "This is the statement of the organisation.\n\nIn my own words:\n\nThese are words of my own.\n\n"
        "Ms. Ana Díaz\n1 Example Street\nFloor 2\nHoboken, NJ 07030\nana@example.org\n201-555-0100\n"
    )


def test_what_is_empty_leaves_no_gap() -> None:
    letter = a_letter(statement="", address2="", phone="", email="")

    mail = read(to_mail(letter, SENDER, OFFICE))

    assert "Reply-To" not in mail
    assert text_of(mail) == "These are words of my own.\n\nMs. Ana Díaz\n1 Example Street\nHoboken, NJ 07030\n"


def test_the_same_letter_gives_the_same_bytes_after_storage() -> None:
    stored = Letter.from_dict(a_letter().as_dict())

    assert to_mail(stored, SENDER, OFFICE) == to_mail(a_letter(), SENDER, OFFICE)


@pytest.mark.parametrize("text", [
    "Hello\r\nBcc: evil@example.net\r\n\r\nbody",
    "Hello\nBcc: evil@example.net",
    "=?utf-8?q?Hello=0D=0ABcc=3A_evil=40example=2Enet?=",
    "Évil, evil@example.net, " + "n" * 70,
    'Evil" <evil@example.net>, "x',
    "Hello\u2028Bcc: evil@example.net",
])
def test_no_text_of_a_supporter_becomes_a_header_or_an_address(text: str) -> None:
    letter = a_letter(subject=text, first_name=text, last_name="", prefix=text, city=text)

    head = to_mail(letter, SENDER, OFFICE).partition(b"\r\n\r\n")[0]

    mail = read(head + b"\r\n\r\n")
    assert len(mail.keys()) == 9
    assert [address.addr_spec for address in mail["Reply-To"].addresses] == ["ana@example.org"]
    assert (mail["To"], mail["Subject"]) == (OFFICE, clean_line(text))
    unfolded = [line for line in head.split(b"\r\n") if not line.startswith(b" ")]
    assert [line.partition(b":")[0].decode() for line in unfolded] == mail.keys()


@given(
    subject=st.text(st.characters(exclude_categories=()), min_size=1), name=st.text(), city=st.text(),
    own_words=st.text(st.characters(exclude_categories=()), max_size=3000),
)
@settings(max_examples=100)
def test_every_text_arrives_in_short_plain_lines(subject: str, name: str, city: str, own_words: str) -> None:
    letter = a_letter(subject=subject, first_name=name, last_name="", city=city, own_words=own_words)

    raw = to_mail(letter, SENDER, OFFICE)

    assert raw.isascii()
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    content = text_of(read(raw))
    assert clean_text(own_words).strip() in content
    assert clean_line(city) in content


@pytest.mark.parametrize(("address", "plain"), [
    ("ana.o'neil+x@example.org", "ana.o'neil+x@example.org"),
    ("ana@bücher.example", "ana@xn--bcher-kva.example"),
    ("ana@Straße.example", ""),  # not strasse.example, which is somebody else's
    (f"ana@{'ü' * 70}.example", ""),
    ("aña@example.org", ""),
    ("ana@example.org>\r\nRCPT TO:<evil@example.net", ""),
    ("ana@example.org, evil@example.net", ""),
    ("ana@exa mple.org", ""),
    (f"{'a' * 300}@example.org", ""),
    ("@example.org", ""),
    ("", ""),
])
def test_only_plain_addresses_are_used(address: str, plain: str) -> None:
    assert plain_address(address) == plain


def test_an_address_that_is_not_plain_stands_in_the_body_alone() -> None:
    mail = read(to_mail(a_letter(email="aña@example.org"), SENDER, OFFICE))

    assert "Reply-To" not in mail
    assert "\naña@example.org\n" in text_of(mail)


@pytest.mark.parametrize(("change", "problem"), [
    ({"subject": " \n"}, "subject missing"),
    ({"statement": " ", "own_words": "\u200e"}, "statement missing"),
    ({"delivery_date": "20260230"}, "delivery_date shape"),
    ({"delivery_date": "2026-11-23"}, "delivery_date shape"),
    ({"delivery_id": "0>\r\nBcc: evil@example.net"}, "delivery_id shape"),
])
def test_a_problem_names_the_part_and_nothing_that_stands_in_it(change: dict[str, Any], problem: str) -> None:
    assert problems(a_letter(**change)) == [problem]


@pytest.mark.parametrize(("sender", "to"), [("Website", OFFICE), (SENDER, "mail@office, x@example.org")])
def test_no_mail_is_made_without_plain_addresses(sender: str, to: str) -> None:
    with pytest.raises(ValueError, match="plain addresses"):
        to_mail(a_letter(), sender, to)
