"""The pages for when something is wrong. None of them needs a database.

`plain` in their context says so to what they include: "asked" where the database may be asked once for the hotline,
"away" where it has just failed.
"""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def for_staff(request: HttpRequest) -> bool:
    """Tell whether a request is for the pages of staff."""
    return request.path_info.startswith("/admin/")


def _error(request: HttpRequest, template: str, status: int, plain: str = "asked") -> HttpResponse:
    # Rendered at once: an error page must not raise later, when nothing can catch it.
    return TemplateResponse(request, f"errors/{template}.html", {"plain": plain}, status=status).render()


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django passes it
    """400: what came cannot be read."""
    return _error(request, "bad_request", 400)


def forbidden(
    request: HttpRequest, exception: Exception | None = None, reason: str = ""  # noqa: ARG001  # Django passes one
) -> HttpResponse:
    """403: a staff form whose token does not fit, or a page this member of staff may not use."""
    return _error(request, "forbidden", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django passes it
    """404: no such page, and where to go instead."""
    return _error(request, "not_found", 404)


def content_too_large(request: HttpRequest) -> HttpResponse:
    """413: more than any form of ours sends."""
    return _error(request, "too_large", 413)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake."""
    return _error(request, "server_error", 500, plain="away")


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database is away. What was typed is kept on the page, ready to be sent again; never a password."""
    kept = {} if for_staff(request) else dict(request.POST.items())
    context = {"plain": "away", "typed": list(kept.items()), "words": kept.get("own_words", "")}
    response = TemplateResponse(request, "errors/unavailable.html", context, status=503).render()
    response.headers["Retry-After"] = "10"
    return response


