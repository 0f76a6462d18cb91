"""Who wants to hear from us, and the one outbox of every mail the site sends."""

from newsletter.models.mail import MailState, OutgoingMail
from newsletter.models.subscribers import ConsentEvent, ConsentKind, Subscriber, Subscription, Suppression

__all__ = [
    "ConsentEvent",
    "ConsentKind",
    "MailState",
    "OutgoingMail",
    "Subscriber",
    "Subscription",
    "Suppression",
]
