"""Which hosts letters may go to: a demonstration reaches this machine alone, live reaches Congress alone.

Read by the settings, so that a site that could send to the wrong place does not start at all.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = ("127.0.0.1", "localhost", "::1")
MODES = ("demonstration", "live")


def checked_gateway(mode: str, url: str, domain: str) -> str:
    """Return a gateway's address without a path, or "" for none. Raises `ImproperlyConfigured` for a wrong one.

    `domain` is the chamber's own, such as "house.gov".
    """
    if mode not in MODES:
        raise ImproperlyConfigured(f"DELIVERY_MODE is one of {', '.join(MODES)}.")
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ImproperlyConfigured("The address of a gateway cannot be read.") from None
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ImproperlyConfigured("The address of a gateway is scheme and host; paths and keys are added.")
    if mode == "demonstration":
        if parts.scheme != "http" or host not in LOOPBACK:
            raise ImproperlyConfigured("A demonstration sends letters to this machine only (http on loopback).")
    elif parts.scheme != "https" or not host.endswith(f".{domain}") or port not in (None, 443):
        raise ImproperlyConfigured(f"A live site sends these letters to https hosts below {domain} only.")
    return url.rstrip("/")


def office_mail(mode: str, email: Mapping[str, Any], *, sender: str) -> dict[str, Any]:
    """Return how letters reach offices by email: host, port, login and sender; an empty host for not at all.

    `email` are Django's settings as django-environ reads them from EMAIL_URL. A demonstration mails offices over
    a server of this machine or not at all.
    """
    host = str(email.get("EMAIL_HOST") or "")
    by_smtp = str(email.get("EMAIL_BACKEND", "")).endswith("smtp.EmailBackend")
    if not by_smtp or (mode == "demonstration" and host not in LOOPBACK):
        host = ""
    security = "starttls" if email.get("EMAIL_USE_TLS") else "tls" if email.get("EMAIL_USE_SSL") else ""
    return {
        "host": host, "port": int(email.get("EMAIL_PORT") or 25), "user": str(email.get("EMAIL_HOST_USER") or ""),
        "password": str(email.get("EMAIL_HOST_PASSWORD") or ""), "security": security, "sender": sender,
    }
