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
from actions.states import FINAL, LIFE, WITHDRAWABLE, State, Word, check_step
from polaris_site.encryption import EncryptedJSONField

# A claimed row whose worker died is free again after this long; longer than any one batch may take.
LEASE_LASTS = timedelta(seconds=60)
# What comes after each try that took nothing; the last one repeats until GIVE_UP_AFTER.
RETRY_AFTER = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(hours=6), timedelta(hours=12),
)
GIVE_UP_AFTER = timedelta(days=7)
# A gateway that cannot be reached, or refuses us, is tried again after this long.
PROBE_EVERY = timedelta(minutes=1)


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


class MessageQuerySet(models.QuerySet["Message"]):
    """Many messages at once."""

    def due(self, gateway: str) -> "MessageQuerySet":
        """What may go out at a gateway now, oldest first."""
        return self.filter(state=State.QUEUED, gateway=gateway, due__lte=timezone.now()).order_by("due", "pk")

    def claim(self, gateway: str, at_most: int) -> list["Message"]:
        """Take up to `at_most` due rows for one try each; nobody else gets them until the lease ends."""
        lease_id, lease_ends = secrets.token_hex(8), timezone.now() + LEASE_LASTS
        with transaction.atomic():
            rows = list(self.due(gateway).select_for_update(skip_locked=True)[:at_most])
            self.filter(pk__in=[row.pk for row in rows]).update(
                state=State.SENDING, lease_id=lease_id, lease_ends=lease_ends, body_started_at=None,
                attempts=F("attempts") + 1, changed_at=timezone.now(),
            )
        for row in rows:
            row.state, row.lease_id, row.lease_ends = State.SENDING, lease_id, lease_ends
            row.attempts, row.body_started_at = row.attempts + 1, None
        return rows

    def release(self, rows: Iterable["Message"]) -> None:
        """Give claimed rows back that were not tried; the claim does not count as an attempt."""
        for row in rows:
            self.filter(pk=row.pk, state=State.SENDING, lease_id=row.lease_id).update(
                state=State.QUEUED, lease_id="", lease_ends=None, attempts=F("attempts") - 1,
                changed_at=timezone.now(),
            )

    def reclaim(self) -> int:
        """Free rows whose worker died: back to the queue, or `unknown` where a repeat could double them."""
        freed = 0
        ended = self.filter(state=State.SENDING, lease_ends__lte=timezone.now())
        for row in ended.only("pk", "state", "gateway", "lease_id", "body_started_at"):
            undecidable = row.body_started_at is not None and not drops_repeats(row.gateway)
            state = State.UNKNOWN if undecidable else State.QUEUED
            check_step(row.state, state)
            freed += self.filter(pk=row.pk, state=State.SENDING, lease_id=row.lease_id).update(
                state=state, lease_id="", lease_ends=None, due=timezone.now(), changed_at=timezone.now(),
                error="worker_died",
            )
        return freed

    def move(self, old: State, new: State, *, error: str = "", due: datetime | None = None) -> int:
        """Move every row of this set that is in `old` on to `new`; return how many went."""
        check_step(old, new)
        now = timezone.now()
        return self.filter(state=old).update(
            state=new, error=error, due=due, changed_at=now, finished_at=now if new in FINAL else None
        )


class Message(models.Model):
    """One letter to one seat. Its bytes are a function of `letter`, which is frozen at Send."""

    action = models.ForeignKey("actions.Action", models.PROTECT, related_name="messages")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    gateway = models.CharField(_("gateway"), max_length=20, blank=True)  # empty: the sender sends it
    delivery_id = models.CharField(max_length=32, unique=True, default=new_delivery_id, editable=False)
    letter = EncryptedJSONField(null=True)  # null once its time is over
    state = models.CharField(_("state"), max_length=12, choices=State)
    due = models.DateTimeField(_("due"), null=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    lease_id = models.CharField(max_length=16, blank=True)
    lease_ends = models.DateTimeField(null=True)
    body_started_at = models.DateTimeField(null=True)
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

    def read_letter(self) -> Letter | None:
        """Return the frozen letter, or None once its time is over."""
        return Letter.from_dict(self.letter) if self.letter else None

    def body_starts(self) -> None:
        """Commit that the body is about to leave: from here on only the far end knows whether it arrived."""
        self.body_started_at = timezone.now()
        if not drops_repeats(self.gateway):
            Message.objects.filter(pk=self.pk, lease_id=self.lease_id).update(body_started_at=self.body_started_at)

    def settle(self, result: Result, started_at: datetime) -> bool:
        """Write down one try. A holder whose lease went to somebody else changes nothing: returns False."""
        now = timezone.now()
        state, due = self._after(result, now)
        error = result.error[:60]
        check_step(State.SENDING, state)
        with transaction.atomic():
            mine = Message.objects.filter(pk=self.pk, state=State.SENDING, lease_id=self.lease_id).update(
                state=state, due=due, error=error, lease_id="", lease_ends=None, changed_at=now,
                finished_at=now if state in FINAL else None,
            )
            if not mine:
                return False
            Attempt.objects.create(
                message=self, number=self.attempts, started_at=started_at, ended_at=now,
                outcome=result.outcome, status=result.status, error=error,
            )
            if state == State.DELIVERED:
                count(Counter.MESSAGES, self.action.campaign_id)
            if result.outcome == Outcome.GATEWAY_STOPPED:
                Gateway.close(self.gateway, error)
        self.state, self.due, self.lease_id = state, due, ""
        return True

    def _after(self, result: Result, now: datetime) -> tuple[State, datetime | None]:
        """Return the state a try leads to, and when the next one is due."""
        if result.outcome == Outcome.DELIVERED:
            return State.DELIVERED, None
        if result.outcome == Outcome.REFUSED:
            return State.FAILED, None
        if result.outcome == Outcome.UNKNOWN and not drops_repeats(self.gateway):
            return State.UNKNOWN, None
        if now - self.created_at > GIVE_UP_AFTER:
            return State.FAILED, None
        if result.outcome == Outcome.GATEWAY_STOPPED:
            return State.QUEUED, now + PROBE_EVERY
        gap = RETRY_AFTER[min(self.attempts, len(RETRY_AFTER)) - 1]
        # Jitter spreads letters that were turned away together.
        wait = max(gap.total_seconds() * uniform(0.9, 1.1), result.retry_after or 0)  # noqa: S311  # no secret
        return State.QUEUED, now + timedelta(seconds=wait)

    def withdraw(self) -> bool:
        """Take the message back while it is unsent; returns whether that was in time."""
        if self.state not in WITHDRAWABLE:
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
