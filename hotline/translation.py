"""Which words about help stand in both languages, who reads their Spanish, and whose versions are kept."""

from collections.abc import Iterator

import simple_history
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import TranslationOptions, register

from hotline.models import Hotline, OtherHelp, Told
from polaris_site import spanish


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


def record() -> Iterator[spanish.Page]:
    """The words of the record and of other help, as one page for review; what is built in stands in the code."""
    pairs = [
        *(pair for row in Hotline.objects.filter(is_active=True)
          for pair in spanish.pairs_of(row, HotlineTranslation.fields)),
        *(pair for row in OtherHelp.objects.all() for pair in spanish.pairs_of(row, OtherHelpTranslation.fields)),
    ]
    if pairs:
        yield spanish.Page("hotline-record", _("Hotline record and other help"), tuple(pairs), "hotline:safety")


spanish.behind("hotline", record)
