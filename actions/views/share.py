"""Graphics to share, counted when the visitor says that they shared one."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from actions.consents import keep_consents
from actions.doubts import doubt, note_taken
from actions.forms import SharedForm
from actions.models import Action, Submission
from actions.views import tickets
from actions.views.closed import not_open
from actions.views.codes import code_for, code_of
from campaigns.drawing import SIZES
from campaigns.models import Campaign, Graphic, Kind
from campaigns.pictures import OWN, Said, said_by
from polaris_site.antispam import public_form
from polaris_site.error_pages import bad_request

PURPOSE = "shared"
NAMES = {
    "square": _("Square, for a post"), "story": _("Tall, for a story"), "wide": _("Wide, for a link or a header"),
    OWN: _("As it is"),
}


@dataclass(frozen=True)
class Download:
    """One size of a graphic, in each form it has."""

    name: str
    width: int
    height: int
    files: list[tuple[str, str]]  # form and address


@dataclass(frozen=True)
class Shown:
    """A graphic as its page shows it."""

    key: int
    said: Said
    preview: str
    width: int
    height: int
    picture: str  # the file a phone's own share sheet takes
    downloads: list[Download]


def answer(request: HttpRequest, found: Campaign) -> HttpResponse:
    """The page with the graphics of an open campaign; "I shared it", posted to its address, opens a page of its own."""
    if request.method != "POST":
        link = f"{settings.SITE_URL}{found.get_absolute_url()}?code={code_for(found)}"
        context = {
            "campaign": found, "graphics": [_shown(found, graphic) for graphic in _graphics(found)],
            "link": link, "ways": _ways(found, link), "code": code_of(request),
        }
        return TemplateResponse(request, "actions/share.html", context)
    if request.POST.get("act") != "shared":
        return bad_request(request)
    return _fresh(found, code_of(request))


def _graphics(campaign: Campaign) -> list[Graphic]:
    return list(campaign.graphics.defer("upload"))


def _shown(campaign: Campaign, graphic: Graphic) -> Shown:
    said = said_by(graphic)

    def address(size: str, form: str) -> str:
        return reverse("campaigns:graphic", args=[campaign.slug, graphic.pk, size, form])

    if graphic.upload_type:
        form = "jpg" if graphic.upload_type == "jpeg" else "png"
        width, height, own = graphic.upload_width, graphic.upload_height, address(OWN, form)
        downloads = [Download(str(NAMES[OWN]), width, height, [(form, own)])]
        return Shown(graphic.pk, said, own, width, height, own, downloads)
    downloads = [
        Download(str(NAMES[size]), *pixels, [(form, address(size, form)) for form in ("png", "svg")])
        for size, pixels in SIZES.items()
    ]
    return Shown(
        graphic.pk, said, address("square", "webp"), *SIZES["square"], address("square", "png"), downloads
    )


def _ways(campaign: Campaign, link: str) -> list[tuple[str, str]]:
    """Return plain links to share by, each with its name: no script, no tracker, and nothing about who shares."""
    title = campaign.title
    both = f"{title} {link}"

    def asked(**values: str) -> str:
        return urlencode(values, quote_via=quote)

    return [
        ("WhatsApp", f"https://wa.me/?{asked(text=both)}"),
        ("Facebook", f"https://www.facebook.com/sharer/sharer.php?{asked(u=link)}"),
        ("Bluesky", f"https://bsky.app/intent/compose?{asked(text=both)}"),
        ("X", f"https://x.com/intent/post?{asked(text=title, url=link)}"),
        (gettext("Email"), f"mailto:?{asked(subject=title, body=both)}"),
        (gettext("Text message"), f"sms:?&{asked(body=both)}"),
    ]


def _fresh(campaign: Campaign, code: str) -> HttpResponse:
    ticket = tickets.mint(campaign, PURPOSE, code=code)
    return redirect("actions:shared", campaign.slug, ticket)


@require_http_methods(["GET", "HEAD", "POST"])
@public_form
def shared(request: HttpRequest, slug: str, ticket: str) -> HttpResponse:
    """One person's own page to say "I shared it": counted once, however often it is loaded or pressed."""
    found = Campaign.objects.public().select_related("next_step").filter(slug=slug).first()
    if found is None:
        raise Http404
    try:
        carried, fresh = tickets.read(found, PURPOSE, ticket)
    except tickets.NotOurs:
        return tickets.link_is_over(request)
    earlier = Action.objects.with_once(carried["once"])
    if earlier:
        return redirect(earlier)
    if not found.is_open or found.kind != Kind.SHARE:
        return not_open(request, found)
    if not fresh and request.method != "POST":  # an old page's press still counts, by its key once
        return _fresh(found, carried["code"])
    form = SharedForm(request.POST) if request.method == "POST" else SharedForm()
    if request.method != "POST" or not form.is_valid():
        context = {"campaign": found, "form": form}
        return TemplateResponse(request, "actions/shared.html", context, status=422 if form.is_bound else 200)
    action = _take(request, found, carried, form)
    return redirect(action)


def _take(request: HttpRequest, campaign: Campaign, carried: tickets.Ticket, form: SharedForm) -> Action:
    """Count it, with the consents that were given, all or nothing."""
    email = form.cleaned_data["email"]  # for the boxes alone: it says nothing of who shared
    held = doubt(request, campaign.kind, trap=bool(form.cleaned_data["website"]), started=carried["started"])
    with transaction.atomic():
        action, is_new = Action.objects.take(Submission(
            campaign=campaign, language=get_language() or settings.LANGUAGE_CODE, once=carried["once"],
            source=carried["code"], doubt=held,
        ))
        if is_new:
            keep_consents(action, email, form.cleaned_data, page="share")
    if is_new:
        note_taken(request, campaign.kind)
    return action
