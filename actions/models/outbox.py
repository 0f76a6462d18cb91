"""The outbox: one row a letter, stored before anything is sent, claimed with a lease, settled by its holder."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import uniform

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions.congress.models import Seat
from actions.delivery.letter import Letter
from actions.delivery.outcomes import Outcome, Result
from actions.gateways import drops_repeats
from actions.models.counters import Counter, count
from actions.states import FINAL, LEASE_LASTS, LIFE, WITHDRAWABLE, IllegalStep, State, Word, check_step
from campaigns.models import Status
from polaris_site.encryption import EncryptedJSONField, NotOurs

# What comes after each try that took nothing; the last one repeats until GIVE_UP_AFTER.
RETRY_AFTER = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(hours=6), timedelta(hours=12),
)
GIVE_UP_AFTER = timedelta(days=7)
# A gateway that cannot be reached, or refuses us, is tried again after this long.
PROBE_EVERY = timedelta(minutes=1)


class LeaseLost(Exception):
    """Somebody else has claimed the message meanwhile: nothing of it may leave from here any more."""


def new_delivery_id() -> str:
    """Return 32 hex digits, minted once a message and kept over every try."""
    return secrets.token_hex(16)


class Gateway(models.Model):
    """One way to offices, as all workers share it: while it is closed its rows are not claimed."""

    name = models.CharField(_("name"), max_length=20, unique=True)
    closed_until = models.DateTimeField(_("closed until"), null=True, blank=True)
    closed_because = models.CharField(_("closed because"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("gateway")
        verbose_name_plural = _("gateways")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def is_closed(cls, name: str) -> bool:
        """Tell whether a gateway rests until its next probe."""
        return cls.objects.filter(name=name, closed_until__gt=timezone.now()).exists()

    @classmethod
    def close(cls, name: str, because: str) -> None:
        """Let a gateway rest until its next probe, for all workers."""
        cls.objects.update_or_create(
            name=name, defaults={"closed_until": timezone.now() + PROBE_EVERY, "closed_because": because}
        )

    @classmethod
    def open(cls, name: str) -> None:
        """The gateway takes letters again: nothing is resting any more."""
        cls.objects.filter(name=name, closed_until__isnull=False).update(closed_until=None, closed_because="")


class MessageQuerySet(models.QuerySet["Message"]):
    """Many messages at once."""

    def due(self, gateway: str) -> "MessageQuerySet":
        """What may go out at a gateway now, oldest first; nothing of a campaign that is paused or over."""
        return self.filter(
            state=State.QUEUED, gateway=gateway, due__lte=timezone.now(), action__campaign__status=Status.OPEN
        ).order_by("due", "pk")

    def claim(self, gateway: str, at_most: int) -> list["Message"]:
        """Take up to `at_most` due rows for one try each; nobody else gets them until the lease ends.

        The letters stay unread: one that cannot be decrypted must not stop the others.
        """
        lease_id, lease_ends = secrets.token_hex(8), timezone.now() + LEASE_LASTS
        with transaction.atomic():
            due = self.due(gateway).defer("letter").select_for_update(skip_locked=True, of=("self",))
            rows = list(due[:at_most])
            self.filter(pk__in=[row.pk for row in rows]).update(
                state=State.SENDING, lease_id=lease_id, lease_ends=lease_ends, attempts=F("attempts") + 1,
                changed_at=timezone.now(),
            )
        for row in rows:
            row.state, row.lease_id, row.lease_ends = State.SENDING, lease_id, lease_ends
            row.attempts += 1
        return rows

    def release(self, rows: Iterable["Message"]) -> None:
        """Give claimed rows back that were not tried; the claim does not count as an attempt."""
        for row in rows:
            self.filter(pk=row.pk, state=State.SENDING, lease_id=row.lease_id).update(
                state=State.QUEUED, lease_id="", lease_ends=None, attempts=F("attempts") - 1
            )

    def reclaim(self) -> int:
        """Free rows whose worker died: back to the queue, or `unknown` where a repeat could double them.

        The first death costs no time; a row whose workers keep dying waits longer each time, like any other.
        """
        freed, now = 0, timezone.now()
        ended = self.filter(state=State.SENDING, lease_ends__lte=now).select_related("action").defer("letter")
        for row in ended:
            if row.body_started_at is not None and not drops_repeats(row.gateway):
                state, due = State.UNKNOWN, None
            else:
                state, due = row.after(Result(Outcome.TRY_LATER), now)
                due = now if due and row.attempts == 1 else due
            check_step(row.state, state)
            freed += self.filter(pk=row.pk, state=State.SENDING, lease_id=row.lease_id).update(
                state=state, due=due, lease_id="", lease_ends=None, changed_at=now, error="worker_died",
                finished_at=now if state in FINAL else None,
            )
        return freed

    def move(self, old: State, new: State, *, error: str = "") -> int:
        """Move every row of this set that is in `old` on to `new`; return how many went.

        Only for steps that no counter notices and no lease guards. What may have reached an office is never
        said to be withdrawn.
        """
        check_step(old, new)
        if State.DELIVERED in (old, new) or new == State.QUEUED:
            raise IllegalStep(f"{old} → {new} is not made in bulk")
        now = timezone.now()
        rows = self.filter(state=old)
        if new == State.WITHDRAWN:
            rows = rows.filter(body_started_at=None)
        return rows.update(
            state=new, error=error, due=None, changed_at=now, finished_at=now if new in FINAL else None
        )

    def follow_campaigns(self) -> None:
        """What is unsent waits while its campaign is paused, and ends with it."""
        paused = self.filter(action__campaign__status=Status.PAUSED)
        self.filter(pk__in=paused.filter(state=State.QUEUED, body_started_at=None).values("pk")).move(
            State.QUEUED, State.WAITING, error="paused"
        )
        over = self.filter(action__campaign__status__in=[Status.WON, Status.LOST, Status.ARCHIVED])
        for state in (State.HELD, State.QUEUED, State.WAITING):
            rows = self.filter(pk__in=over.filter(state=state).values("pk"))
            rows.move(state, State.WITHDRAWN, error="campaign over")


class Message(models.Model):
    """One letter to one seat. Its bytes are a function of `letter`, which is frozen at Send."""

    action = models.ForeignKey("actions.Action", models.PROTECT, related_name="messages")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
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

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["action", "seat"], name="one_message_an_office"),
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
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def word(self) -> Word:
        """Return which of the five words the supporter reads."""
        return LIFE[State(self.state)].word

    @property
    def is_withdrawable(self) -> bool:
        """Tell whether the sender may still take it back."""
        return self.state in WITHDRAWABLE and self.body_started_at is None

    def read_letter(self) -> Letter | None:
        """Return the frozen letter; None once its time is over, or where no key opens it any more."""
        try:
            return Letter.from_dict(self.letter) if self.letter else None
        except (NotOurs, KeyError, TypeError):
            return None

    def body_starts(self) -> None:
        """Commit that the body is about to leave: from here on only the far end knows whether it arrived.

        Raises `LeaseLost` where somebody else holds the message by now.
        """
        now = timezone.now()
        mine = Message.objects.filter(pk=self.pk, state=State.SENDING, lease_id=self.lease_id, lease_ends__gt=now)
        if not mine.update(body_started_at=now):
            raise LeaseLost
        self.body_started_at = now

    def settle(self, result: Result, started_at: datetime) -> bool:
        """Write down one try. A holder whose lease went to somebody else changes nothing: returns False."""
        now = timezone.now()
        state, due = self.after(result, now)
        error = result.error[:60]
        check_step(State.SENDING, state)
        with transaction.atomic():
            mine = Message.objects.filter(pk=self.pk, state=State.SENDING, lease_id=self.lease_id).update(
                state=state, due=due, error=error, lease_id="", lease_ends=None, changed_at=now,
                finished_at=now if state in FINAL else None,
                body_started_at=self.body_started_at if result.outcome == Outcome.UNKNOWN else None,
            )
            if not mine:
                return False
            Attempt.objects.create(
                message=self, number=self.attempts, started_at=started_at, ended_at=now,
                outcome=result.outcome, status=result.status, error=error,
            )
            if state == State.DELIVERED:
                count(Counter.MESSAGES, self.action.campaign_id)
        self.state, self.due, self.lease_id = state, due, ""
        return True

    def after(self, result: Result, now: datetime) -> tuple[State, datetime | None]:
        """Return the state a try leads to, and when the next one is due."""
        if result.outcome == Outcome.DELIVERED:
            return State.DELIVERED, None
        if result.outcome == Outcome.REFUSED:
            return State.FAILED, None
        may_have_arrived = result.outcome == Outcome.UNKNOWN
        if may_have_arrived and not drops_repeats(self.gateway):
            return State.UNKNOWN, None
        if now - (self.queued_at or self.created_at) > GIVE_UP_AFTER:
            return (State.UNKNOWN if may_have_arrived else State.FAILED), None
        if result.outcome == Outcome.GATEWAY_STOPPED:
            return State.QUEUED, now + PROBE_EVERY
        gap = RETRY_AFTER[min(self.attempts, len(RETRY_AFTER)) - 1]
        # Jitter spreads letters that were turned away together.
        wait = max(gap.total_seconds() * uniform(0.9, 1.1), result.retry_after or 0)  # noqa: S311  # no secret
        return State.QUEUED, now + timedelta(seconds=wait)

    def withdraw(self) -> bool:
        """Take the message back while it is unsent; returns whether that was in time."""
        if not self.is_withdrawable:
            return False
        return bool(Message.objects.filter(pk=self.pk).move(State(self.state), State.WITHDRAWN))


class Attempt(models.Model):
    """One try: when, how long, what came of it. Never a body, an address or a key."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="tries")
    number = models.PositiveIntegerField(_("number"))
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"))
    outcome = models.CharField(_("outcome"), max_length=20)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    error = models.CharField(_("error"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return f"{self.message_id} #{self.number} {self.outcome}"
