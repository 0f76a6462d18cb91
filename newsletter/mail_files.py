"""Mail on a laptop: each one a file, so that nothing leaves the machine and everything can be looked at."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes each mail to `EMAIL_FILE_PATH` as one `.eml`, named after its Message-ID.

    A file appears whole or not at all, and a mail sent again replaces itself.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the files; return how many."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            name = re.sub(r"[^A-Za-z0-9-]", "_", str(message["Message-ID"]).strip("<>").partition("@")[0])
            draft = folder / f".{name}.part"
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(folder / f"{name}.eml")
        return len(email_messages)
