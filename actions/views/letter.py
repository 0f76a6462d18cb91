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

from actions.audience import Recipient, decisions, has_thanks, recipients, targets_for, thanks_somebody
from actions.congress.lookup import Status, has_members, seats_for
from actions.congress.models import Seat
from actions.consents import keep_consents
from actions.doubts import doubt, note_taken
from actions.forms import LetterForm, ZipForm
from actions.forms.target import TargetLetterForm, TargetZipForm
from actions.gateways import EMAIL, way
from actions.letters import Person, Words, compose, words_of
from actions.mails import mail_taken
from actions.models import Action, Office, Submission
from actions.tasks import nudge
from actions.views.carried import Carried, seal_state, unseal_state
from actions.views.closed import not_open
from actions.views.codes import code_of
from campaigns.models import Campaign, CampaignText, Organisation, Variant
from polaris_site.encryption import NotOurs
from polaris_site.error_pages import bad_request

Home = tuple[str, int | None]  # state and district


def answer(request: HttpRequest, found: Campaign) -> HttpResponse:
    """An open campaign of letters: its page with the first step, and every later step posted to the same address."""
    text = found.text
    if text is None:
        return not_open(request, found)
    if request.method != "POST":
        return _page(request, found, "campaign", {
            "form": _zip_form(found), "texts": _texts(found, text), "code": code_of(request),
        })
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
        form = _letter_form(found, text, carried, initial=carried["typed"])
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
    form = _zip_form(campaign, request.POST)
    if not form.is_valid():
        context = {"form": form, "texts": _texts(campaign, text), "code": code_of(request)}
        return _page(request, campaign, "campaign", context, status=422)
    lookup = form.lookup
    if lookup is None:
        raise RuntimeError("a checked ZIP has been looked up")
    carried: Carried = {"zip": lookup.zip, "started": int(time.time()), "code": code_of(request)}
    letter_form = _letter_form(campaign, text, carried)
    if not letter_form.homes and not letter_form.by_number:
        context = {"form": _zip_form(campaign), "lookup": lookup, "military": lookup.status == Status.MILITARY}
        context |= {"unknown": lookup.status == Status.UNKNOWN, "code": carried["code"]}
        return _page(request, campaign, "no_member", context)
    # Nobody fills in a form for offices that get nothing, whichever of the districts is theirs.
    if letter_form.homes and not _to(campaign, lookup.zip or "", letter_form.homes):
        return _nothing(request, campaign, letter_form.homes)
    return _show_details(request, campaign, text, letter_form, carried)


def _zip_form(campaign: Campaign, data: Any = None) -> ZipForm:
    return ZipForm(data) if campaign.writes_to_congress else TargetZipForm(data)


def _seats(campaign: Campaign, homes: list[Home]) -> list[Seat]:
    """Return the seats of Congress of all these places, each once; none where the campaign writes to others."""
    if not campaign.writes_to_congress:
        return []
    return list({seat.pk: seat for home in homes for seat in seats_for(*home)}.values())


def _to(campaign: Campaign, zip_code: str, homes: list[Home]) -> list[Recipient]:
    """Return who gets the letter of somebody who lives in one of these places."""
    if campaign.writes_to_congress:
        return recipients(campaign, _seats(campaign, homes))
    return targets_for(campaign, zip_code, [state for state, _ in homes])


def _nothing(request: HttpRequest, campaign: Campaign, homes: list[Home], words: str = "") -> HttpResponse:
    """The campaign writes to nobody who serves this person: say whose offices these are and why, and keep nothing.

    Who had written already, when staff changed who gets it, finds their own words on the page.
    """
    context = {"decisions": decisions(campaign, _seats(campaign, homes)), "words": words}
    return _page(request, campaign, "no_letter", context)


def _offices(to: list[Recipient]) -> list[tuple[Recipient, bool]]:
    """Return each recipient with whether we send to it."""
    gateways = Office.objects.gateways_of(one.seat for one in to if one.seat)
    mails = way(EMAIL).has_credentials
    return [(one, bool(gateways[one.seat.pk]) if one.seat else mails) for one in to]


