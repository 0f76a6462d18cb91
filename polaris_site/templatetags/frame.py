"""What frames every page: the same page in the other language, and the note that this is a demonstration.

The language is in the address; nothing remembers it.
"""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils import translation

register = template.Library()


def in_language(address: str, language: str) -> str:
    """Return a path of this site, with its query, in another language: `/es/safety/` for `/safety/`."""
    current = translation.get_language_from_path(address)
    bare = address.removeprefix(f"/{current}") if current else address
    bare = "/" + bare.lstrip("/")  # two slashes would name another host
    return bare if language == settings.LANGUAGE_CODE else f"/{language}{bare}"


@register.inclusion_tag("_language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """The links to every other language, each in its own name."""
    address = context["request"].get_full_path()
    now = translation.get_language()
    return {
        "languages": [
            {"code": code, "name": translation.get_language_info(code)["name_local"].capitalize(),
             "address": in_language(address, code)}
            for code, _ in settings.LANGUAGES if code != now
        ]
    }


@register.inclusion_tag("_demonstration.html")
def demonstration_notice() -> dict[str, Any]:
    """The line that says that nothing here is real."""
    return {"demonstration": settings.DEMONSTRATION}
