"""Which words of staff stand in both languages, and who reads their Spanish."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import TranslationOptions, register

from campaigns.models import Campaign, CampaignText, Organisation, Source
from polaris_site import spanish


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    """What visitors read about the organisation; `about` goes to offices in English."""

    fields = ("legal_line",)


@register(Campaign)
class CampaignTranslation(TranslationOptions):
    """The card and the page."""

    fields = ("title", "summary", "button", "body", "outcome", "bill_status")


@register(Source)
class SourceTranslation(TranslationOptions):
    """The title of a source."""

    fields = ("title",)


@register(CampaignText)
class CampaignTextTranslation(TranslationOptions):
    """The English goes to offices; the Spanish is for the supporter to read."""

    fields = ("subject", "statement")


def organisation() -> Iterator[spanish.Page]:
    """What the footer says of the organisation, as a page for review."""
    pairs = [
        pair
        for row in Organisation.objects.filter(is_active=True)
        for pair in spanish.pairs_of(row, OrganisationTranslation.fields)
    ]
    if pairs:
        yield spanish.Page("organisation", _("The organisation’s own line"), tuple(pairs), "campaigns:take_action")


def campaigns() -> Iterator[spanish.Page]:
    """Each public campaign as a page for review: card, page, sources, and the newest text for offices."""
    for campaign in Campaign.objects.public().prefetch_related("sources", "texts"):
        pairs = list(spanish.pairs_of(campaign, CampaignTranslation.fields))
        for source in campaign.sources.all():
            pairs += spanish.pairs_of(source, SourceTranslation.fields)
        for text in list(campaign.texts.all())[:1]:
            pairs += spanish.pairs_of(text, CampaignTextTranslation.fields)
        yield spanish.Page(
            f"campaign-{campaign.pk}", campaign.title, tuple(pairs), "actions:campaign", (campaign.slug,)
        )


spanish.behind("frame", organisation)
spanish.behind("campaign", campaigns)
