"""The outbox as a queue: rows are claimed with a lease, tried, and written down by whoever still holds them."""

import secrets
from collections import Counter as Counts
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from actions.delivery.outcomes import Result
from actions.gateways import CHAMBERS, GATEWAYS, way
from actions.models.attempts import Attempt
from actions.models.counters import Counter, count
from actions.models.gateways import Gateway, Office
from actions.retries import after_lost_lease, jitter
from actions.states import (
    FINAL,
    LEASE_LASTS,
    MEMBER_LEFT,
    TARGET_LEFT,
    TOLD,
    IllegalStep,
    State,
    check_step,
)
from campaigns.models import ENDED, lets_letters_out

if TYPE_CHECKING:
    from actions.models.outbox import Message

# What may be under way to one office at a time, whoever sends: a fifth of one worker's slots (`actions/sending.py`),
# so that an office that hangs stops no other. An office that has begun to fail gets one at a time.
OFFICE_SLOTS = 2
ANSWER_TAKES = timedelta(seconds=25)  # a body and its answer have 20 seconds (`actions/delivery/http.py`)
WITHOUT_CREDENTIALS = timedelta(days=1)  # a gateway may be without its key for so long before letters go back
OfficeKey = tuple[int | None, int | None]  # the keys of a seat and of a target, one of them None
LOOKS = 5  # times the claim looks further down the queue, past offices that have enough under way


SETTLED = [
    "state", "due", "error", "lease_id", "lease_ends", "changed_at", "finished_at", "body_started_at", "news_since",
]


@dataclass
class Try:
    """One try of a claimed message and what came of it. Times are aware."""

    message: "Message"
    result: Result
    started_at: datetime
    ended_at: datetime


