"""The supporter's own page: what they did, what became of each letter, and what they can do next."""

import re
from typing import Any
from urllib.parse import quote, urlencode

from django.db import transaction
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from actions.congress.lookup import seats_for
from actions.congress.models import Member
from actions.delivery.letter import Letter
from actions.forms import CallForm, LostReceiptForm
from actions.mails import mail_confirmed, mail_lost_links
from actions.models import Action, Call, CallOutcome, Gateway, Message
from actions.office_hours import hours_at
from actions.states import BY_HAND, State, Word
from actions.tasks import nudge
from campaigns.models import Kind
from campaigns.next_steps import next_step
from polaris_site.antispam import public_form
from polaris_site.identity import email_key

MAILTO_LONGEST = 1_900  # characters; Windows hands on about two thousand


@require_http_methods(["GET", "HEAD", "POST"])
@public_form
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show the receipt; its posts withdraw, disown, note "I sent it", or open the sender's own words."""
    try:
        action = Action.objects.by_receipt(token)
    except Action.DoesNotExist as error:
        raise Http404 from error
    act, chosen = request.POST.get("act", ""), _chosen(request)
    if act == "calls" and action.kind == Kind.CALL:
        return _tell(request, action)
    if act == "words":
        return _show(request, action, opened=chosen or "letter")
    if act == "withdraw":
        stopped = action.withdraw()
        return redirect(f"{action.get_absolute_url()}?stopped={stopped}")
    if act == "not_me":
        action.disown()
        return redirect(action)
    if act in ("sent", "unsent"):
        # Never counted as sent by us: only the sender knows.
        noted = timezone.now() if act == "sent" else None
        action.messages.filter(pk=chosen, state__in=BY_HAND).update(self_sent_at=noted)
        return redirect(action)
    return _show(request, action)


def _chosen(request: HttpRequest) -> int:
    """Return which message of the receipt a button belongs to; 0 for none."""
    found = re.fullmatch("[0-9]{1,18}", request.POST.get("message", ""))
    return int(found[0]) if found else 0


def _show(request: HttpRequest, action: Action, *, opened: int | str = "") -> HttpResponse:
    about = _about_letters(action, opened) if action.has_letters else {}
    held = action.is_held
    about |= {
        "action": action, "campaign": action.campaign, "held": held, "as_of": timezone.now(),
        "stopped": _number(request.GET.get("stopped", "")), "counts": action.counts,
    }
    # Exactly one thing to do next: a letter that needs its sender, or a mailbox, comes first.
    if action.counts and not held and not about.get("needs_you"):
        about["onward"] = next_step(action.campaign, exclude=action.acted_in())
    if action.kind == Kind.CALL:
        about |= _about_calls(action)
    return TemplateResponse(request, "actions/receipt.html", about)


def _about_calls(action: Action, data: QueryDict | None = None) -> dict[str, Any]:
    """Return whom the caller can call, what they told, and the form to tell more."""
    told = {call.seat_id: call.outcome for call in action.calls.all()}
    seats = seats_for(action.state, action.district) if action.state else []
    done = {seat_id for seat_id, outcome in told.items() if outcome != CallOutcome.NO_LUCK}
    form = CallForm([seat for seat in seats if seat.pk not in done], data, told=told, asks_email=False)
    return {
        "form": form, "offices": form.offices(), "hours": hours_at(timezone.now()), "reached": bool(done),
        "done": [(seat, CallOutcome(told[seat.pk]).label) for seat in seats if seat.pk in done],
    }


def _tell(request: HttpRequest, action: Action) -> HttpResponse:
    """Store what came of further calls. It is one action, however many calls it has."""
    form = _about_calls(action, request.POST)["form"]
    if form.is_valid() and not action.disowned_at:
        with transaction.atomic():
            Call.objects.tell(action, form.outcomes)
    return redirect(action)


