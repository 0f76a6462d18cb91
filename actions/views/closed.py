"""A campaign that takes no actions now. Who was in the middle of its form is told, and keeps their words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from actions.models import Action
from actions.views.carried import Carried, unseal_state
from campaigns.models import Campaign
from polaris_site.encryption import NotOurs


def not_open(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show what became of the campaign. Who was writing when it ended gets their own words back."""
    if request.method != "POST":
        return TemplateResponse(request, "campaigns/about.html", {"campaign": campaign})
    words = request.POST.get("own_words", "")
    carried: Carried = {}
    try:
        carried, _ = unseal_state(request, campaign)
    except NotOurs:
        pass  # the form of another kind carries nothing
    earlier = Action.objects.with_once(carried.get("once", ""))
    if earlier:
        return redirect(earlier)  # sent before the campaign ended; its answer was lost on the way
    words = words or carried.get("typed", {}).get("own_words", "")
    return TemplateResponse(request, "actions/ended.html", {"campaign": campaign, "words": words})
