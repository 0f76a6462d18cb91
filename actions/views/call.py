"""Calls: the ZIP leads to a page of one's own with whom to call and what to say, and there one tells what came of it.

That page's address carries state and district, sealed: no ZIP, no address, and never a phone number of the caller.
"""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from actions.congress.lookup import Status, has_members, seats_for
from actions.consents import keep_consents
from actions.doubts import doubt, note_taken
from actions.forms import CallForm, CallHomeForm, ZipForm
from actions.models import Action, Call, Submission
from actions.office_hours import hours_at
from actions.views import tickets
from actions.views.closed import not_open
from actions.views.codes import code_of
from campaigns.models import Campaign, Kind
from polaris_site.antispam import public_form

PURPOSE = "calls"


def answer(request: HttpRequest, found: Campaign) -> HttpResponse:
    """The public page of an open campaign of calls; a ZIP posted to it leads to whom to call."""
    if request.method != "POST":
        return _page(request, found, "call", {"form": ZipForm(), "code": code_of(request)})
    form = ZipForm(request.POST)
    if not form.is_valid():
        return _page(request, found, "call", {"form": form, "code": code_of(request)}, status=422)
    zip_code = form.cleaned_data["zip"]
    home = CallHomeForm(zip_code=zip_code)
    if not home.choices and not home.by_number:
        military, unknown = (home.lookup.status == status for status in (Status.MILITARY, Status.UNKNOWN))
        context = {"form": ZipForm(), "lookup": home.lookup, "military": military, "unknown": unknown}
        context["code"] = code_of(request)
        return _page(request, found, "no_member", context)
    if len(home.choices) == 1:
        only = home.choices[0]
        return _to_offices(found, home=[only.state, only.district], code=code_of(request))
    return _to_offices(found, zip=zip_code, code=code_of(request))


def _page(
    request: HttpRequest, found: Campaign, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return TemplateResponse(request, f"actions/{template}.html", {"campaign": found, **context}, status=status)


def _to_offices(found: Campaign, **carried: Any) -> HttpResponse:
    return redirect("actions:call", found.slug, tickets.mint(found, PURPOSE, **carried))


@require_http_methods(["GET", "HEAD", "POST"])
@public_form
def call(request: HttpRequest, slug: str, ticket: str) -> HttpResponse:
    """Whom to call, the words for it, and what came of it. Everything here is about one person's district."""
    found = Campaign.objects.public().select_related("next_step").filter(slug=slug, kind=Kind.CALL).first()
    if found is None:
        raise Http404
    try:
        carried, fresh = tickets.read(found, PURPOSE, ticket)
    except tickets.NotOurs:
        return tickets.link_is_over(request)
    earlier = Action.objects.with_once(carried["once"])
    if earlier:
        return redirect(earlier)
    if not found.is_open:
        return not_open(request, found)
    if not fresh and request.method != "POST":  # what was typed on an old page still counts, by its key once
        kept = {name: carried[name] for name in ("home", "zip", "code") if name in carried}
        return _to_offices(found, **kept)
    if "home" not in carried:
        return _choose(request, found, carried)
    return _offices(request, found, carried)


def _choose(request: HttpRequest, found: Campaign, carried: tickets.Ticket) -> HttpResponse:
    """A ZIP that reaches into several districts: which is yours?"""
    form = CallHomeForm(request.POST if request.method == "POST" else None, zip_code=carried["zip"])
    if form.is_valid():
        return _to_offices(found, home=list(form.home), code=carried["code"])
    return _page(request, found, "call_district", {"form": form}, status=422 if form.is_bound else 200)


def _offices(request: HttpRequest, found: Campaign, carried: tickets.Ticket) -> HttpResponse:
    state, district = carried["home"]
    seats = seats_for(state, district)
    form = CallForm(seats, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect(_take(request, found, form, carried))
    context = {
        "form": form, "offices": form.offices(), "hours": hours_at(timezone.now()),
        "empty": [seat for seat in seats if not seat.member] if has_members() else [],
        "state_name": seats[0].state_name,
    }
    return _page(request, found, "call_offices", context, status=422 if form.is_bound else 200)


def _take(request: HttpRequest, found: Campaign, form: CallForm, carried: tickets.Ticket) -> Action:
    """Store what came of the calls: one action however many they were."""
    state, district = carried["home"]
    typed = form.cleaned_data
    held = doubt(request, found.kind, trap=bool(typed["website"]), started=carried["started"])
    with transaction.atomic():
        action, is_new = Action.objects.take(Submission(
            campaign=found, language=get_language() or settings.LANGUAGE_CODE, once=carried["once"], state=state,
            district=district, doubt=held, source=carried["code"],
        ))
        if is_new:
            Call.objects.tell(action, form.outcomes)
            keep_consents(action, typed["email"], typed, page="call")
    if is_new:
        note_taken(request, found.kind)
    return action
