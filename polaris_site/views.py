"""Pages of the site as a whole: the way in, what machines ask, and the parts that pages are made of."""

from django.db import connection
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actions.forms import ZipForm
from actions.states import Word
from campaigns.models import Campaign, Kind, Status
from polaris_site.demonstration import refuse_unless_at_this_machine

COLOURS = (
    "night", "dusk", "star", "page", "surface", "tint", "ink", "muted", "line", "edge", "link", "good", "good-tint",
    "ask", "ask-tint", "halt", "halt-tint",
)


def home(_: HttpRequest) -> HttpResponse:
    """The site's front door is its Take Action page."""
    return redirect("campaigns:take_action")


def favicon(_: HttpRequest) -> HttpResponse:
    """Browsers ask here where a page names no icon, as the admin does."""
    return redirect(static("img/star.svg"))


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every part that pages are made of, in every state, to whoever works on them."""
    refuse_unless_at_this_machine(request)
    words = {"summary": _("What a card says of a campaign."), "button": _("Do it"), "slug": "none"}
    long = _("A title as long as staff may make it: what a card does with it is seen here before a visitor sees it")
    campaigns = [
        Campaign(title=long, kind=Kind.MESSAGE, status=Status.OPEN, **words),
        *[Campaign(title=_("A short title"), kind=kind, status=Status.OPEN, **words) for kind in Kind],
        Campaign(title=_("A short title"), kind=Kind.MESSAGE, status=Status.WON, **words),
    ]
    context = {
        "colours": COLOURS, "campaigns": campaigns, "words": Word, "form": ZipForm({"zip": ""}),
        "counters": {"actions": 1_234_567, "messages": 987_654, "pledges": 0},
    }
    return TemplateResponse(request, "styleguide.html", context)


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
