"""The Take Action page and the list of everything one can do."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from campaigns.filters import chosen, filters
from campaigns.models import Campaign


@require_safe
def take_action(request: HttpRequest) -> HttpResponse:
    """The front page: what supporters have done, what one can do now, and how to hear more."""
    campaigns = list(Campaign.objects.on_take_action_page())
    # The button of the first screen: the first thing that can be done now.
    first_to_act = next((campaign for campaign in campaigns if campaign.is_open), None)
    context = {"campaigns": campaigns, "first_to_act": first_to_act}
    return TemplateResponse(request, "campaigns/take_action.html", context)


@require_safe
def all_campaigns(request: HttpRequest) -> HttpResponse:
    """Every campaign that was ever published, or those of a kind, a topic, a standing: open ones first."""
    # What stands on the Take Action page comes first, in the order of that page.
    campaigns = sorted(Campaign.objects.public(), key=lambda campaign: (not campaign.position, campaign.position))
    chosen_by = filters(campaigns, request.GET)
    found = chosen(campaigns, chosen_by)
    context = {
        "filters": chosen_by, "is_filtered": any(one.chosen for one in chosen_by), "found": found,
        "open": [campaign for campaign in found if campaign.is_open],
        "others": [campaign for campaign in found if not campaign.is_open],
    }
    return TemplateResponse(request, "campaigns/all.html", context)
