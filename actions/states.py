"""The life of a message: which state may follow which, what each deadline is, and what the supporter reads.

This table is the only place that knows. `check_step` raises on anything it does not allow.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where one message stands."""

    HELD = "held", _("Held")
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    RETURNED = "returned", _("Returned")
    UNKNOWN = "unknown", _("Unknown")
    UNCONFIRMED = "unconfirmed", _("Unconfirmed")
    SELF_SERVE = "self_serve", _("For the sender to send")
    FAILED = "failed", _("Not delivered")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


class Word(TextChoices):
    """The five words a supporter reads."""

    ON_ITS_WAY = "on-its-way", _("On its way")
    ACCEPTED = "accepted", _("Accepted by the office’s system")
    NEEDS_YOU = "needs-you", _("Needs you")
    WAITING = "waiting", _("Waiting")
    NOT_SENT = "not-sent", _("Not sent")


@dataclass(frozen=True)
class Row:
    """One state: what the supporter reads, where it may go, and what its deadline does."""

    word: Word
    next: frozenset[State]
    lasts: timedelta | None = None  # after this long in the state …
    then: State | None = None  # … it goes here


def _row(word: Word, *following: State, lasts: timedelta | None = None, then: State | None = None) -> Row:
    return Row(word, frozenset(following), lasts, then)


# A claimed message whose worker died is free again after this long; `body_starts` refuses a holder who is later.
LEASE_LASTS = timedelta(seconds=60)

# `queued` retries for seven days, then ends as `failed`, or as `unknown` where it may have arrived. Its clock
# begins when it was first due, the clock of every other state when the message came into it.
LIFE: dict[State, Row] = {
    State.HELD: _row(
        Word.WAITING, State.QUEUED, State.SELF_SERVE, State.WAITING, State.WITHDRAWN, State.EXPIRED,
        lasts=timedelta(days=7), then=State.EXPIRED,
    ),
    State.QUEUED: _row(
        Word.ON_ITS_WAY, State.SENDING, State.WAITING, State.SELF_SERVE, State.WITHDRAWN, State.UNKNOWN,
        State.FAILED, State.DELIVERED, State.RETURNED,  # the last two by an acknowledgement, after a body had left
        lasts=timedelta(days=8), then=State.FAILED,
    ),
    State.SENDING: _row(
        Word.ON_ITS_WAY, State.QUEUED, State.DELIVERED, State.UNKNOWN, State.FAILED, State.SELF_SERVE,
        lasts=LEASE_LASTS, then=State.QUEUED,
    ),
    State.WAITING: _row(
        Word.WAITING, State.QUEUED, State.SELF_SERVE, State.WITHDRAWN, State.EXPIRED,
        lasts=timedelta(days=90), then=State.EXPIRED,
    ),
    State.UNKNOWN: _row(
        Word.ON_ITS_WAY, State.DELIVERED, State.RETURNED, State.QUEUED, State.UNCONFIRMED,
        lasts=timedelta(days=7), then=State.UNCONFIRMED,
    ),
    State.DELIVERED: _row(Word.ACCEPTED, State.RETURNED),
    State.SELF_SERVE: _row(Word.NEEDS_YOU, State.WITHDRAWN),
    State.RETURNED: _row(Word.NOT_SENT),
    State.FAILED: _row(Word.NOT_SENT),
    State.WITHDRAWN: _row(Word.NOT_SENT),
    State.EXPIRED: _row(Word.NOT_SENT),
    State.UNCONFIRMED: _row(Word.NOT_SENT, State.DELIVERED, State.RETURNED),  # an acknowledgement that comes late
}

# Nothing more happens to these by itself, so the clock of what is kept about the sender starts.
FINAL = frozenset(state for state, row in LIFE.items() if row.lasts is None)
# The sender may still take these back, unless a body has left for the office.
WITHDRAWABLE = frozenset({State.HELD, State.QUEUED, State.WAITING})


# Steps that no press of the sender leads to and that leave them something to know or to do: told by mail, once.
TOLD = frozenset({
    (State.QUEUED, State.FAILED), (State.QUEUED, State.SELF_SERVE),
    (State.SENDING, State.FAILED), (State.SENDING, State.SELF_SERVE),
    (State.WAITING, State.SELF_SERVE), (State.WAITING, State.EXPIRED),
    (State.UNKNOWN, State.UNCONFIRMED), (State.UNKNOWN, State.RETURNED), (State.DELIVERED, State.RETURNED),
    (State.QUEUED, State.RETURNED), (State.UNCONFIRMED, State.RETURNED), (State.UNCONFIRMED, State.DELIVERED),
})


# Why a letter was withdrawn whose recipient is no longer who it was written for.
MEMBER_LEFT, TARGET_LEFT = "member left", "target left"

# Where the sender can still do by hand what did not happen by itself, as long as the text is kept.
BY_HAND = frozenset({State.SELF_SERVE, State.FAILED, State.RETURNED, State.UNCONFIRMED, State.EXPIRED})


class IllegalStep(ValueError):
    """A message was asked to go where the table does not let it."""


def check_step(old: str, new: str) -> None:
    """Raise `IllegalStep` unless a message may go from `old` to `new`."""
    if State(new) not in LIFE[State(old)].next:
        raise IllegalStep(f"{old} → {new}")
