"""A campaign's page: each kind of action has its own module; who comes too late is told what happened."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from actions.views import call, course, letter, pledge, share
from actions.views.carried import unseal_state
from actions.views.closed import not_open
from campaigns.models import Campaign, Kind
from polaris_site.antispam import public_form
from polaris_site.encryption import NotOurs

ANSWERS: dict[str, Callable[[HttpRequest, Campaign], HttpResponse]] = {
    Kind.MESSAGE: letter.answer,
    Kind.CALL: call.answer,
    Kind.PLEDGE: pledge.answer,
    Kind.SHARE: share.answer,
    Kind.TRAINING: course.answer,
}


def _unpublished(request: HttpRequest, slug: str) -> Campaign:
    """Return a campaign that staff took back while somebody was in the middle of its form. Raises `Http404`."""
    found = Campaign.objects.filter(slug=slug).first() if request.method == "POST" else None
    if found is None:
        raise Http404
    try:
        unseal_state(request, found)
    except NotOurs as error:
        raise Http404 from error
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@public_form
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """One campaign, open or not. Its form, where it has one, posts to the same address."""
    found = Campaign.objects.public().select_related("next_step").filter(slug=slug).first()
    if found is None:
        found = _unpublished(request, slug)
    if not found.is_open:
        return not_open(request, found)
    return ANSWERS[found.kind](request, found)
