"""From a campaign's text and a supporter's words to the letter for one office."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from actions.audience import Recipient
from actions.congress.turnover import congress_on
from actions.delivery.letter import Agent, Bill, Letter
from campaigns.models import Campaign, CampaignText, Organisation, Variant

EASTERN = ZoneInfo("America/New_York")  # the chambers' day


@dataclass(frozen=True)
class Person:
    """Who acts: what an office asks of a constituent; a pledge asks for first name and email alone.

    Personal: never logged, never in an address.
    """

    prefix: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    zip: str = ""


@dataclass(frozen=True)
class Words:
    """One of a campaign's two texts: what offices receive, and the Spanish to read beside it."""

    subject_en: str
    statement_en: str
    subject_es: str = ""
    statement_es: str = ""
    is_thanks: bool = False


def words_of(text: CampaignText, variant: str) -> Words:
    """Return the text that asks, or the one that thanks."""
    begins = "thanks_" if variant == Variant.THANKS else ""
    names = ("subject_en", "statement_en", "subject_es", "statement_es")
    return Words(**{name: getattr(text, begins + name) or "" for name in names}, is_thanks=bool(begins))


def compose(
    text: CampaignText, organisation: Organisation, person: Person, own_words: str, to: Recipient, state: str,
    delivery_id: str, now: datetime,
) -> Letter:
    """Return the letter to one recipient from somebody who lives in that state.

    The office's text is English; a bill of a past Congress is left out.
    """
    campaign, words = text.campaign, words_of(text, to.variant)
    bill = _bill(campaign, now)
    return Letter(
        delivery_id=delivery_id,
        delivery_date=now.astimezone(EASTERN).strftime("%Y%m%d"),
        agent=Agent(**settings.CWC_AGENT),
        campaign_id=campaign.cwc_id or "",
        office=to.code,
        prefix=person.prefix,
        first_name=person.first_name,
        last_name=person.last_name,
        address1=person.address1,
        address2=person.address2,
        city=person.city,
        state=state,
        zip=person.zip,
        phone=person.phone,
        email=person.email,
        subject=words.subject_en,
        topics=tuple(campaign.topics),
        statement=words.statement_en,
        own_words=own_words,
        bill=bill,
        stance=campaign.stance if bill else "",
        organisation=organisation.name,
        organisation_about=organisation.about,
        more_info_url=campaign.more_info_url,
    )


def _bill(campaign: Campaign, now: datetime) -> Bill | None:
    if not (campaign.bill_congress and campaign.bill_type and campaign.bill_number):
        return None
    if campaign.bill_congress != congress_on(now):
        return None
    return Bill(campaign.bill_congress, campaign.bill_type, campaign.bill_number)
