"""The organisation's own details, joined into every page."""

from weakref import WeakKeyDictionary

from django import template
from django.http import HttpRequest

from campaigns.models import Organisation

register = template.Library()
_of_request: WeakKeyDictionary[HttpRequest, Organisation] = WeakKeyDictionary()
_seen: dict[str, str] = {}  # the name this process saw last, for pages that ask no database


@register.simple_tag(takes_context=True)
def organisation(context: template.Context) -> Organisation:
    """Return the active organisation; however often a page asks, the database is asked once."""
    request = context.get("request")
    if request is None:
        return Organisation.current()
    if request not in _of_request:
        _of_request[request] = found = Organisation.current()
        if found.pk:
            _seen["name"] = found.name
    return _of_request[request]


@register.simple_tag
def organisation_last_seen() -> str:
    """Return the name an error page shows without asking the database; empty in a process that saw none."""
    return _seen.get("name", "")
