"""What a supporter hands in, and why it may have to wait."""

from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from actions.audience import Recipient
from actions.letters import Person
from campaigns.models import Campaign, CampaignText


class HeldBecause(models.TextChoices):
    """Why an action waits for its sender's confirmation."""

    REPEAT = "repeat", _("the same person has acted in this campaign")
    MAILBOX = "mailbox", _("another person has acted with this mailbox")
    CHECK = "check", _("the form was filled in like a machine does")
    LIMIT = "limit", _("more actions in a day with this mailbox than people take")
    NETWORK = "network", _("more actions in an hour from one network than usual")


@dataclass(frozen=True)
class Submission:
    """Everything a supporter reviewed and sent. `once` is the one-time key of their review.

    Without a `person` the action is anonymous: nothing personal is stored, and its one-time key alone keeps it
    from counting twice.
    """

    campaign: Campaign
    language: str
    once: str
    text: CampaignText | None = None  # what letters say; None where there are none
    person: Person | None = None
    own_words: str = ""
    recipients: list[Recipient] = field(default_factory=list)
    state: str = ""
    district: int | None = None
    doubt: str = ""  # a `HeldBecause` for which the mailbox has to confirm first
    no_mail: bool = False
    source: str = ""  # the code of the shared link that led here
    promises: list[str] = field(default_factory=list)  # what a pledge ticked, in the words that were read