class MessageQuerySet(models.QuerySet["Message"]):
    """Many messages at once."""

    def due(self, gateway: str) -> "MessageQuerySet":
        """What may go out at a gateway now, oldest first; nothing of a campaign that is paused or over.

        Unless staff have said at its end that what is on its way goes out.
        """
        return self.filter(
            lets_letters_out("action__campaign__"), state=State.QUEUED, gateway=gateway, due__lte=timezone.now(),
            action__disowned_at=None,
        ).order_by("due", "pk")

    def to_probe(self, gateway: str) -> "MessageQuerySet":
        """What may look whether a far end is back: what is due, and before its time what has been tried before."""
        return self.filter(
            Q(due__lte=timezone.now()) | Q(attempts__gt=0), lets_letters_out("action__campaign__"),
            state=State.QUEUED, gateway=gateway, action__disowned_at=None,
        ).order_by("due", "pk")

    def claim(self, gateway: str, at_most: int) -> list["Message"]:
        """Take up to `at_most` due rows for one try each; nobody else gets them until the lease ends.

        Nothing while the gateway rests or is in maintenance; one row where its rest is over, as a probe. Each row
        says in `not_before` when it may go, so that all workers together keep the gateway's rate. The letters
        stay unread: one that cannot be decrypted must not stop the others.
        """
        now = timezone.now()
        with transaction.atomic():
            row = Gateway.objects.named(gateway)
            if row.is_resting(now) or row.maintenance_ends(now) is not None or row.is_booked(now):
                return []
            probes = row.resting_until is not None
            if probes:
                rows = self.to_probe(gateway)._pick(1, now)
            else:
                room = min(at_most, row.room_ahead())
                rows = self._probes(gateway, room, now)
                rows += self.due(gateway)._pick(room - len(rows), now, {row.pk: row.office_key for row in rows})
            if not rows:
                return []
            if probes:
                row.rest(row.resting_because)  # the others wait for what this one finds
            lease_id = secrets.token_hex(8)
            slots = row.take_slots(len(rows), now)
            # The lease runs from when the last of them may go.
            lease_ends = slots[-1] + LEASE_LASTS
            self.model.objects.filter(pk__in=[claimed.pk for claimed in rows]).update(
                state=State.SENDING, lease_id=lease_id, lease_ends=lease_ends, attempts=F("attempts") + 1,
                changed_at=now,
            )
        for claimed, not_before in zip(rows, slots, strict=True):
            claimed.state, claimed.lease_id, claimed.lease_ends = State.SENDING, lease_id, lease_ends
            claimed.attempts += 1
            claimed.not_before = not_before
            claimed.may_have_arrived = claimed.body_started_at is not None
        return rows

    def _probes(self, gateway: str, at_most: int, now: datetime) -> list["Message"]:
        """Lock one row for each office whose rest is over: it looks whether the office is back."""
        seats = Office.objects.to_probe(now).values_list("seat_id", flat=True)
        rows = [
            self.to_probe(gateway).filter(seat=seat_id)._pick(1, now) for seat_id in list(seats)[:at_most]
        ]
        return [row for found in rows for row in found]

    def _pick(self, at_most: int, now: datetime, taken: dict[int, OfficeKey] | None = None) -> list["Message"]:
        """Lock up to `at_most` of these rows, in order, but never more to one office than may be under way.

        `taken` are rows that are picked already, with their offices.
        """
        under_way: Counts[OfficeKey] = Counts(
            self.model.objects.filter(state=State.SENDING).values_list("seat", "target")
        )
        under_way.update((taken or {}).values())
        failing = set(Office.objects.filter(failures__gt=0).values_list("seat_id", flat=True))
        shut: set[OfficeKey] = {(pk, None) for pk in Office.objects.resting(now).values_list("seat_id", flat=True)}
        picked: list[int] = []
        gone = list(taken or {})

        def has_room(office: OfficeKey) -> bool:
            return under_way[office] < (1 if office[0] in failing else OFFICE_SLOTS)

        shut |= {office for office in under_way if not has_room(office)}
        for _look in range(LOOKS if at_most > 0 else 0):
            open_rows = self.exclude(pk__in=picked + gone).exclude(seat__in=[seat for seat, _ in shut if seat])
            # Only where a target is shut: a condition on both columns costs the index.
            if targets := [target for _, target in shut if target]:
                open_rows = open_rows.exclude(target__in=targets)
            found = list(open_rows.values_list("pk", "seat", "target")[: at_most * 5])
            for pk, *office in found:
                if len(picked) < at_most and has_room((office[0], office[1])):
                    picked.append(pk)
                    under_way[office[0], office[1]] += 1
            shut |= {(seat, target) for _, seat, target in found if not has_room((seat, target))}
            if len(picked) >= at_most or len(found) < at_most * 5:
                break
        locked = self.filter(pk__in=picked).select_related("action").defer("letter")
        return list(locked.select_for_update(skip_locked=True, of=("self",)))

    def body_starts(self, rows: Iterable["Message"]) -> set[int]:
        """Commit that bodies are about to leave: from here on only the far end knows whether they arrived.

        Returns the keys of the rows that are still their holder's; nothing of the others may leave.
        """
        # Enough of the lease must be left for the answer to come within it.
        now, held = timezone.now(), set()
        for lease_id, group in groupby(sorted(rows, key=attrgetter("lease_id")), key=attrgetter("lease_id")):
            keys = {row.pk: row for row in group}
            mine = self.filter(pk__in=keys, state=State.SENDING, lease_id=lease_id, lease_ends__gt=now + ANSWER_TAKES)
            with transaction.atomic():
                updated = mine.update(body_started_at=now)
                # Where all are ours, which is nearly always, no second question is needed.
                ours = set(keys) if updated == len(keys) else set(mine.values_list("pk", flat=True))
            for pk in ours:
                keys[pk].body_started_at = now
            held |= ours
        return held

    def release(self, rows: Iterable["Message"]) -> None:
        """Give claimed rows back that were not tried, or where nobody was reached: it counts as no attempt."""
        for row in rows:
            # Nothing of this try has arrived; an earlier one may have.
            forget = {} if row.may_have_arrived else {"body_started_at": None}
            self.filter(pk=row.pk, state=State.SENDING, lease_id=row.lease_id).update(
                state=State.QUEUED, lease_id="", lease_ends=None, attempts=F("attempts") - 1, **forget
            )

    def reclaim(self) -> int:
        """Free rows whose worker died: back to the queue, or `unknown` where a repeat could double them."""
        freed, now = 0, timezone.now()
        ended = self.filter(state=State.SENDING, lease_ends__lte=now).select_related("action").defer("letter")
        for row in ended:
            following = after_lost_lease(
                attempts=row.attempts, trying_for=row.trying_for(now),
                drops_repeats=way(row.gateway).drops_repeats,
                may_have_arrived=row.body_started_at is not None, jitter=jitter(),
            )
            as_seen = self.filter(
                pk=row.pk, state=State.SENDING, lease_id=row.lease_id, body_started_at=row.body_started_at
            )
            freed += as_seen.update(
                **row.into(following.state, now, "worker_died"),
                due=None if following.wait is None else now + following.wait,
            )
        return freed

    def settle(self, tries: Iterable["Try"]) -> list["Try"]:
        """Write down what came of tries, in one transaction; return those that were still their holder's.

        A holder whose lease went to somebody else changes nothing. Doing it twice changes nothing either.
        """
        now = timezone.now()
        mine = {one.message.pk: one for one in tries}
        if not mine:
            return []
        with transaction.atomic():
            held = set(
                self.filter(pk__in=mine, state=State.SENDING).select_for_update(of=("self",))
                .values_list("pk", "lease_id")
            )
            kept = [one for pk, one in mine.items() if (pk, one.message.lease_id) in held]
            for one in kept:
                # A copy: where this transaction fails, the claimed row is still what it was, to be settled again.
                one.message = copy(one.message)
                one.message.take_up(one.result, now)
            self.bulk_update([one.message for one in kept], SETTLED)
            Attempt.objects.bulk_create(
                Attempt(
                    message=one.message, number=one.message.attempts, started_at=one.started_at,
                    ended_at=one.ended_at, outcome=one.result.outcome, status=one.result.status,
                    error=one.result.error[:60],
                )
                for one in kept
            )
            delivered = Counts(
                one.message.action.campaign_id for one in kept if one.message.state == State.DELIVERED
            )
            for campaign_id, number in sorted(delivered.items()):
                count(Counter.MESSAGES, campaign_id, number)
        return kept

    def make_due(self, gateway: str, seats: Iterable[int] | None = None) -> int:
        """A gateway, or these offices behind it, take letters again: what waits since goes now. Returns how many."""
        now = timezone.now()
        waiting = self.filter(gateway=gateway, state=State.QUEUED, due__gt=now, attempts__gt=0)
        if seats is not None:
            waiting = waiting.filter(seat__in=list(seats))
        return waiting.update(due=now)

    def lose_route(self) -> int:
        """What is queued for offices that have left their chamber's list goes back to its senders; return how many."""
        left = self.filter(
            state=State.QUEUED, gateway__in=CHAMBERS, body_started_at=None,
            seat__office__takes_part=False, seat__office__left_at__isnull=False,
        )
        moved = self._chosen(left).move(State.QUEUED, State.SELF_SERVE, error="office_left")
        # Keys that were taken away for a moment turn nothing back.
        patience = timezone.now() - WITHOUT_CREDENTIALS
        for name in GATEWAYS:
            if not way(name).has_credentials:
                rows = self.filter(state=State.QUEUED, gateway=name, body_started_at=None, queued_at__lt=patience)
                moved += self._chosen(rows).move(State.QUEUED, State.SELF_SERVE, error="no_route")
        return moved

    def _chosen(self, rows: "MessageQuerySet") -> "MessageQuerySet":
        return self.model.objects.filter(pk__in=rows.values("pk"))

    def move(self, old: State, new: State, *, error: str = "", tell: bool = False) -> int:
        """Move every row of this set that is in `old` on to `new`; return how many went.

        Only for steps that no counter notices and no lease guards. What may have reached an office is never
        said to be withdrawn. `tell`: the sender is mailed also where the table does not ask for it.
        """
        check_step(old, new)
        if State.DELIVERED in (old, new) or new == State.QUEUED:
            raise IllegalStep(f"{old} → {new} is not made in bulk")
        now = timezone.now()
        rows = self.filter(state=old)
        if new == State.WITHDRAWN:
            rows = rows.filter(body_started_at=None)
        told = {"news_since": now} if tell or (old, new) in TOLD else {}
        return rows.update(
            state=new, error=error, due=None, changed_at=now, finished_at=now if new in FINAL else None, **told
        )

    def stop_for_successors(self, *states: State) -> None:
        """Withdraw what is unsent and was meant for a person who is no longer there: thanks, and switched-off targets.

        `states` are those to look at; the sweep looks at few rows, since letters stay there for a short time.
        """
        gone = {
            MEMBER_LEFT: Q(thanked__isnull=False) & (
                Q(thanked__ended_on__isnull=False) | ~Q(thanked__seat=F("seat"))
            ),
            TARGET_LEFT: Q(target__is_active=False),
        }
        for error, condition in gone.items():
            for state in states:
                left = self.filter(condition, state=state)
                unsent = left.filter(self_sent_at=None) if state == State.SELF_SERVE else left
                tell = state in (State.QUEUED, State.WAITING)
                self._chosen(unsent).move(state, State.WITHDRAWN, error=error, tell=tell)
                if state == State.QUEUED:  # it may have arrived, and must not be asked for again
                    self._chosen(left.filter(body_started_at__isnull=False)).move(state, State.UNKNOWN, error=error)

    def follow_campaigns(self) -> None:
        """What is unsent waits while its campaign is paused, and ends with it, or with its owner's word.

        Where staff let letters go out after the end, only what nobody has confirmed ends. What may have arrived is
        never said to be stopped: it is not asked for again, and stays unknown.
        """
        rests = ~lets_letters_out("action__campaign__") & ~Q(action__campaign__status__in=ENDED)
        paused = self.filter(rests, state=State.QUEUED, body_started_at=None)
        self._chosen(paused).move(State.QUEUED, State.WAITING, error="paused")
        ended = Q(action__campaign__status__in=ENDED)
        unsent = (State.HELD, State.QUEUED, State.WAITING)
        for owners, error, states in (
            (ended & Q(action__campaign__sends_after_end=False), "campaign over", unsent),
            (ended, "campaign over", (State.HELD,)),
            (Q(action__disowned_at__isnull=False), "not_me", unsent),
        ):
            over = self.filter(owners)
            for state in states:
                tell = state != State.HELD and error == "campaign over"
                self._chosen(over.filter(state=state)).move(state, State.WITHDRAWN, error=error, tell=tell)
            if State.QUEUED in states:
                asked_again = over.filter(state=State.QUEUED, body_started_at__isnull=False)
                self._chosen(asked_again).move(State.QUEUED, State.UNKNOWN, error=error)
