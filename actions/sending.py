"""Sends what is due at one gateway: claims rows, posts them side by side, and writes down what came of each.

Only the thread that runs `drain` talks to the database. The others hold a connection to the gateway each and ask
it for permission before a body leaves, so that a commit always comes before what it speaks of.
"""

import logging
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock, Thread
from typing import TypeVar

from django.db import connection, transaction
from django.db.utils import InterfaceError, OperationalError
from django.utils import timezone
from psycopg_pool import PoolTimeout

from actions.audience import target_code
from actions.delivery.letter import Letter
from actions.delivery.outcomes import Outcome, Result, Transport
from actions.gateways import AddressOf, open_transport
from actions.health import note
from actions.models import Gateway, Message, Office, Try
from actions.models.gateways import REFUSED_RESTS
from actions.states import State
from campaigns.models import Target

logger = logging.getLogger(__name__)
T = TypeVar("T")

SLOTS = 10  # letters under way at a time, one thread and one kept connection each
# A task claims for this long, then makes room for the next: a worker that is told to stop is soon done. A lease
# is longer than one try can last: 5 s for each address to connect, 20 s for the answer.
DRAIN_LASTS = 6.0  # seconds
# Within the lease: what is written down later than that is somebody else's.
DATABASE_AWAY = 20.0  # seconds
# Errors that say the far end cannot be reached at all, whatever letter is tried next.
UNREACHABLE = "connect_"

stopping = Event()  # set when the process is told to stop: nothing new is begun


class LeaseLost(Exception):
    """Somebody else has claimed the message meanwhile: nothing of it may leave from here any more."""


@dataclass
class _Asked:
    """A thread is connected and asks whether the body of its letter may leave."""

    message: Message
    may: bool = False
    answered: Event = field(default_factory=Event)


@dataclass
class _Done:
    """A thread is through with its letter. `result` is None where the letter was not tried."""

    message: Message
    result: Result | None
    started_at: datetime
    ended_at: datetime
    error: BaseException | None = None


def drain(gateway: str) -> bool:
    """Send what is due at a gateway, for a few seconds; return whether the time was too short for it.

    Safe to run twice, also at the same moment: rows are claimed before they are sent. An exception nobody
    expected is a bug of one letter: the others are written down before it rises, and its lease frees it.
    """
    if not Message.objects.filter(gateway=gateway, state=State.QUEUED).exists():
        return False  # what is queued and not due may still be wanted, to look whether a far end is back
    return _Drain(gateway).run()


