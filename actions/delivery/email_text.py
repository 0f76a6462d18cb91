"""A letter as an email: the exact bytes an office gets, and nothing but a function of the letter.

The headers are put together by hand, because `email.message.EmailMessage` reads what it is given before it
writes it: in Python 3.11 the subject `=?utf-8?q?Hello=0D=0ABcc=3A_...?=` comes out as one header more, and a long
name with a comma in it as one address more. Here a text is a text.
"""

import quopri
import re
from datetime import UTC, date, datetime, time
from email.header import Header
from email.utils import format_datetime, parseaddr

from actions.delivery.letter import Letter
from actions.delivery.text import clean_line, clean_text

OWN_WORDS = "In my own words:"  # stands between the campaign's statement and the supporter's words

# An address that needs no quoting (RFC 5322, dot-atom). Offices and suppliers use no other.
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{1,254}}\Z){_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})*")

# Texts that may stand in a header as they are; every other one is encoded.
_PLAIN_SUBJECT = re.compile(r"(?!.*=\?)[ -~]{1,60}")
_PLAIN_NAME = re.compile("[A-Za-z0-9' -]{1,60}")


def problems(letter: Letter) -> list[str]:
    """Return why a letter cannot go by email. Names the part of the letter, never what stands in it."""
    found = []
    if not re.fullmatch("[a-zA-Z0-9]{32}", letter.delivery_id):
        found.append("delivery_id shape")
    try:
        _noon(letter)
    except ValueError:
        found.append("delivery_date shape")
    if not clean_line(letter.subject):
        found.append("subject missing")
    if not _text(letter.statement) and not _text(letter.own_words):
        found.append("statement missing")
    return found


def plain_address(address: str) -> str:
    """Return an email address as every mail server takes it, its domain in ASCII; "" where there is none such.

    A domain that the old IDNA of Python would turn into another one (`straße` into `strasse`) is none.
    """
    local, _, domain = address.strip().rpartition("@")
    if not domain.isascii():
        try:
            encoded = domain.encode("idna")
            domain = encoded.decode() if encoded.decode("idna") == domain.lower() else ""
        except UnicodeError:
            return ""
    plain = f"{local}@{domain}"
    return plain if _ADDRESS.fullmatch(plain) else ""


def to_mail(letter: Letter, sender: str, to: str) -> bytes:
    """Return the mail with CRLF line ends, as it stands between DATA and the final dot, dots not yet doubled.

    The letter is one without `problems`. `sender` is a From address such as `Website <letters@example.org>`;
    it and `to` have to be plain addresses, else ValueError. The supporter's is only the one for replies: where
    it is not plain it stays out of the headers, for no extension of a server may change the bytes of a letter.
    """
    name, address = parseaddr(sender)
    from_address, to_address, reply_address = map(plain_address, (address, to, letter.email))
    if not from_address or not to_address:
        raise ValueError("the sender and the office need plain addresses")
    subject = clean_line(letter.subject)
    headers = {
        "Date": format_datetime(_noon(letter)),
        "From": _mailbox("From", name, from_address),
        "Reply-To": _mailbox("Reply-To", f"{letter.first_name} {letter.last_name}", reply_address),
        "To": f"<{to_address}>",
        "Subject": subject if _PLAIN_SUBJECT.fullmatch(subject) else _encoded("Subject", subject),
        "Message-ID": f"<{letter.delivery_id}@{from_address.rpartition('@')[2]}>",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    body = quopri.encodestring(_body(letter).encode()).replace(b"\n", b"\r\n")
    return head.encode("ascii") + b"\r\n" + body


def _body(letter: Letter) -> str:
    """Return the text: the statement, the own words, and who writes, for an office answers only whom it can place."""
    statement, own_words = _text(letter.statement), _text(letter.own_words)
    writer = (
        f"{letter.prefix} {letter.first_name} {letter.last_name}", letter.address1, letter.address2,
        ", ".join(filter(clean_line, (letter.city, f"{letter.state} {letter.zip}"))), letter.email, letter.phone,
    )
    lines = [line for text in writer if (line := clean_line(text))]
    parts = [statement, OWN_WORDS if statement and own_words else "", own_words, "\n".join(lines)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _text(text: str) -> str:
    return clean_text(text).strip()


def _noon(letter: Letter) -> datetime:
    """Return a moment of the letter's day, the same one for every attempt."""
    if not re.fullmatch("[0-9]{8}", letter.delivery_date):
        raise ValueError
    return datetime.combine(date.fromisoformat(letter.delivery_date), time(12), UTC)


def _mailbox(header: str, name: str, address: str) -> str:
    """Return a name and an address for a header, "" without an address."""
    name = clean_line(name)
    if not address or not name:
        return address and f"<{address}>"
    if _PLAIN_NAME.fullmatch(name):
        return f"{name} <{address}>"
    return f"{_encoded(header, name)}\r\n <{address}>"


def _encoded(header: str, text: str) -> str:
    """Return a clean line in the letters every header takes (RFC 2047), folded."""
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")
