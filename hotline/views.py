"""The safety page, and what a browser drops when somebody leaves."""

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.template.response import TemplateResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """Say what the exit does and does not do, and how to look for help with less risk."""
    return TemplateResponse(request, "hotline/safety.html")


@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """Stand in for the other website when somebody tries Quick Exit out."""
    return TemplateResponse(request, "hotline/practice.html")


@csrf_exempt
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Have the browser drop its kept pages and cookies of this site. Nothing is counted, stored or logged.

    Only a page of ours may ask, as the browser itself says: any other could sign staff out.
    """
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return HttpResponseForbidden()
    # Not "storage": it would also drop the mark of having left.
    return HttpResponse(status=204, headers={"Clear-Site-Data": '"cache", "cookies"'})
