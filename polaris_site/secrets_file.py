"""Makes the secrets of a laptop once: a file in VAR_DIR that only its owner can read, and the settings do.

A plain script, because the settings cannot be read before the secrets exist. In production the environment
carries the secrets and this file is never made.
"""

import base64
import os
import secrets
from pathlib import Path


def make_secrets(file: Path) -> bool:
    """Write `file` with new secrets, unless it exists. Return whether it was written.

    What lies encrypted in the database can be read with these secrets alone: they are never replaced.
    """
    if file.exists():
        return False
    values = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        # A Fernet key is 32 random bytes as URL-safe base64 (cryptography's documentation of Fernet).
        "ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"),
        "HASH_KEY": secrets.token_urlsafe(48),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    hidden = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.writelines(f"{name}={value}\n" for name, value in values.items())
    hidden.rename(file)
    return True


if __name__ == "__main__":
    make_secrets(Path(os.environ["VAR_DIR"]) / "secrets.env")
