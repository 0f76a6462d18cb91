"""The hotline and the way out, as pieces of any page or mail.

An error page has `plain` in its context: there they come out whatever the database does.
"""

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from hotline.models import Hotline, OtherHelp
from hotline.shown import shown
from polaris_site.csp import EXIT_SCRIPT

register = template.Library()

ASKED = "hotline of this page"


def _hotline(context: Context) -> Hotline:
    """Return the record for one template, asked once for all pieces of a page."""
    found: Hotline | None = context.get("hotline") or context.render_context.get(ASKED)
    if found is None:
        plain = context.get("plain")  # an error page; "away" where there is no use in asking
        found = shown.at_any_rate(ask=plain != "away") if plain else shown.now()
        context.render_context[ASKED] = found
    return found


def _of_page(context: Context) -> dict[str, Any]:
    return {"hotline": _hotline(context)}


@register.simple_tag
def exit_head_script() -> SafeString:
    """Return the script that leaves: first in the head, so that it works before anything else arrives."""
    return mark_safe(f"<script>{EXIT_SCRIPT}</script>")  # noqa: S308  # our own file


@register.simple_tag(takes_context=True)
def exit_link(context: Context, words: str, css_class: str) -> SafeString:
    """Return a link out of the site. Without script it is a plain link that tells the other site nothing."""
    way_out = _hotline(context).way_out
    return format_html(
        '<a class="{}" href="{}" rel="noreferrer nofollow" data-exit>{}</a>', css_class, way_out, words
    )


@register.simple_tag(takes_context=True)
def exit_host(context: Context) -> str:
    """Return the name of the website Quick Exit leads to, as people read it."""
    return (urlsplit(_hotline(context).way_out).hostname or "").removeprefix("www.")


@register.inclusion_tag("hotline/_other_help.html")
def other_help() -> dict[str, Any]:
    """Who else helps, and with what."""
    return {"others": OtherHelp.shown()}


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


@register.inclusion_tag("hotline/_untried.html", takes_context=True)
def hotline_untried(context: Context) -> dict[str, Any]:
    """The line staff see on all their pages until somebody has tried the numbers lately."""
    hotline, user = Hotline.current(), context["user"]
    may_date = user.has_perm("hotline.change_hotline") if hotline.pk else user.is_superuser
    return {"hotline": hotline, "may_date": may_date}
