"""Which words of staff stand in both languages."""

from modeltranslation.translator import TranslationOptions, register

from campaigns.models import Campaign, CampaignText, Organisation, Source


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