def _about_letters(action: Action, opened: int | str) -> dict[str, Any]:
    holders = Prefetch("seat__members", queryset=Member.objects.current(), to_attr="current_members")
    messages = list(
        action.messages.select_related("seat", "target").prefetch_related(holders).defer("letter")
        .annotate(letter_kept=Q(letter__isnull=False)).order_by("seat__chamber", "pk")
    )
    now = timezone.now()
    gateways = {gateway.name: gateway for gateway in Gateway.objects.all()}
    for message in messages:
        vars(message)["by_hand"] = _is_for_the_sender(action, message)
        gateway = gateways.get(message.gateway)
        vars(message)["opens_at"] = gateway.maintenance_ends(max(now, message.due or now)) if gateway else None
    letters = _letters(messages, opened)
    return {
        "messages": messages,
        "withdrawable": any(message.is_withdrawable for message in messages),
        "needs_you": [message for message in messages if getattr(message, "by_hand", False)],
        "next_step": "again" if _may_write_again(action, messages) else "",
        "accepted": all(message.word == Word.ACCEPTED for message in messages),
        "on_its_way": any(message.word == Word.ON_ITS_WAY for message in messages),
        "waiting": any(message.word == Word.WAITING for message in messages),
        "letters": letters, "mailto": _mailto(messages, opened, letters), "opened": opened,
        "words_kept": any(getattr(message, "letter_kept", False) for message in messages),
        "resting": {name for name, gateway in gateways.items() if gateway.resting_until},
        "text": action.text,
    }


def _is_for_the_sender(action: Action, message: Message) -> bool:
    """Tell whether a letter is left for its sender to send by hand."""
    if message.state not in BY_HAND or message.self_sent_at or action.disowned_at or action.counted_at is None:
        return False
    if message.is_thanks and (message.seat is None or message.seat.member is None
                              or message.seat.member.pk != message.thanked_id):
        return False  # thanks are for the person who held the seat
    # What we could not deliver is no use to an office once the campaign is over, or without its text.
    is_of_use = not action.campaign.has_ended or action.campaign.sends_after_end
    kept = getattr(message, "letter_kept", False) and is_of_use
    return message.state == State.SELF_SERVE or kept


def _may_write_again(action: Action, messages: list[Message]) -> bool:
    """Tell whether nothing went out and the campaign still takes letters."""
    nothing_went = all(message.state in (State.WITHDRAWN, State.EXPIRED) for message in messages)
    return nothing_went and not action.counts and action.campaign.takes_letters


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]", text) else None


def _letters(messages: list[Message], opened: int | str) -> list[Letter]:
    """Return the letter of the message that was opened, or each of the texts that went out, once."""
    if not opened:
        return []
    wanted = [message for message in messages if opened in ("letter", message.pk)]
    texts = {(letter.subject, letter.statement): letter for one in wanted if (letter := one.read_letter())}
    return list(texts.values())


def _mailto(messages: list[Message], opened: int | str, letters: list[Letter]) -> str:
    """Return the address that opens the letter in the sender's mail program, for a target that was opened.

    "" where it would be so long that some programs cut it without a word: then the text is pasted.
    """
    target = next((message.target for message in messages if message.pk == opened), None)
    if target is None or not letters:
        return ""
    words = "\r\n\r\n".join(filter(None, [letters[0].statement, letters[0].own_words])).replace("\r\n", "\n")
    query = urlencode({"subject": letters[0].subject, "body": words.replace("\n", "\r\n")}, quote_via=quote)
    address = f"mailto:{quote(target.email, safe='@')}?{query}"
    return address if len(address) <= MAILTO_LONGEST else ""


@require_http_methods(["GET", "HEAD", "POST"])
@public_form
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm a held action. Opening the link changes nothing, so that mail scanners confirm nothing."""
    try:
        action = Action.objects.by_confirmation(token)
    except Action.DoesNotExist as error:
        raise Http404 from error
    if request.method == "POST":
        with transaction.atomic():
            # Locked, so that of two presses at the same moment one mails the receipt.
            was_counted = Action.objects.select_for_update().get(pk=action.pk).counted_at is not None
            counted = action.confirm()
            if counted == action and counted.counted_at and not was_counted:
                mail_confirmed(counted)
            nudge({message.gateway for message in counted.messages.all()})
        return redirect(counted)
    return TemplateResponse(request, "actions/confirm.html", {"action": action, "held": action.is_held})


@require_http_methods(["GET", "HEAD", "POST"])
@public_form
def lost_receipt(request: HttpRequest) -> HttpResponse:
    """Mail the links again. The answer is the same for every address."""
    if request.method != "POST":
        return TemplateResponse(request, "actions/lost_receipt.html", {"form": LostReceiptForm()})
    form = LostReceiptForm(request.POST)
    if not form.is_valid():
        return TemplateResponse(request, "actions/lost_receipt.html", {"form": form}, status=422)
    email = form.cleaned_data["email"]
    theirs = Action.objects.filter(email_key=email_key(email), invalidated_at=None)
    found = list(theirs.select_related("sender").order_by("-pk")[:20])
    if found:
        with transaction.atomic():
            mail_lost_links(email, found, get_language() or "en")
    return TemplateResponse(request, "actions/lost_receipt.html", {"form": None})
