"""Pages of the site as a whole: the way in, the error pages, and what machines ask."""

from django.db import connection
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse


def home(_: HttpRequest) -> HttpResponse:
    """The site's front door is its Take Action page."""
    return redirect("campaigns:take_action")


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


def _error(request: HttpRequest, template: str, status: int) -> HttpResponse:
    # Rendered at once: an error page must not raise later, when nothing can catch it.
    return TemplateResponse(request, f"errors/{template}.html", {"plain": True}, status=status).render()


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django passes it
    """400: what came cannot be read."""
    return _error(request, "bad_request", 400)


def forbidden(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django passes it
    """403: a staff form whose token does not fit."""
    return _error(request, "forbidden", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django passes it
    """404: no such page, and where to go instead."""
    return _error(request, "not_found", 404)


def content_too_large(request: HttpRequest) -> HttpResponse:
    """413: more than any form of ours sends."""
    return _error(request, "too_large", 413)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake."""
    return _error(request, "server_error", 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database is away. What was typed is kept on the page, ready to be sent again."""
    typed = [(name, value) for name in request.POST for value in [request.POST[name]]]
    context = {"plain": True, "typed": typed, "words": request.POST.get("own_words", "")}
    response = TemplateResponse(request, "errors/unavailable.html", context, status=503).render()
    response.headers["Retry-After"] = "10"
    return response


