"""Text as staff type it, made into paragraphs, headings and lists."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def prose(text: str) -> SafeString:
    """Return plain text as HTML. An empty line begins a block; "# " makes a heading, "- " lines make a list."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return format_html_join("\n", "{}", ((_block(block.strip()),) for block in blocks if block.strip()))


def _block(block: str) -> SafeString:
    lines = [line.strip() for line in block.split("\n")]
    if lines[0].startswith("# "):
        heading = format_html("<h2>{}</h2>", lines[0][2:])
        rest = "\n".join(lines[1:])
        return format_html("{}\n{}", heading, _block(rest)) if rest else heading
    if all(line.startswith("- ") for line in lines):
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line[2:],) for line in lines)))
    return format_html("<p>{}</p>", format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines)))
