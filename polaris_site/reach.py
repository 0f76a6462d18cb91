"""Which hosts letters may go to: a demonstration reaches this machine alone, live reaches Congress alone.

Read by the settings, so that a site that could send to the wrong place does not start at all.
"""

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
