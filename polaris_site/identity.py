"""Who is the same person: canonical addresses and names, and the keyed hashes made of them.

A hash is an HMAC with a key of its own (`HASH_KEY`), so that a stolen database cannot be searched for an
address by guessing, and that totals stay right after the address itself is gone.
"""

import hashlib
import hmac
import unicodedata

from django.conf import settings


def canonical_email(email: str, *, fold_tag: bool = True) -> str:
    """Return the one spelling of an address: lower case, IDNA domain, `+tag` folded unless told otherwise.

    Suppression does not fold the tag: who leaves as `me+news@` has not left as `me@`.
    """
    local, _, domain = unicodedata.normalize("NFKC", email).strip().rpartition("@")
    if fold_tag:
        local = local.partition("+")[0] or local
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        pass  # not a domain IDNA knows; two equal spellings still compare equal
    return f"{local}@{domain}".casefold()


def folded_name(name: str) -> str:
    """Return a name without case, accents, punctuation or spaces, to compare two spellings of it."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in decomposed if character.isalnum())


def keyed_hash(purpose: str, value: str) -> str:
    """Return an HMAC-SHA256 of `value` as 64 hex digits; each purpose has hashes of its own."""
    message = f"{purpose}\x00{value}".encode()
    return hmac.new(settings.HASH_KEY.encode(), message, hashlib.sha256).hexdigest()


def email_key(email: str) -> str:
    """Return the hash of an address alone: limits, export and erasure find a person by it."""
    return keyed_hash("email", canonical_email(email))


def person_key(email: str, first_name: str, last_name: str) -> str:
    """Return the hash of address and name together: one person, one action in a campaign."""
    return keyed_hash("person", f"{canonical_email(email)}\x00{folded_name(first_name + last_name)}")
