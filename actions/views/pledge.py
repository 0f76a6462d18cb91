"""Pledges: promises ticked one by one, a first name and an email address, on one page."""

import json
import time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language

from actions.consents import keep_consents
from actions.doubts import doubt, note_taken
from actions.forms import PledgeForm
from actions.letters import Person
from actions.mails import mail_taken
from actions.models import Action, Submission
from actions.views.codes import code_of
from campaigns.models import Campaign
from polaris_site.identity import person_key
from polaris_site.limits import network_of

SAME_PRESS = 60  # seconds in which the same form from the same device is the same press of the button


def answer(request: HttpRequest, found: Campaign) -> HttpResponse:
    """The page with its form, which is the same for everybody; a good post leads to the receipt."""
    if request.method != "POST":
        return _page(request, found, PledgeForm(found))
    form = PledgeForm(found, request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    return redirect(_take(request, found, form))


def _page(request: HttpRequest, found: Campaign, form: PledgeForm, status: int = 200) -> HttpResponse:
    context = {"campaign": found, "form": form, "code": code_of(request)}
    return TemplateResponse(request, "actions/pledge.html", context, status=status)


def _presses(request: HttpRequest, found: Campaign, person: Person, typed: dict[str, Any]) -> list[str]:
    """Return the one-time keys this press may have: of this minute, and of the one before.

    A page that is the same for everybody holds no key. A double click, a reload or a second tab comes from the
    same device with all the same in the form: it finds the pledge it made. Whoever else types that name, or ticks
    something else, is held until the mailbox confirms.
    """
    who = person_key(person.email, person.first_name, person.last_name)
    device = f"{network_of(request)} {request.headers.get('User-Agent', '')}"
    window = int(time.time()) // SAME_PRESS
    same = json.dumps(typed, sort_keys=True)
    return [f"pledge {found.pk} {who} {device} {same} {number}" for number in (window, window - 1)]


def _take(request: HttpRequest, found: Campaign, form: PledgeForm) -> Action:
    """Store a pledge, or return the one that this press has made already."""
    person, typed = form.person, form.cleaned_data
    once, before = _presses(request, found, person, typed)
    for key in (once, before):
        earlier = Action.objects.with_once(key)
        if earlier and not earlier.disowned_at:
            return earlier
        if earlier:  # taken back since: this is another press
            once = f"{key} after {earlier.pk}"
    held = doubt(request, found.kind, person.email, trap=bool(typed["website"]))
    with transaction.atomic():
        action, is_new = Action.objects.take(Submission(
            campaign=found, person=person, language=get_language() or settings.LANGUAGE_CODE, once=once, doubt=held,
            no_mail=typed["no_mail"], promises=form.promised,
            source=code_of(request),
        ))
        if is_new:
            mail_taken(action)
            keep_consents(action, person.email, typed, page="pledge")
    if is_new:
        note_taken(request, found.kind, person.email)
    return action
