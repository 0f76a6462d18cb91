"""The mails of an action: its receipt, or the question whether it was theirs. Nothing in them names the topic."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from actions.models import Action
from newsletter.models import OutgoingMail

CONFIRMATIONS_A_DAY = 3  # to one mailbox, whoever asks for them
LOST_LINKS_A_DAY = 3


def _link(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def mail_taken(action: Action) -> None:
    """Queue the one mail an action leads to, in its transaction: receipt or, where it is held, confirmation."""
    to = action.sender.email
    with translation.override(action.language):
        if action.is_held:
            path = reverse("actions:confirm", args=[action.confirm_token])
            OutgoingMail.objects.put(
                kind="confirmation", to=to, subject=_("Please confirm"),
                text=render_to_string("actions/mail/confirm.txt", {
                    "link": _link(path), "held_days": settings.HELD_DAYS,
                }),
                cap_per_day=CONFIRMATIONS_A_DAY,
            )
        elif not action.no_mail:
            OutgoingMail.objects.put(
                kind="receipt", to=to, subject=_("Your receipt"),
                text=render_to_string("actions/mail/receipt.txt", {"link": _link(action.get_absolute_url())}),
            )


def mail_lost_links(email: str, actions: list[Action], language: str) -> None:
    """Queue the links of somebody's receipts to the mailbox they belong to."""
    with translation.override(language):
        OutgoingMail.objects.put(
            kind="lost receipt", to=email, subject=_("Your receipt"),
            text=render_to_string("actions/mail/lost.txt", {
                "links": [_link(action.get_absolute_url()) for action in actions],
            }),
            cap_per_day=LOST_LINKS_A_DAY,
        )
