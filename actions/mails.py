"""The mails of an action: its receipt, or the question whether it was theirs. Nothing in them names the topic."""

import logging

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from actions.models import Action, Enrolment, Sender
from newsletter.models import OutgoingMail
from polaris_site.encryption import NotOurs
from polaris_site.identity import canonical_email

logger = logging.getLogger(__name__)

CONFIRMATIONS_A_DAY = 3  # to one mailbox, whoever asks for them
LOST_LINKS_A_DAY = 3
COURSE_LINKS_A_DAY = 3
RECEIPTS_A_DAY = 10  # after which pressing "confirm" again mails no more


def _link(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _confirm_link(action: Action) -> str:
    return _link(reverse("actions:confirm", args=[action.confirm_token]))


def _put_receipt(action: Action, to: str, cap_per_day: int | None = None) -> bool:
    with translation.override(action.language):
        mail = OutgoingMail.objects.put(
            kind="receipt", to=to, subject=_("Your receipt"),
            text=render_to_string("actions/mail/receipt.txt", {"link": _link(action.get_absolute_url())}),
            cap_per_day=cap_per_day,
        )
    return mail is not None


def mail_taken(action: Action) -> bool:
    """Queue the one mail an action leads to, in its transaction: receipt or, where it is held, confirmation.

    Returns whether a mail was stored: none where no receipt is wanted, or the mailbox had its confirmations of
    the day.
    """
    to = action.sender.email
    if not action.is_held:
        return not action.no_mail and _put_receipt(action, to)
    with translation.override(action.language):
        mail = OutgoingMail.objects.put(
            kind="confirmation", to=to, subject=_("Please confirm"),
            text=render_to_string("actions/mail/confirm.txt", {
                "link": _confirm_link(action), "held_days": settings.HELD_DAYS,
            }),
            cap_per_day=CONFIRMATIONS_A_DAY,
        )
    return mail is not None


def mail_confirmed(action: Action) -> bool:
    """Queue the receipt of an action that its sender has just confirmed, in that transaction.

    Returns whether a mail was stored: none where no mail is wanted or the address is already deleted.
    """
    to = _address(action)
    return bool(to) and not action.no_mail and _put_receipt(action, to, RECEIPTS_A_DAY)


def mail_news(action: Action) -> bool:
    """Queue the mail that says that something came of an action's letters, in the transaction that notes it as told.

    Returns whether a mail was stored: none where no mail is wanted or the address is already deleted.
    """
    to = _address(action)
    if not to or action.no_mail:
        return False
    with translation.override(action.language):
        OutgoingMail.objects.put(
            kind="news", to=to, subject=_("News on your receipt"),
            text=render_to_string("actions/mail/news.txt", {"link": _link(action.get_absolute_url())}),
        )
    return True


def mail_lost_links(email: str, actions: list[Action], language: str) -> None:
    """Queue the links of somebody's actions, each to the address that acted, and to `email` where none is kept.

    `email` is what a visitor typed: it may be another spelling that leads to another mailbox. What is still
    held gets its confirmation link, which goes to the address that acted or nowhere.
    """
    mails: dict[str, tuple[str, list[Action]]] = {}
    for action in actions:
        to = _address(action) or email
        mails.setdefault(canonical_email(to, fold_tag=False), (to, []))[1].append(action)
    for to, theirs in mails.values():
        held = [action for action in theirs if action.is_held and _address(action)]
        with translation.override(language):
            OutgoingMail.objects.put(
                kind="lost receipt", to=to, subject=_("Your receipt"),
                text=render_to_string("actions/mail/lost.txt", {
                    "links": [_link(action.get_absolute_url()) for action in theirs if action not in held],
                    "confirm_links": [_confirm_link(action) for action in held],
                }),
                cap_per_day=LOST_LINKS_A_DAY,
            )


def mail_course_link(enrolment: Enrolment, to: str, language: str) -> None:
    """Queue the address of somebody's course. Where it goes is kept with the mail and nowhere else."""
    with translation.override(language):
        OutgoingMail.objects.put(
            kind="course link", to=to, subject=_("Your link"),
            text=render_to_string("actions/mail/course.txt", {"link": _link(enrolment.get_absolute_url())}),
            cap_per_day=COURSE_LINKS_A_DAY,
        )


def _address(action: Action) -> str:
    """Return the address an action was made with; empty once it is deleted."""
    try:
        return action.sender.email
    except Sender.DoesNotExist:
        return ""
    except NotOurs:  # a key that is gone must not stop the mails of everybody else
        logger.error("the address of action %d cannot be read", action.pk)
        return ""
