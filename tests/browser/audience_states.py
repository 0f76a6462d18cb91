"""Pages of campaigns that write to some offices, thank others, or write to people staff entered."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from actions.congress.models import Member
from actions.models import Action, Message
from actions.states import MEMBER_LEFT, TARGET_LEFT, State
from campaigns.models import AudienceRule, CampaignText, Recipients
from tests.factories import create_campaign, create_targets

if TYPE_CHECKING:
    from tests.browser.states import Visit


def audience(visit: "Visit", find: Callable[..., None], fill_in: Callable[..., None]) -> Iterator[str]:
    """From the ZIP to the receipt, where two texts go out, and where nobody is written to."""
    campaign = create_campaign(slug="thanks")
    CampaignText.publish(
        campaign, subject_en="Please pass the bill", statement_en="Please vote for this bill.",
        thanks_subject_en="Thank you", thanks_statement_en="Thank you for the bill.", thanks_subject_es="Gracias",
        thanks_statement_es="Gracias por la ley.",
    )
    holder = Member.objects.get(seat__state="NJ", seat__senate_class=1)
    AudienceRule.objects.create(campaign=campaign, variant="thanks", members=[holder.pk])
    AudienceRule.objects.create(campaign=campaign, position=1, chamber="house", states=["NJ"])
    visit.open_route("actions:campaign", "thanks")
    yield "campaign that also thanks"
    find(visit, "99501", "thanks")
    visit.sees("[data-steps=no-letter]")
    yield "campaign that writes to none of these offices"
    find(visit, "07030", "thanks")
    fill_in(visit, email="thanks@example.org")
    yield "details with thanks"
    visit.press("#go")
    visit.sees("[data-steps=review]")
    yield "review of two texts"
    visit.press("button[value=send]")
    visit.page.wait_for_url("**/receipt/*/")
    yield "receipt with thanks"
    action = Action.objects.latest("pk")
    Message.objects.filter(action=action, thanked__isnull=False).update(state=State.WITHDRAWN, error=MEMBER_LEFT)
    visit.open_route("actions:receipt", action.receipt_token)
    yield "receipt whose member left"


def targets(visit: "Visit", find: Callable[..., None], fill_in: Callable[..., None]) -> Iterator[str]:
    """The way to people staff entered."""
    campaign = create_campaign(slug="governors", recipients=Recipients.TARGETS, cwc_id=None, topics=[])
    create_targets(
        campaign, {"name": "Grace Muster", "title": "Governor of New Jersey", "states": ["NJ"]},
        {"name": "Jo Muster", "title": "Governor of Nevada", "states": ["NV"]},
    )
    visit.open_route("actions:campaign", "governors")
    yield "campaign to targets"
    find(visit, "99501", "governors")
    visit.sees("[data-steps=no-letter]")
    yield "campaign to targets elsewhere"
    find(visit, "09012", "governors")
    visit.sees("#id_home_state")
    yield "targets, state asked"
    find(visit, "07030", "governors")
    fill_in(visit, email="targets@example.org")
    yield "targets, details"
    visit.press("#go")
    visit.sees("[data-steps=review]")
    yield "targets, review"
    visit.press("button[value=send]")
    visit.page.wait_for_url("**/receipt/*/")
    yield "targets, receipt"
    visit.press("button[value=words]")
    visit.sees("#copy")
    yield "targets, text to mail"
    action = Action.objects.latest("pk")
    Message.objects.filter(action=action).update(state=State.WITHDRAWN, error=TARGET_LEFT)
    visit.open_route("actions:receipt", action.receipt_token)
    yield "targets, receipt of who left"
