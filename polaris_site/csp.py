"""What a browser may load and run on our pages: our own files and one inline script, nothing else."""

import base64
import hashlib
import re
from pathlib import Path

from csp.constants import NONE, SELF


def _without_comments(script: str) -> str:
    """Return a script without lines that are comments, and without indentation: it stands in every page."""
    return re.sub(r"^\s*(//.*)?\n?", "", script, flags=re.MULTILINE)


# The script of Quick Exit stands in the head of every page, so that it works before any file arrives.
EXIT_SCRIPT = _without_comments(
    (Path(__file__).resolve().parent.parent / "hotline" / "exit.js").read_text(encoding="utf-8")
)


def hash_source(script: str) -> str:
    """Return the source expression that allows exactly this inline script."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"


# Pages are cached whole, so they carry a hash and no nonce.
POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, hash_source(EXIT_SCRIPT)],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
