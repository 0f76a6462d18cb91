"""The supporter's own page: what became of each letter, and what they can do about it."""

from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from actions.congress.models import Member
from actions.forms import LostReceiptForm
from actions.mails import mail_lost_links
from actions.models import Action, Message
from actions.states import WITHDRAWABLE, Word
from actions.tasks import nudge
from polaris_site.antispam import public_form
from polaris_site.identity import email_key


@require_http_methods(["GET", "HEAD", "POST"])
@public_form
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show the receipt; its posts withdraw, note "I sent it", or open the sender's own words."""
    try:
        action = Action.objects.by_receipt(token)
    except Action.DoesNotExist as error:
        raise Http404 from error
    act = request.POST.get("act", "")
    if act == "words":
        return _show(request, action, words=True)
    if act == "withdraw":
        with transaction.atomic():
            action.withdraw()
        return redirect(action)
    if act == "sent":
        sent = request.POST.get("message", "")
        if sent.isdecimal():
            _note_self_sent(action, int(sent))
        return redirect(action)
    return _show(request, action)


def _note_self_sent(action: Action, pk: int) -> None:
    """Note that the sender sent one letter by hand. It never counts as sent by us."""
    action.messages.filter(pk=pk, gateway="", self_sent_at=None).update(self_sent_at=timezone.now())


def _show(request: HttpRequest, action: Action, *, words: bool = False) -> HttpResponse:
    holders = Prefetch("seat__members", queryset=Member.objects.current(), to_attr="current_members")
    messages = list(
        action.messages.select_related("seat").prefetch_related(holders).order_by("seat__chamber", "pk")
    )
    held = action.is_held
    context: dict[str, Any] = {
        "action": action, "campaign": action.campaign, "messages": messages, "held": held,
        "withdrawable": any(message.state in WITHDRAWABLE for message in messages),
        "needs_you": [m for m in messages if m.word == Word.NEEDS_YOU and not m.self_sent_at],
        "on_its_way": any(message.word == Word.ON_ITS_WAY for message in messages),
        "as_of": timezone.now(),
        "letter": _letter(messages) if words else None,
        "words_asked": words,
        "words_kept": any(message.letter for message in messages),
        "text": action.text,
    }
    return TemplateResponse(request, "actions/receipt.html", context)


def _letter(messages: list[Message]) -> Any:
    return next((message.read_letter() for message in messages if message.letter), None)


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
            counted = action.confirm()
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
    found = list(Action.objects.filter(email_key=email_key(email), counted_at__isnull=False).order_by("-pk")[:20])
    if found:
        with transaction.atomic():
            mail_lost_links(email, found, get_language() or "en")
    return TemplateResponse(request, "actions/lost_receipt.html", {"form": None})
