"""What makes an address one that Quick Exit may lead to."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils.translation import gettext as _

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def fault_of(address: str) -> str:
    """Return what is wrong with an address as a way out, in words for staff; empty where nothing is.

    It has to be https on another host. A demonstration may also lead to another server of this computer.
    """
    try:
        cover = urlsplit(address)
        port = cover.port
    except ValueError:
        return _("This is no web address.")
    on_this_computer = bool(settings.DEMONSTRATION and cover.hostname in LOOPBACK)
    if not cover.hostname or not (cover.scheme == "https" or (cover.scheme == "http" and on_this_computer)):
        return _("Use an address that begins with https://. Choose a public page that asks for no sign-in.")
    site = urlsplit(str(settings.SITE_URL))
    if on_this_computer:  # two servers of one computer differ by their port
        is_ours = port == site.port
    else:
        hosts = [host for host in settings.ALLOWED_HOSTS if host != "*"]
        is_ours = cover.hostname == site.hostname or validate_host(cover.hostname, hosts)
    return _("This is an address of this site. Quick Exit must lead away from it.") if is_ours else ""
