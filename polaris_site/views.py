"""Pages of the site as a whole: the way in, and what machines ask."""

from django.db import connection
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static


def home(_: HttpRequest) -> HttpResponse:
    """The site's front door is its Take Action page."""
    return redirect("campaigns:take_action")


def favicon(_: HttpRequest) -> HttpResponse:
    """Browsers ask here where a page names no icon, as the admin does."""
    return redirect(static("img/star.svg"))


def health_live(_: HttpRequest) -> HttpResponse:
    """This process answers."""
    return JsonResponse({"status": "ok"})


def health_ready(_: HttpRequest) -> HttpResponse:
    """This process reaches its database."""
    try:
        connection.ensure_connection()
    except DatabaseError:
        return JsonResponse({"status": "database unreachable"}, status=503)
    return JsonResponse({"status": "ok"})