def _texts(campaign: Campaign, text: CampaignText, to: list[Recipient] | None = None) -> list[Words]:
    """Return the texts that these recipients get; where they are not known yet, all that the campaign has."""
    if to:
        variants = sorted({one.variant for one in to})
    else:
        thanks = has_thanks(text) and thanks_somebody(campaign)
        variants = [Variant.ASK, Variant.THANKS] if thanks else [Variant.ASK]
    return [words_of(text, variant) for variant in variants]


def _letter_form(
    campaign: Campaign, text: CampaignText, carried: Carried, data: Any = None, initial: Any = None
) -> LetterForm:
    # Own words go to everybody, so that they fit beside the longest text.
    statements = [words.statement_en for words in _texts(campaign, text)]
    form = LetterForm if campaign.writes_to_congress else TargetLetterForm
    return form(
        data, zip_code=carried["zip"], statement=max(statements, key=len),
        initial=initial or {"zip": carried["zip"]},
    )


def _show_details(
    request: HttpRequest, campaign: Campaign, text: CampaignText, form: LetterForm, carried: Carried,
    status: int = 200,
) -> HttpResponse:
    only = form.homes if len(form.homes) == 1 else []
    seats = _seats(campaign, only)
    to = _to(campaign, form.lookup.zip or "", only) if only else []
    context = {
        "form": form, "texts": _texts(campaign, text, to), "offices": _offices(to), "fewer": len(to) < len(seats),
        "state": seal_state(campaign, carried),
        "no_senators": bool(to and seats) and not any(seat.is_senate for seat in seats),
        "members_known": has_members(),
    }
    return _page(request, campaign, "details", context, status)


def _details(request: HttpRequest, campaign: Campaign, text: CampaignText, carried: Carried) -> HttpResponse:
    """Details and own words: on to the review, or back with what there is to mend."""
    form = _letter_form(campaign, text, carried, data=request.POST)
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
    """Show each text and who gets it, with a fresh one-time key bound to this version and these recipients."""
    state, district = carried["home"]
    to, seats = _to(campaign, carried["zip"], [(state, district)]), _seats(campaign, [(state, district)])
    if not to:
        return _nothing(request, campaign, [(state, district)], carried["typed"]["own_words"])
    carried = {
        **carried, "text": text.pk, "to": [one.mark for one in to], "once": secrets.token_hex(16),
    }
    person, own_words = Person(**carried["person"]), carried["typed"]["own_words"]
    organisation, now = Organisation.current(), timezone.now()
    # One of each kind: no name stands in a letter, so that it is the same for all who get it.
    letters = [
        (words_of(text, variant), compose(text, organisation, person, own_words, group[0], state, "", now), group)
        for variant in Variant if (group := [one for one in to if one.variant == variant])
    ]
    offices = _offices(to)
    sent_by_us = sum(by_us for _, by_us in offices)
    context = {
        "offices": offices, "letters": letters, "person": person, "fewer": len(to) < len(seats),
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
    typed = carried["typed"]
    state, district = carried["home"]
    # Who gets what is decided here, once: a letter that then waits for an empty seat goes to whoever fills it,
    # except thanks, which are for one person.
    to = _to(campaign, carried["zip"], [(state, district)])
    if carried["text"] != text.pk or carried.get("to") != [one.mark for one in to]:
        return _review(request, campaign, text, carried, notice="changed")
    email = carried["person"]["email"]
    held = doubt(request, campaign.kind, email, trap=carried["trap"], started=carried["started"])
    with transaction.atomic():
        action, is_new = Action.objects.take(Submission(
            campaign=campaign, text=text, person=Person(**carried["person"]), own_words=typed["own_words"],
            recipients=to, state=state, district=district,
            language=get_language() or settings.LANGUAGE_CODE, once=carried["once"],
            doubt=held, no_mail=typed["no_mail"], source=carried.get("code", ""),
        ))
        if is_new:
            mail_taken(action)
            keep_consents(action, email, typed, page="letter")
            nudge({message.gateway for message in action.messages.all()})
    if is_new:
        note_taken(request, campaign.kind, email)
    return redirect(action)
