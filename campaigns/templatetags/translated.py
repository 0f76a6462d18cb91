"""What staff wrote, in the reader's language; in English, and marked as English, where it is not translated yet."""

from django import template
from django.conf import settings
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

from campaigns.templatetags.prose import prose

register = template.Library()


def is_english_only(row: Model, field: str) -> bool:
    """Tell whether a page in another language has to show the English words of a field."""
    language = get_language() or settings.LANGUAGE_CODE
    english = getattr(row, build_localized_fieldname(field, settings.LANGUAGE_CODE))
    return bool(english) and not getattr(row, build_localized_fieldname(field, language))


@register.simple_tag
def translated(row: Model, field: str) -> str | SafeString:
    """Return the words of a field for a line of text."""
    words: str = getattr(row, field)
    if is_english_only(row, field):
        return format_html('<span lang="{}">{}</span>', settings.LANGUAGE_CODE, words)
    return words


@register.simple_tag
def translated_prose(row: Model, field: str) -> SafeString:
    """Return the words of a field as paragraphs, headings and lists."""
    words = prose(getattr(row, field))
    if is_english_only(row, field):
        return format_html('<div lang="{}">{}</div>', settings.LANGUAGE_CODE, words)
    return words


@register.filter
def partly_english(row: Model) -> bool:
    """Tell whether anything of a row is shown in English to readers of another language."""
    return any(is_english_only(row, field) for field in translator.get_options_for_model(type(row)).all_fields)
