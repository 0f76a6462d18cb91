"""Which words about the hotline stand in both languages."""

from modeltranslation.translator import TranslationOptions, register

from hotline.models import Hotline


@register(Hotline)
class HotlineTranslation(TranslationOptions):
    """Its name and what it offers; number and keyword are the same in every language."""

    fields = ("name", "hours", "languages")
