"""The site does not start with a way out that leads nowhere, or back to itself."""

from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.http.request import validate_host

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def cover_url(**_: Any) -> list[CheckMessage]:
    """Check the address Quick Exit leads to: https, another host; a demonstration may use this computer."""
    cover = urlsplit(settings.COVER_URL)
    on_this_computer = settings.DEMONSTRATION and cover.hostname in LOOPBACK
    if not cover.hostname or not (cover.scheme == "https" or (cover.scheme == "http" and on_this_computer)):
        return [Error(
            "COVER_URL is no https address.",
            hint="Quick Exit leads there. Choose a public page that asks for no sign-in.",
            id="hotline.E001",
        )]
    if _is_ours(cover, on_this_computer):
        return [Error(
            "COVER_URL is an address of this site.",
            hint="Quick Exit must lead away from it.",
            id="hotline.E002",
        )]
    return []


def _is_ours(cover: SplitResult, on_this_computer: bool) -> bool:
    site = urlsplit(str(settings.SITE_URL))
    if on_this_computer:  # two servers of one computer differ by their port
        return cover.netloc == site.netloc
    hosts = [host for host in settings.ALLOWED_HOSTS if host != "*"]
    return cover.hostname == site.hostname or validate_host(cover.hostname or "", hosts)
