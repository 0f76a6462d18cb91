"""A course: lessons, check questions, and a certificate."""

from django.http import HttpRequest, HttpResponse

from actions.views.closed import not_open
from campaigns.models import Campaign


def answer(request: HttpRequest, found: Campaign) -> HttpResponse:
    """The public page of an open campaign of this kind, and what is posted to its address."""
    return not_open(request, found)
