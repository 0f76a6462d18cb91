"""The form at one address, step by step, without cookies: what was typed travels sealed in the page itself."""

import secrets
import time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language

from actions.congress.lookup import Status, has_members, seats_for
from actions.congress.models import Seat
from actions.consents import keep_consents
from actions.doubts import doubt, note_taken
from actions.forms import LetterForm, ZipForm
from actions.letters import Person, compose
from actions.mails import mail_taken
from actions.models import Action, Office, Submission
from actions.tasks import nudge
from actions.views.carried import Carried, seal_state, unseal_state
from actions.views.closed import not_open
from actions.views.codes import code_of
from campaigns.models import Campaign, CampaignText, Organisation
from polaris_site.encryption import NotOurs
from polaris_site.error_pages import bad_request


def answer(request: HttpRequest, found: Campaign) -> HttpResponse:
    """An open campaign of letters: its page with the first step, and every later step posted to the same address."""
    text = found.text
    if text is None:
        return not_open(request, found)
    if request.method != "POST":
        return _page(request, found, "campaign", {"form": ZipForm(), "text": text, "code": code_of(request)})
    step = request.POST.get("step", "zip")
    if step == "zip":
        return _find(request, found, text)
    try:
        carried, fresh = unseal_state(request, found)
    except NotOurs:
        return bad_request(request)
    if step == "details":
        return _details(request, found, text, carried)
    if step == "edit" and "typed" in carried:
        form = _letter_form(text, carried, initial=carried["typed"])
        return _show_details(request, found, text, form, carried)
    if step == "send" and "typed" in carried:
        return _send(request, found, text, carried, fresh=fresh)
    return bad_request(request)


def _page(
    request: HttpRequest, campaign: Campaign, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {"campaign": campaign, **context}
    return TemplateResponse(request, f"actions/{template}.html", context, status=status)


def _find(request: HttpRequest, campaign: Campaign, text: CampaignText) -> HttpResponse:
    """The ZIP: on to the details, or to other ways to help where nobody represents it."""
    form = ZipForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "text": text, "code": code_of(request)}
        return _page(request, campaign, "campaign", context, status=422)
    lookup = form.lookup
    if lookup is None:
        raise RuntimeError("a checked ZIP has been looked up")
    carried: Carried = {"zip": lookup.zip, "started": int(time.time()), "code": code_of(request)}
    letter_form = _letter_form(text, carried)
    if not letter_form.choices and not letter_form.by_number:
        context = {"form": ZipForm(), "lookup": lookup, "military": lookup.status == Status.MILITARY}
        context |= {"unknown": lookup.status == Status.UNKNOWN, "code": carried["code"]}
        return _page(request, campaign, "no_member", context)
    return _show_details(request, campaign, text, letter_form, carried)


def _offices(seats: list[Seat]) -> list[tuple[Seat, bool]]:
    """Return each seat with whether we send to it."""
    gateways = Office.objects.gateways_of(seats)
    return [(seat, bool(gateways[seat.pk])) for seat in seats]


def _letter_form(text: CampaignText, carried: Carried, data: Any = None, initial: Any = None) -> LetterForm:
    return LetterForm(
        data, zip_code=carried["zip"], statement=text.statement_en,
        initial=initial or {"zip": carried["zip"]},
    )


def _show_details(
    request: HttpRequest, campaign: Campaign, text: CampaignText, form: LetterForm, carried: Carried,
    status: int = 200,
) -> HttpResponse:
    only = form.choices[0] if len(form.choices) == 1 else None
    offices = _offices(seats_for(only.state, only.district)) if only else []
    context = {
        "form": form, "text": text, "offices": offices, "state": seal_state(campaign, carried),
        "no_senators": bool(offices) and not any(seat.is_senate for seat, _ in offices),
        "members_known": has_members(),
    }
    return _page(request, campaign, "details", context, status)


def _details(request: HttpRequest, campaign: Campaign, text: CampaignText, carried: Carried) -> HttpResponse:
    """Details and own words: on to the review, or back with what there is to mend."""
    form = _letter_form(text, carried, data=request.POST)
    if not form.is_valid():
        return _show_details(request, campaign, text, form, carried, status=422)
    state, district = form.home
    carried = {
        **carried,
        "zip": form.lookup.zip,
        "home": [state, district],
        "person": vars(form.person),
        "typed": {**form.cleaned_data, "website": ""},
        "trap": bool(form.cleaned_data["website"]) or carried.get("trap", False),
    }
    return _review(request, campaign, text, carried)


def _review(
    request: HttpRequest, campaign: Campaign, text: CampaignText, carried: Carried, *, notice: str = ""
) -> HttpResponse:
    """Show the exact text per office, with a fresh one-time key bound to this version of it."""
    carried = {**carried, "text": text.pk, "once": secrets.token_hex(16)}
    person, words = Person(**carried["person"]), carried["typed"]["own_words"]
    seats = seats_for(*carried["home"])
    organisation, now = Organisation.current(), timezone.now()
    letters = [compose(text, organisation, person, words, seat, "", now) for seat in seats[:1]]
    offices = _offices(seats)
    sent_by_us = sum(by_us for _, by_us in offices)
    context = {
        "text": text, "offices": offices, "letter": letters[0], "person": person,
        "state": seal_state(campaign, carried), "notice": notice, "typed": carried["typed"],
        "sent_by_us": sent_by_us, "by_hand": len(offices) - sent_by_us, "members_known": has_members(),
        "send_after": settings.SEND_AFTER_MINUTES,
    }
    return _page(request, campaign, "review", context)


def _send(
    request: HttpRequest, campaign: Campaign, text: CampaignText, carried: Carried, *, fresh: bool
) -> HttpResponse:
    """Store what was reviewed, all of it or nothing, and lead to the receipt."""
    earlier = Action.objects.with_once(carried["once"])
    if earlier:
        return redirect(earlier)
    if not fresh:
        return _review(request, campaign, text, carried, notice="expired")
    if carried["text"] != text.pk:
        return _review(request, campaign, text, carried, notice="changed")
    typed = carried["typed"]
    state, district = carried["home"]
    email = carried["person"]["email"]
    held = doubt(request, email, trap=carried["trap"], started=carried["started"])
    with transaction.atomic():
        action, is_new = Action.objects.take(Submission(
            campaign=campaign, text=text, person=Person(**carried["person"]), own_words=typed["own_words"],
            seats=seats_for(state, district), state=state, district=district,
            language=get_language() or settings.LANGUAGE_CODE, once=carried["once"],
            doubt=held, no_mail=typed["no_mail"], source=carried.get("code", ""),
        ))
        if is_new:
            mail_taken(action)
            keep_consents(action, email, typed, page="letter")
            nudge({message.gateway for message in action.messages.all()})
    if is_new:
        note_taken(request, email)
    return redirect(action)
