"""Pictures to see, to download and for the preview of a shared link. The same for everyone; public campaigns' only."""

from collections.abc import Callable

from csp.constants import NONE
from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from campaigns.drawing import STYLE
from campaigns.models import Campaign, Graphic
from campaigns.pictures import DRAWN, OWN, TYPES, Drawing, drawing_of, picture_of
from polaris_site.csp import hash_source

ENDINGS = {"png": "png", "jpeg": "jpg"}  # of uploads, by how the site encoded them


@require_safe
def site_picture(request: HttpRequest) -> HttpResponse:
    """The picture of a link to Take Action and to the list."""
    return _drawn(request, picture_of(None), "take-action.png")


@require_safe
def campaign_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture of a link to a campaign."""
    campaign = get_object_or_404(Campaign.objects.public(), slug=slug)
    return _drawn(request, picture_of(campaign), f"{slug}.png")


@require_safe
def graphic(request: HttpRequest, slug: str, pk: int, size: str, form: str) -> HttpResponseBase:
    """A graphic in one of its sizes and forms; an upload in its own."""
    found: Graphic = get_object_or_404(
        Graphic.objects.defer("upload").select_related("campaign"), pk=pk, campaign__slug=slug,
        campaign__in=Campaign.objects.public(),
    )
    name = f"{slug}-{pk}-{size}.{form}"
    if found.upload_type:
        if size != OWN or ENDINGS.get(found.upload_type) != form:
            raise Http404
        return _answer(request, f"{pk}-{found.changed_at.timestamp()}", lambda: bytes(found.upload or b""), name)
    if (size, form) not in DRAWN:
        raise Http404
    drawing = drawing_of(found, size, form)
    return _drawn_svg(request, drawing, name) if form == "svg" else _drawn(request, drawing, name)


def _drawn(request: HttpRequest, drawing: Drawing, name: str) -> HttpResponse:
    return _answer(request, drawing.key, drawing.file, name)


def _drawn_svg(request: HttpRequest, drawing: Drawing, name: str) -> HttpResponseBase:
    # Opened as a page of its own, a drawing may use the typeface inside it and nothing else.
    @csp({"default-src": [NONE], "style-src": [hash_source(STYLE)], "font-src": ["data:"], "frame-ancestors": [NONE]})
    def answer(request: HttpRequest) -> HttpResponseBase:
        return _drawn(request, drawing, name)

    return answer(request)


def _answer(request: HttpRequest, tag: str, read: Callable[[], bytes], name: str) -> HttpResponse:
    """Answer with a file, or with 304 before anything is drawn or read."""
    etag = f'W/"{tag}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return _unchanged(unchanged, etag)
    response = HttpResponse(read(), content_type=TYPES[name.rpartition(".")[2]])
    response.headers["ETag"] = etag
    if "download" in request.GET:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _unchanged(response: HttpResponse, etag: str) -> HttpResponse:
    response.headers.setdefault("ETag", etag)
    return response
