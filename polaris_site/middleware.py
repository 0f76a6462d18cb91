"""What happens to every request: its language, its cache headers, and what a visitor sees in trouble."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from psycopg_pool import PoolTimeout

from polaris_site.cache_rules import CacheClass, cache_class
from polaris_site.error_pages import bad_request, content_too_large, for_staff, unavailable

# Pictures that are compressed in themselves: doing it again takes time and makes them no smaller.
PACKED = ("image/png", "image/jpeg", "image/webp")
GetResponse = Callable[[HttpRequest], HttpResponse]


def _declared(request: HttpRequest, response: HttpResponseBase) -> CacheClass:
    route = request.resolver_match.view_name if request.resolver_match else ""
    return cache_class(route, request.method or "", response.status_code)


class DeclaredCacheMiddleware:
    """Writes the cache headers the table declares, over whatever a view or library wrote."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then set the headers of the route's class; static files keep their own."""
        response = self.get_response(request)
        if not request.path_info.startswith(settings.STATIC_URL):
            for name, value in _declared(request, response).value.items():
                response.headers[name] = value
        return response


class PublicGZipMiddleware(GZipMiddleware):
    """Compresses pages that are the same for everyone, and no other.

    The size of a compressed page tells which of its words are alike, so whoever may choose some of them can guess
    others (the attack is called BREACH). A public page holds nothing to guess: no token, no cookie, nobody's words.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress where the browser takes it, and tell caches that there are two forms, also with a 304."""
        if _declared(request, response) is CacheClass.PRIVATE:
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        tag = response.headers.get("ETag", "")
        if tag and not tag.startswith("W/"):  # it names the page, not its bytes, in a 304 as in the answer before
            response.headers["ETag"] = f"W/{tag}"
        if response.headers.get("Content-Type", "") in PACKED:
            return response
        return super().process_response(request, response)


class PermissionsPolicyMiddleware:
    """Tells the browser that no page of ours, nor anything in it, uses these abilities of the device.

    Two stay open: writing to the clipboard, for the copy buttons, and passkeys, for staff.
    """

    POLICY = ", ".join(
        f"{ability}=()"
        for ability in (
            "accelerometer", "autoplay", "browsing-topics", "camera",
            "clipboard-read", "compute-pressure", "display-capture", "encrypted-media", "fullscreen", "gamepad",
            "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "local-fonts",
            "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "private-state-token-issuance",
            "private-state-token-redemption", "screen-wake-lock", "serial",
            "storage-access", "usb", "window-management", "xr-spatial-tracking",
        )
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the header."""
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = self.POLICY
        return response


class PathLocaleMiddleware:
    """The language is in the address alone, so no answer varies by a header and every page can be cached."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the language the path names, or the default."""
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class TroubleMiddleware:
    """Turns a missing or locked database into a 503 page that keeps what was typed, and a body that cannot
    be read into the 4xx it is."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse an oversized body or one with NUL characters before any view reads it."""
        if request.method == "POST":
            # Files do not count for Django's own limit; no public form takes one.
            if not for_staff(request) and _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
                return content_too_large(request)
            try:
                values = [value for _, parts in request.POST.lists() for value in parts]
            except RequestDataTooBig:
                return content_too_large(request)
            except TooManyFieldsSent:
                return bad_request(request)
            if any("\x00" in value for value in values):
                return bad_request(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 503 when the database cannot be reached in time."""
        if isinstance(exception, OperationalError | InterfaceError | PoolTimeout):
            return unavailable(request)
        return None


def _length(request: HttpRequest) -> int:
    """Return how many bytes a body says it has; one that says nothing readable is taken as empty, as Django does."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
