"""Signing up, confirming and leaving; and, in a demonstration, looking at the mail the site wrote."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from newsletter.forms import SignUpForm
from newsletter.models import Subscriber, Subscription
from newsletter.models.subscribers import LinkIsOver
from polaris_site.antispam import public_form
from polaris_site.demonstration import refuse_unless_at_this_machine


class SeeOther(HttpResponseRedirect):
    """Answers a post with the page to look at, so that reloading posts nothing again."""

    status_code = 303


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask for an email address. The answer is the same for one that is known and one that is not."""
    form = SignUpForm(request.POST) if request.method == "POST" else SignUpForm()
    if request.method != "POST":
        return TemplateResponse(request, "newsletter/sign_up.html", {"form": form})
    if not form.is_valid():
        return TemplateResponse(request, "newsletter/sign_up.html", {"form": form}, status=422)
    Subscriber.objects.ask(
        form.cleaned_data["email"], page=form.cleaned_data["page"], language=get_language() or settings.LANGUAGE_CODE
    )
    return SeeOther(reverse("newsletter:thanks"))


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Say what comes next, to everybody the same."""
    return TemplateResponse(request, "newsletter/thanks.html")


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button that confirms; only its press does, because mail scanners open every link."""
    try:
        subscriber = Subscriber.objects.by_confirm_token(token)
    except LinkIsOver:
        return TemplateResponse(request, "newsletter/link_is_over.html", status=404)
    if request.method == "POST":
        subscriber.confirm()
        return SeeOther(request.path)
    context = {"confirmed": subscriber.state == Subscription.CONFIRMED, "leave_token": subscriber.leave_token}
    return TemplateResponse(request, "newsletter/confirm.html", context)


@csrf_exempt  # mail programs post here by themselves (RFC 8058); who holds the link may leave
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button that leaves. A post leaves at once, whoever sends it.

    A mail program is answered without a redirect, as RFC 8058 asks; a person's own press leads to a page, so that
    no post stands in the browser's history.
    """
    try:
        subscriber = Subscriber.objects.by_leave_token(token)
    except LinkIsOver:
        return TemplateResponse(request, "newsletter/link_is_over.html", status=404)
    if request.method == "POST":
        subscriber.leave()
        if "List-Unsubscribe" not in request.POST:
            return SeeOther(request.path)
    left = request.method == "POST" or subscriber.state == Subscription.LEFT
    return TemplateResponse(request, "newsletter/leave.html", {"left": left})


@require_safe
def dev_mail(request: HttpRequest) -> HttpResponse:
    """List the mails a demonstration wrote to files, newest first."""
    files = sorted(_mail_folder(request).glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    mails = [(path.name, _read(path)) for path in files[:200]]
    return TemplateResponse(request, "newsletter/dev_mail.html", {"mails": mails})


@require_safe
def dev_mail_one(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of these mails."""
    path = _mail_folder(request) / name
    if not name.endswith(".eml") or name.startswith(".") or not path.is_file():
        raise Http404
    mail = _read(path)
    text = mail.get_body(("plain",))
    return TemplateResponse(
        request, "newsletter/dev_mail_one.html", {"mail": mail, "text": text.get_content() if text else ""}
    )


def _mail_folder(request: HttpRequest) -> Path:
    """Return where mails lie, for a visitor at the machine of a demonstration; for anybody else there is no page."""
    refuse_unless_at_this_machine(request)
    return Path(settings.EMAIL_FILE_PATH)


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)
