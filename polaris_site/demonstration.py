"""What a demonstration shows to whoever sits at its machine, and to nobody else."""

from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest


def refuse_unless_at_this_machine(request: HttpRequest) -> None:
    """Raise Http404 unless this is a demonstration and the visitor sits at its machine, with no proxy between."""
    forwarded = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
    try:
        here = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        here = False
    if not settings.DEMONSTRATION or forwarded or not here:
        raise Http404
