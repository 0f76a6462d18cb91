"""Public forms carry no CSRF token (a token is a cookie, and makes a page uncacheable): they check who posts.

`Sec-Fetch-Site` present: it must say `same-origin`. Otherwise an `Origin` must be ours, and `null` is not.
Neither: an old browser or no browser at all; it is let through, and `polaris_site/limits.py` says when a letter waits
for a confirmation because too many came from one place.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def comes_from_us(request: HttpRequest) -> bool:
    """Tell whether a POST comes from a page of ours, as far as the browser says."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    if origin is not None:
        ours = urlsplit(request.build_absolute_uri("/"))
        return origin == f"{ours.scheme}://{ours.netloc}"
    return True


def public_form(view: View) -> View:
    """Guard a view that takes public posts by the rule above instead of Django's CSRF token."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not comes_from_us(request):
            return TemplateResponse(request, "errors/elsewhere.html", {"plain": True}, status=403)
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)
