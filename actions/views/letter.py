"""The form at one address, step by step, without cookies: what was typed travels sealed in the page itself."""

import secrets
import time
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
from actions.congress.models import Seat
from actions.forms import LetterForm, ZipForm
from actions.letters import Person, compose
from actions.mails import mail_taken
from actions.models import Action, HeldBecause, Office, Submission
from actions.tasks import nudge
from campaigns.models import Campaign, CampaignText, Organisation
from newsletter.models import Subscriber
from polaris_site.antispam import public_form
from polaris_site.encryption import NotOurs, TooOld, seal, unseal
from polaris_site.error_pages import bad_request
from polaris_site.identity import canonical_email
from polaris_site.limits import has_room, network_of, within

Carried = dict[str, Any]
# Goes up when what is carried changes its shape, so that a page from before is refused and not misread.
CARRIED_VERSION = 1
HOUR, DAY = 3600, 86_400  # seconds


@require_http_methods(["GET", "HEAD", "POST"])
@public_form
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """One campaign: its page with the first step, and every later step posted to the same address."""
    found = Campaign.objects.public().select_related("next_step").filter(slug=slug).first()
    if found is None:
        raise Http404
    text = found.text
    if not found.takes_letters or text is None:
        return _not_here(request, found)
    if request.method != "POST":
        return _page(request, found, "campaign", {"form": ZipForm(), "text": text})
    step = request.POST.get("step", "zip")
    if step == "zip":
        return _find(request, found, text)
    try:
        carried, fresh = _unseal(request, found)
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


def _not_here(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """A campaign without a form now. Who was writing when it ended gets their own words back."""
    if request.method != "POST":
        return TemplateResponse(request, "campaigns/about.html", {"campaign": campaign})
    words = request.POST.get("own_words", "")
    try:
        carried, _ = _unseal(request, campaign)
    except NotOurs:
        carried = {}
    earlier = Action.objects.with_once(carried.get("once", ""))
    if earlier:
        return redirect(earlier)  # sent before the campaign ended; its answer was lost on the way
    words = words or carried.get("typed", {}).get("own_words", "")
    return _page(request, campaign, "ended", {"words": words})


def _purpose(campaign: Campaign) -> str:
    return f"letter {CARRIED_VERSION} to {campaign.slug}"


def _seal(campaign: Campaign, carried: Carried) -> str:
    return seal(_purpose(campaign), carried)


def _unseal(request: HttpRequest, campaign: Campaign) -> tuple[Carried, bool]:
    """Return what the page carried, and whether its time is still running. Raises `NotOurs`."""
    try:
        return unseal(_purpose(campaign), request.POST.get("state", ""), settings.FORM_LASTS), True
    except TooOld as old:
        return old.data, False


def _find(request: HttpRequest, campaign: Campaign, text: CampaignText) -> HttpResponse:
    """The ZIP: on to the details, or to other ways to help where nobody represents it."""
    form = ZipForm(request.POST)
    if not form.is_valid():
        return _page(request, campaign, "campaign", {"form": form, "text": text}, status=422)
    lookup = form.lookup
    if lookup is None:
        raise RuntimeError("a checked ZIP has been looked up")
    carried: Carried = {"zip": lookup.zip, "started": int(time.time())}
    letter_form = _letter_form(text, carried)
    if not letter_form.choices and not letter_form.by_number:
        context = {"form": ZipForm(), "lookup": lookup, "military": lookup.status == Status.MILITARY}
        return _page(request, campaign, "no_member", {**context, "unknown": lookup.status == Status.UNKNOWN})
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
        "form": form, "text": text, "offices": offices, "state": _seal(campaign, carried),
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
        "state": _seal(campaign, carried), "notice": notice, "typed": carried["typed"],
        "sent_by_us": sent_by_us, "by_hand": len(offices) - sent_by_us, "members_known": has_members(),
        "send_after": settings.SEND_AFTER_MINUTES,
    }
    return _page(request, campaign, "review", context)


def _doubt(request: HttpRequest, carried: Carried) -> str:
    """Return why a letter waits until its mailbox confirms: what people rarely do. Nobody is refused.

    It counts nothing, so that every copy of one Send gets the same answer; `_count` does, once it is stored.
    """
    if carried["trap"] or time.time() - carried["started"] < settings.MIN_FORM_SECONDS:
        return HeldBecause.CHECK
    if not has_room("mailbox", canonical_email(carried["person"]["email"]), settings.ACTIONS_A_DAY, DAY):
        return HeldBecause.LIMIT
    if not has_room("network", network_of(request), settings.ACTIONS_A_NETWORK_HOUR, HOUR):
        return HeldBecause.NETWORK
    return ""


def _count(request: HttpRequest, carried: Carried) -> None:
    within("mailbox", canonical_email(carried["person"]["email"]), settings.ACTIONS_A_DAY, DAY)
    within("network", network_of(request), settings.ACTIONS_A_NETWORK_HOUR, HOUR)


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
    doubt = _doubt(request, carried)
    with transaction.atomic():
        action, is_new = Action.objects.take(Submission(
            campaign=campaign, text=text, person=Person(**carried["person"]), own_words=typed["own_words"],
            seats=seats_for(state, district), state=state, district=district,
            language=get_language() or settings.LANGUAGE_CODE, once=carried["once"],
            doubt=doubt, no_mail=typed["no_mail"],
        ))
        if is_new:
            mail_taken(action)
            if typed["news"]:
                Subscriber.objects.ask(
                    carried["person"]["email"], page="letter", language=get_language() or "en"
                )
            nudge({message.gateway for message in action.messages.all()})
    if is_new:
        _count(request, carried)
    return redirect(action)
