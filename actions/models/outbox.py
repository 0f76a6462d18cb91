"""The outbox: one row a letter, stored before anything is sent. Its life is the table in `actions/states.py`."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions.audience import Recipient, target_code
from actions.congress.lookup import being_filled, has_members
from actions.congress.models import Member, Seat
from actions.delivery.letter import Letter
from actions.delivery.outcomes import Outcome, Result
from actions.gateways import EMAIL, way
from actions.models.counters import Counter, count
from actions.models.gateways import Office
from actions.models.queue import MessageQuerySet
from actions.retries import after_try, jitter
from actions.states import FINAL, LIFE, MEMBER_LEFT, TARGET_LEFT, TOLD, WITHDRAWABLE, State, Word, check_step
from campaigns.models import Target
from polaris_site.encryption import EncryptedJSONField, NotOurs

# What a change of who holds an office can still stop.
UNSENT = [State.HELD, State.QUEUED, State.WAITING, State.SELF_SERVE]


def new_delivery_id() -> str:
    """Return 32 hex digits, minted once a message and kept over every try."""
    return secrets.token_hex(16)


class Message(models.Model):
    """One letter to one seat or one target. Its bytes are a function of `letter`, which is frozen at Send."""

    action = models.ForeignKey("actions.Action", models.PROTECT, related_name="messages")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+", null=True, verbose_name=_("seat"))
    target = models.ForeignKey(Target, models.PROTECT, related_name="+", null=True, verbose_name=_("target"))
    # Set on a letter of thanks: it is for this person, and for no successor.
    thanked = models.ForeignKey(
        Member, models.PROTECT, related_name="+", null=True, db_index=False, verbose_name=_("thanked")
    )
    gateway = models.CharField(_("gateway"), max_length=20, blank=True)  # empty: the sender sends it
    delivery_id = models.CharField(max_length=32, unique=True, default=new_delivery_id, editable=False)
    letter = EncryptedJSONField(null=True)  # null once its time is over
    state = models.CharField(_("state"), max_length=12, choices=State)
    due = models.DateTimeField(_("due"), null=True)
    queued_at = models.DateTimeField(_("first due"), null=True)  # from here on the days of trying count
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    lease_id = models.CharField(max_length=16, blank=True)
    lease_ends = models.DateTimeField(null=True)
    body_started_at = models.DateTimeField(null=True)  # set: it may have arrived, whatever was heard of it
    error = models.CharField(_("last error"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)
    self_sent_at = models.DateTimeField(_("sent by the sender"), null=True)
    news_since = models.DateTimeField(null=True)  # set: something came of it that the sender has not been told

    # Of a claimed row: when it may go, and whether an earlier try ended without an answer.
    not_before: datetime
    may_have_arrived: bool = False

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["action", "seat"], name="one_message_an_office"),
            models.UniqueConstraint(
                fields=["action", "target"], condition=Q(target__isnull=False), name="one_message_a_target"
            ),
            models.CheckConstraint(
                condition=Q(seat__isnull=False, target=None) | Q(seat=None, target__isnull=False, thanked=None),
                name="message_has_seat_or_target",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENDING) | (~Q(lease_id="") & Q(lease_ends__isnull=False)),
                name="sending_holds_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.QUEUED) | (Q(due__isnull=False) & ~Q(gateway="")),
                name="queued_has_a_gateway_and_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["gateway", "due", "id"], condition=Q(state=State.QUEUED), name="message_due"),
            models.Index(fields=["lease_ends"], condition=Q(state=State.SENDING), name="message_leased"),
            models.Index(fields=["action"], condition=Q(news_since__isnull=False), name="message_news"),
            models.Index(
                fields=["state", "action"], condition=Q(state__in=[State.HELD, State.WAITING]), name="message_waits"
            ),
            models.Index(
                fields=["state", "thanked"], condition=Q(thanked__isnull=False, state__in=UNSENT),
                name="message_thanks",
            ),
            models.Index(
                fields=["state", "target"], condition=Q(target__isnull=False, state__in=UNSENT),
                name="message_targets",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def recipient(self) -> Recipient:
        """Return whom it is for, as pages name them."""
        return Recipient(self.seat, target=self.target)

    @property
    def recipient_name(self) -> str:
        """Return the name of who gets it; what the office is called where nobody holds it."""
        return self.recipient.name

    @property
    def recipient_label(self) -> str:
        """Return which office that is, empty where the name says so already."""
        recipient = self.recipient
        return recipient.label if recipient.label != recipient.name else ""

    @property
    def office_code(self) -> str:
        """Return the code of the office, as its letter carries it."""
        return target_code(self.target_id) if self.target_id else self.recipient.code

    @property
    def office_key(self) -> tuple[int | None, int | None]:
        """Return what tells one office from the others: the keys of its seat and its target, one of them None."""
        return self.seat_id, self.target_id

    @property
    def is_left(self) -> bool:
        """Tell whether it ended because the person it was written for is no longer there."""
        return self.error in (MEMBER_LEFT, TARGET_LEFT)

    @property
    def is_thanks(self) -> bool:
        """Tell whether it thanks instead of asking."""
        return self.thanked_id is not None

    def start(self, gateway: str | None = None) -> None:
        """Give it its first state after Send, confirmation or a wait; saves nothing.

        `gateway` is the one that takes letters to its seat now, where the caller has looked that up already.
        What each office gets was decided at Send and stays so: only whom a letter thanks is looked at again.
        """
        now = timezone.now()
        self.due, self.error = None, ""
        if self.target is not None:
            self.gateway = EMAIL if way(EMAIL).has_credentials else ""
            self._send_or_prepare(now, left=TARGET_LEFT if not self.target.is_active else "")
            return
        if self.seat is None:
            raise ValueError("a message has a seat or a target")
        self.gateway = Office.objects.gateways_of([self.seat])[self.seat.pk] if gateway is None else gateway
        holder = self.seat.member
        if being_filled(now, self.seat) or (has_members() and holder is None and not self.thanked_id):
            self.state = State.WAITING
        else:
            gone = self.thanked_id is not None and (holder is None or holder.pk != self.thanked_id)
            self._send_or_prepare(now, left=MEMBER_LEFT if gone else "")

    def _send_or_prepare(self, now: datetime, *, left: str) -> None:
        if left:
            self.state, self.error, self.finished_at = State.WITHDRAWN, left, now
        elif not self.gateway:
            self.state, self.finished_at = State.SELF_SERVE, now
        else:
            self.state, self.due = State.QUEUED, now + timedelta(minutes=settings.SEND_AFTER_MINUTES)
            self.queued_at = self.due

    @property
    def word(self) -> Word:
        """Return which of the five words the supporter reads."""
        return LIFE[State(self.state)].word

    @property
    def is_withdrawable(self) -> bool:
        """Tell whether the sender may still take it back."""
        return self.state in WITHDRAWABLE and self.body_started_at is None

    def has_letter(self) -> bool:
        """Tell whether the letter is still stored, readable or not."""
        return Message.objects.filter(pk=self.pk, letter__isnull=False).exists()

    def read_letter(self) -> Letter | None:
        """Return the frozen letter; None once its time is over, or where no key opens it any more."""
        try:
            return Letter.from_dict(self.letter) if self.letter else None
        except (NotOurs, KeyError, TypeError):
            return None

    @property
    def may_be_acknowledged(self) -> bool:
        """Tell whether a body has left and nobody knows what became of it."""
        asked_again = self.state == State.QUEUED and self.body_started_at is not None
        return asked_again or self.state in (State.UNKNOWN, State.UNCONFIRMED)

    def trying_for(self, now: datetime) -> timedelta:
        """Return how long ago the letter was first due."""
        return now - (self.queued_at or self.created_at)

    def into(self, state: State, now: datetime, error: str = "") -> dict[str, Any]:
        """Return the columns of a row that leaves a lease for another state. Raises `IllegalStep`."""
        check_step(self.state, state)
        told = {"news_since": now} if (State(self.state), state) in TOLD else {}
        return {
            "state": state, "error": error[:60], "lease_id": "", "lease_ends": None, "changed_at": now,
            "finished_at": now if state in FINAL else None, **told,
        }

    def take_up(self, result: Result, now: datetime) -> None:
        """Take up what one try led to; saves nothing."""
        following = after_try(
            result.outcome, attempts=self.attempts, trying_for=self.trying_for(now),
            drops_repeats=way(self.gateway).drops_repeats, may_have_arrived=self.may_have_arrived,
            retry_after=result.retry_after, jitter=jitter(),
        )
        for name, value in self.into(following.state, now, result.error).items():
            setattr(self, name, value)
        self.due = None if following.wait is None else now + following.wait
        # An earlier try that got no answer may have arrived, whatever this one says.
        if result.outcome != Outcome.UNKNOWN and not self.may_have_arrived:
            self.body_started_at = None

    def _locked(self) -> "Message":
        locked = Message.objects.select_for_update(of=("self",)).select_related("action")
        return locked.defer("letter").get(pk=self.pk)

    def give_back(self, error: str) -> bool:
        """The office's system gave the letter back after it had taken it, or may have. False where it had not.

        Counters fall and the sender is told. Doing it twice changes nothing.
        """
        now = timezone.now()
        with transaction.atomic():
            row = self._locked()
            if row.state != State.DELIVERED and not row.may_be_acknowledged:
                return False
            if row.state == State.DELIVERED:
                count(Counter.MESSAGES, row.action.campaign_id, -1)
            Message.objects.filter(pk=row.pk).update(**row.into(State.RETURNED, now, error), due=None)
        return True

    def acknowledge(self) -> bool:
        """The office's system says that it has a letter whose fate was open. False where nothing was."""
        now = timezone.now()
        with transaction.atomic():
            row = self._locked()
            if not row.may_be_acknowledged:
                return False
            Message.objects.filter(pk=row.pk).update(**row.into(State.DELIVERED, now), due=None)
            count(Counter.MESSAGES, row.action.campaign_id)
        return True

    def withdraw(self) -> bool:
        """Take the message back while it is unsent; returns whether that was in time."""
        if not self.is_withdrawable:
            return False
        return bool(Message.objects.filter(pk=self.pk).move(State(self.state), State.WITHDRAWN))
