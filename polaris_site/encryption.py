"""Personal data at rest, and form state that travels through a visitor's page unread.

Both use Fernet (AES-128-CBC with HMAC-SHA256) from `cryptography`. `ENCRYPTION_KEYS` lists the keys, newest
first: the first encrypts, all decrypt, so a key is changed by putting a new one in front.
"""

import json
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class NotOurs(Exception):
    """The sealed text was not made by us, or was changed on its way."""


class TooOld(Exception):
    """The sealed text is ours but its time has passed. `data` holds what it said."""

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__("sealed text has expired")
        self.data = data


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def encrypt(text: str) -> str:
    """Return `text` encrypted, as URL-safe base64."""
    return _cipher().encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """Return the text that `encrypt` was given. Raises `NotOurs` when no key opens it."""
    try:
        return _cipher().decrypt(token.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise NotOurs from error


def seal(purpose: str, data: dict[str, Any]) -> str:
    """Return `data` (JSON values) encrypted, signed and dated, good for `purpose` alone."""
    return encrypt(json.dumps([purpose, int(time.time()), data], separators=(",", ":")))


def unseal(purpose: str, token: str, lasts: timedelta) -> dict[str, Any]:
    """Return what `seal` was given. Raises `NotOurs`, or `TooOld` with the data when `lasts` is over."""
    sealed_for, sealed_at, data = json.loads(decrypt(token))
    if sealed_for != purpose:
        raise NotOurs
    if time.time() - sealed_at > lasts.total_seconds():
        raise TooOld(data)
    return dict(data)


if TYPE_CHECKING:  # Django's fields take type arguments only while types are checked
    Text = models.TextField[str, str]
    Anything = models.TextField[Any, Any]
else:
    Text = Anything = models.TextField


class EncryptedTextField(Text):
    """Text that is encrypted in the database. It cannot be searched or sorted by; a hash beside it can.

    A value no key opens raises `NotOurs`: it must never pass for the text itself.
    """

    def get_prep_value(self, value: Any) -> str | None:
        """Encrypt on the way in; an empty text stays empty."""
        return encrypt(str(value)) if value else value

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """Decrypt on the way out."""
        return decrypt(value) if value else value


class EncryptedJSONField(Anything):
    """JSON values that are encrypted in the database as one text."""

    if TYPE_CHECKING:
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> str | None:
        """Write JSON, then encrypt."""
        return None if value is None else encrypt(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        """Decrypt, then read JSON."""
        return json.loads(decrypt(value)) if value else None
