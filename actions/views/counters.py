"""What has been counted, for people and for machines."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions.models import read_counters


@require_safe
def counters(_: HttpRequest) -> HttpResponse:
    """The three counters as JSON."""
    return JsonResponse({**read_counters(), "as_of": timezone.now().isoformat(timespec="seconds")})


@require_safe
def how_we_count(request: HttpRequest) -> HttpResponse:
    """What each counter means."""
    return TemplateResponse(request, "actions/how_we_count.html", {"counters": read_counters()})
