"""Which words about help stand in both languages, and whose versions are kept."""

import simple_history
from modeltranslation.translator import TranslationOptions, register

from hotline.models import Hotline, OtherHelp, Told


@register(Hotline)
class HotlineTranslation(TranslationOptions):
    """Its name and what it offers; number and keyword are the same in every language."""

    fields = ("name", "hours", "languages")


@register(OtherHelp)
class OtherHelpTranslation(TranslationOptions):
    """Who it is and for whom."""

    fields = ("name", "for_whom")


# Here and not on the model: a version has to have the columns of both languages.
simple_history.register(Hotline, app="hotline", bases=[Told])
