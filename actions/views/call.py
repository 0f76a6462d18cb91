"""Calls: who to call and what to say, after the ZIP; what came of it is told on a page of one's own."""

from django.http import HttpRequest, HttpResponse

from actions.views.closed import not_open
from campaigns.models import Campaign


def answer(request: HttpRequest, found: Campaign) -> HttpResponse:
    """The public page of an open campaign of this kind, and what is posted to its address."""
    return not_open(request, found)
