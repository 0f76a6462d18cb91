"""The hotline and the way out, as pieces of any page or mail.

On a page with `plain` in its context (an error page) they ask no database.
"""

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from hotline.models import Hotline
from polaris_site.csp import EXIT_SCRIPT

register = template.Library()

ASKED = "hotline of this page"


def _of_page(context: Context) -> dict[str, Any]:
    """Return the hotline for one template, asked once for all pieces of a page."""
    if context.get("plain"):
        return {"hotline": Hotline.built_in()}
    found = context.render_context.get(ASKED)
    if found is None:
        found = context.render_context[ASKED] = Hotline.current()
    return {"hotline": found}


@register.simple_tag
def exit_head_script() -> SafeString:
    """Return the script that leaves: first in the head, so that it works before anything else arrives."""
    return mark_safe(f"<script>{EXIT_SCRIPT}</script>")  # noqa: S308  # our own file


@register.simple_tag
def exit_link(words: str, css_class: str) -> SafeString:
    """Return a link out of the site. Without script it is a plain link that tells the other site nothing."""
    return format_html(
        '<a class="{}" href="{}" rel="noreferrer nofollow" data-exit>{}</a>', css_class, settings.COVER_URL, words
    )


@register.simple_tag
def exit_host() -> str:
    """Return the name of the website Quick Exit leads to, as people read it."""
    return (urlsplit(settings.COVER_URL).hostname or "").removeprefix("www.")


@register.inclusion_tag("hotline/_other_help.html")
def other_help() -> dict[str, Any]:
    """Who else helps, and with what."""
    return {"others": []}


@register.inclusion_tag("hotline/_exit_status.html")
def exit_status() -> dict[str, Any]:
    """What a screen reader says while Shift is pressed to leave, and of the empty page after."""
    return {}


@register.inclusion_tag("hotline/_line.html", takes_context=True)
def hotline_line(context: Context) -> dict[str, Any]:
    """The line in the header of every page."""
    return _of_page(context)


@register.inclusion_tag("hotline/_bar.html", takes_context=True)
def hotline_bar(context: Context) -> dict[str, Any]:
    """The bar at the lower edge of every page: call, text, chat, Quick Exit."""
    return _of_page(context)


@register.inclusion_tag("hotline/_inline.html", takes_context=True)
def hotline_inline(context: Context) -> dict[str, Any]:
    """The ways to reach the hotline, inside a sentence of the page."""
    return _of_page(context)


@register.inclusion_tag("hotline/_help.html", takes_context=True)
def hotline_help(context: Context) -> dict[str, Any]:
    """All ways to reach help, as a block of the safety page and of error pages."""
    return _of_page(context)


@register.inclusion_tag("hotline/_text_note.html", takes_context=True)
def hotline_text_note(context: Context) -> dict[str, Any]:
    """What text messages cost and how to stop them, in the footer."""
    return _of_page(context)


@register.inclusion_tag("hotline/_plain.txt", takes_context=True)
def hotline_plain(context: Context) -> dict[str, Any]:
    """The ways to reach the hotline as text, for mails."""
    return _of_page(context)