class _Drain:
    """One run of `drain`: the letters under way and the idle connections."""

    def __init__(self, gateway: str) -> None:
        self.gateway = gateway
        self.events: queue.Queue[_Asked | _Done] = queue.Queue()
        self.under_way: dict[int, Message] = {}
        self.idle: list[Transport] = []
        self.lock = Lock()
        self.bug: BaseException | None = None
        # The addresses staff entered for offices are few; read here, since the threads have no database.
        written = Office.objects.exclude(email="").select_related("seat")
        self.addresses = {office.seat.code: office.email for office in written}
        self.address_of: AddressOf = lambda code: self.addresses.get(code, "")

    def run(self) -> bool:
        """Claim and send until nothing is due, the time is over, or the gateway rests."""
        self.idle.append(open_transport(self.gateway, self.address_of))  # a setting that is wrong raises here
        ends = time.monotonic() + DRAIN_LASTS
        found = True  # whether the last look into the queue found something, or may find something again
        try:
            while True:
                has_time = time.monotonic() < ends and not stopping.is_set() and self.bug is None
                if found and has_time and len(self.under_way) <= SLOTS // 2:
                    found = self._claim()
                if not self.under_way:
                    break
                found = self._listen() or found
        finally:
            self._close()
        if self.bug is not None:
            raise self.bug
        return found and not stopping.is_set()

    def _claim(self) -> bool:
        """Begin as many letters as there are free slots; return whether there were any."""
        rows = Message.objects.claim(self.gateway, SLOTS - len(self.under_way))
        # Targets may be many: only of those that a letter was claimed for.
        targets = Target.objects.filter(pk__in=[row.target_id for row in rows if row.target_id], is_active=True)
        self.addresses |= {target_code(pk): email for pk, email in targets.values_list("pk", "email")}
        unread: list[Try] = []
        for row in rows:
            letter = row.read_letter()
            if letter is None:
                unread.append(self._unread(row))
                continue
            Thread(target=self._post, args=(row, letter), daemon=True).start()
            self.under_way[row.pk] = row
        Message.objects.settle(unread)
        return bool(rows)

    def _unread(self, row: Message) -> Try:
        """A letter that cannot be read here: over for good where it is deleted, and else perhaps readable elsewhere."""
        now = timezone.now()
        if row.has_letter():
            # A key that this process lacks, or a letter of newer code: no reason to end it.
            logger.error("message %d of gateway %s cannot be read here", row.pk, self.gateway)
            return Try(row, Result(Outcome.TRY_LATER, "letter_unreadable"), now, now)
        return Try(row, Result(Outcome.REFUSED, "letter_gone"), now, now)

    def _listen(self) -> bool:
        """Wait until threads have something to say, and answer all of them with one commit.

        Returns whether a letter has ended: its office may take another one now.
        """
        heard = [self.events.get()]
        while not self.events.empty():
            heard.append(self.events.get())
        asked = [event for event in heard if isinstance(event, _Asked)]
        done = [event for event in heard if isinstance(event, _Done)]
        try:
            if asked:
                ours = patiently(lambda: Message.objects.body_starts([event.message for event in asked]))
                for event in asked:
                    event.may = event.message.pk in ours
        finally:
            for event in asked:
                event.answered.set()
            if done:
                self._write_down(done)
        return bool(done)

    def _write_down(self, done: list[_Done]) -> None:
        for event in done:
            del self.under_way[event.message.pk]
        # What a far end has answered cannot be asked a second time, so it is not given up with the first error.
        patiently(lambda: self._store(done))

    def _store(self, done: list[_Done]) -> None:
        tries: list[Try] = []
        untried: list[Message] = []
        for event in done:
            if event.error is not None:
                self.bug = event.error  # its row stays claimed: where this happens again, it waits longer each time
            elif event.result is None:
                untried.append(event.message)
            elif event.result.error.startswith(UNREACHABLE) or event.result.outcome == Outcome.GATEWAY_STOPPED:
                # Nobody took or refused this letter: no attempt counts, and the next would meet the same wall.
                untried.append(event.message)
                self._rest(event.result)
            else:
                tries.append(Try(event.message, event.result, event.started_at, event.ended_at))
        Message.objects.release(untried)
        note(self.gateway, Message.objects.settle(tries))

    def _rest(self, result: Result) -> None:
        stopped = result.outcome == Outcome.GATEWAY_STOPPED
        if stopped:
            logger.error("gateway %s refuses us: %s", self.gateway, result.error)
        with transaction.atomic():
            row = Gateway.objects.named(self.gateway)
            row.rest(result.error, *([REFUSED_RESTS] if stopped else []))

    def _post(self, row: Message, letter: Letter) -> None:
        """In a thread of its own: wait for the letter's turn, deliver it, and say what came of it."""
        started_at, result, error = timezone.now(), None, None
        transport: Transport | None = None
        try:
            if stopping.wait(max((row.not_before - started_at).total_seconds(), 0)):
                return
            started_at = timezone.now()
            transport = self._take_transport()
            result = transport.deliver(letter, attempt=row.attempts, body_starts=lambda: self._ask(row))
        except LeaseLost:
            pass  # somebody else's by now: nothing of it has left from here
        except BaseException as unexpected:  # a bug must not end the thread without a word
            error = unexpected
        finally:
            if transport is not None:
                self._give_back(transport)
            self.events.put(_Done(row, result, started_at, timezone.now(), error))

    def _ask(self, row: Message) -> None:
        asked = _Asked(row)
        self.events.put(asked)
        asked.answered.wait()
        if not asked.may:
            raise LeaseLost

    def _take_transport(self) -> Transport:
        with self.lock:
            if self.idle:
                return self.idle.pop()
        return open_transport(self.gateway, self.address_of)

    def _give_back(self, transport: Transport) -> None:
        with self.lock:
            self.idle.append(transport)

    def _close(self) -> None:
        """After an error: let nobody wait for an answer that does not come, write down what still comes, hang up."""
        done: list[_Done] = []
        while len(done) < len(self.under_way):
            event = self.events.get()
            if isinstance(event, _Asked):
                event.answered.set()
            else:
                done.append(event)
        try:
            if done:
                self._write_down(done)
        finally:
            for transport in self.idle:
                transport.close()


def patiently(call: Callable[[], T]) -> T:
    """Return what `call` returns; where the database is away for a moment, or two workers met, call it again.

    Raises what the last call raised, after DATABASE_AWAY seconds. What is called may have been done before.
    """
    ends = time.monotonic() + DATABASE_AWAY
    while True:
        try:
            return call()
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            if time.monotonic() > ends or connection.in_atomic_block:
                raise
            logger.warning("the database is asked again: %s", type(error).__name__)
            connection.close()
            time.sleep(1)
