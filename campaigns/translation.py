"""Which words of staff stand in both languages, and who reads their Spanish."""

from collections.abc import Iterator

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import TranslationOptions, register

from campaigns.models import Answer, Campaign, CampaignText, Graphic, Lesson, Organisation, Promise, Source
from polaris_site import spanish


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    """What visitors read about the organisation; `about` goes to offices in English."""

    fields = ("legal_line",)


@register(Campaign)
class CampaignTranslation(TranslationOptions):
    """The card and the page."""

    fields = ("title", "summary", "button", "body", "call_script", "voicemail_script", "outcome", "bill_status")


@register(Source)
class SourceTranslation(TranslationOptions):
    """The title of a source."""

    fields = ("title",)


@register(CampaignText)
class CampaignTextTranslation(TranslationOptions):
    """The English goes to offices; the Spanish is for the supporter to read."""

    fields = ("subject", "statement", "thanks_subject", "thanks_statement")


@register(Promise)
class PromiseTranslation(TranslationOptions):
    """A statement of a pledge."""

    fields = ("text",)


@register(Graphic)
class GraphicTranslation(TranslationOptions):
    """A picture in each language. The Spanish one is drawn once all its words are Spanish."""

    fields = ("headline", "words", "alt", "caption")


@register(Lesson)
class LessonTranslation(TranslationOptions):
    """A lesson of a course."""

    fields = ("title", "content_note", "body", "question")


@register(Answer)
class AnswerTranslation(TranslationOptions):
    """An answer to a lesson's question."""

    fields = ("text", "why")


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
    """Each public campaign as a page for review: card, page, parts, sources, and the newest text for offices."""
    graphics = Prefetch("graphics", Graphic.objects.defer("upload"))
    rows = Campaign.objects.public().prefetch_related("sources", "texts", "promises", "lessons__answers", graphics)
    for campaign in rows:
        pairs = list(spanish.pairs_of(campaign, CampaignTranslation.fields))
        for source in campaign.sources.all():
            pairs += spanish.pairs_of(source, SourceTranslation.fields)
        for promise in campaign.promises.all():
            pairs += spanish.pairs_of(promise, PromiseTranslation.fields)
        for graphic in campaign.graphics.all():
            pairs += spanish.pairs_of(graphic, GraphicTranslation.fields)
        for text in list(campaign.texts.all())[:1]:
            pairs += spanish.pairs_of(text, CampaignTextTranslation.fields)
        for lesson in campaign.lessons.all():
            pairs += spanish.pairs_of(lesson, LessonTranslation.fields)
            for answer in lesson.answers.all():
                pairs += spanish.pairs_of(answer, AnswerTranslation.fields)
        yield spanish.Page(
            f"campaign-{campaign.pk}", campaign.title, tuple(pairs), "actions:campaign", (campaign.slug,)
        )


spanish.behind("frame", organisation)
spanish.behind("campaign", campaigns)
