"""Many at the same moment: one Send posted fifty times, one person fifty times, and counters under everything at once.

The threads are real and each has its connection to the database.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.test import Client

from actions.audit import findings, recount
from actions.delivery.outcomes import Outcome, Result
from actions.models import Action, CounterDelta, Message, Sender, read_counters
from actions.states import State
from campaigns.models import Campaign
from tests.factories import create_campaign, create_congress, details, person, settle, take, take_many
from tests.faults import figures

pytestmark = pytest.mark.django_db(transaction=True)

POSTS = 50
ROUNDS = figures.size(1, 20)
# So many connections to the database has one process of the site (settings.py), and as many threads of gunicorn.
AT_A_TIME = 8
THREADS = 32
OPERATIONS = figures.size(200, 20_000)
QUIET = 5.0  # seconds, after which what is shown has to be what is in the ledger


def side_by_side(jobs: list[Callable[[], Any]], threads: int) -> list[Any]:
    """Run all jobs in so many threads; return what they return, in order. An exception of one rises."""

    def run(job: Callable[[], Any]) -> Any:
        try:
            return job()
        finally:
            connection.close()

    connection.close()  # all there are is for the threads
    with ThreadPoolExecutor(threads) as pool:
        return [future.result() for future in [pool.submit(run, job) for job in jobs]]


def state_of(response: Any) -> str:
    found = re.search(r'name="state" value="([^"]+)"', response.content.decode())
    assert found
    return found[1]


def reviews(campaign: Campaign, number: int, email: str) -> list[str]:
    """Return so many reviews of one person, each with a one-time key of its own."""
    client, address = Client(), f"/take-action/{campaign.slug}/"
    state = state_of(client.post(address, {"step": "zip", "zip": "07030"}))
    typed = {**details(email=email), "state": state}
    return [state_of(client.post(address, typed)) for _ in range(number)]


def send(campaign: Campaign, state: str) -> tuple[int, str]:
    """Press Send in a browser of its own; return the status and where it leads."""
    response = Client().post(f"/take-action/{campaign.slug}/", {"step": "send", "state": state})
    return response.status_code, response.get("Location", "")


def test_one_send_posted_fifty_times_at_once_is_one_action(settings: LazySettings) -> None:
    settings.ACTIONS_A_DAY = 1  # a letter that is posted again is no second letter of the day
    create_congress()
    wrong: list[object] = []
    for number in range(ROUNDS):
        campaign = create_campaign()
        (state,) = reviews(campaign, 1, f"same{number}@example.org")

        answers = side_by_side([partial(send, campaign, state)] * POSTS, AT_A_TIME)

        actions = Action.objects.filter(campaign=campaign)
        letters = Message.objects.filter(action__campaign=campaign)
        found = (set(answers), actions.count(), actions.counted().count(), letters.count())
        if found != ({(302, actions[0].get_absolute_url())}, 1, 1, 3):
            wrong.append(found)
        assert letters.values("seat").distinct().count() == letters.count()

    figures.record(fault="one Send posted 50 times at once", size=f"{ROUNDS}x{POSTS}", rounds_wrong=len(wrong))
    assert wrong == []
    assert read_counters()["actions"] == ROUNDS


def test_one_person_with_fifty_keys_at_once_counts_once() -> None:
    create_congress()
    wrong: list[object] = []
    for number in range(ROUNDS):
        campaign = create_campaign()
        states = reviews(campaign, POSTS, f"keys{number}@example.org")

        answers = side_by_side([partial(send, campaign, state) for state in states], AT_A_TIME)

        actions = Action.objects.filter(campaign=campaign)
        held = [action for action in actions.filter(counted_at=None) if action.is_held]
        found = ({status for status, _ in answers}, len(set(answers)), actions.counted().count(), len(held))
        if found != ({302}, POSTS, 1, POSTS - 1):
            wrong.append(found)

    figures.record(fault="one person with 50 keys at once", size=f"{ROUNDS}x{POSTS}", rounds_wrong=len(wrong))
    assert wrong == []
    assert read_counters()["actions"] == ROUNDS


class Crowd:
    """Everybody who does something with one campaign at once, and what they know they have done."""

    def __init__(self) -> None:
        self.campaign = create_campaign()
        self.actions: list[int] = []
        self.delivered: list[int] = []
        self.done: Counter[str] = Counter()
        self.sure = 0  # letters that were delivered and have not come back
        self.lock = Lock()
        self.people = 0
        self.kinds: dict[str, tuple[int, Callable[[random.Random], bool]]] = {
            "sent": (30, self.send), "sent again": (8, self.send_again), "shared a mailbox": (8, self.share),
            "confirmed": (14, self.confirm), "withdrawn": (8, self.withdraw), "disowned": (6, self.disown),
            "delivered": (16, self.deliver), "returned": (6, self.give_back), "erased": (4, self.erase),
        }

    def act(self, chance: random.Random) -> None:
        """Do one thing at random."""
        names = list(self.kinds)
        (name,) = chance.choices(names, [self.kinds[one][0] for one in names])
        if self.kinds[name][1](chance):
            with self.lock:
                self.done[name] += 1

    def send(self, chance: random.Random) -> bool:
        with self.lock:
            self.people += 1
        return self._take(self.people, "Ana")

    def send_again(self, chance: random.Random) -> bool:
        return self._take(chance.randint(1, self.people + 1), "Ana")

    def share(self, chance: random.Random) -> bool:
        """A second name under a mailbox: held until it is confirmed, and counted then."""
        return self._take(chance.randint(1, self.people + 1), chance.choice(["Bea", "Cleo"]))

    def _take(self, number: int, name: str) -> bool:
        action = take(self.campaign, person=person(email=f"p{number}@example.org", first_name=name))
        self.actions.append(action.pk)
        return True

    def _one(self, chance: random.Random) -> Action | None:
        return Action.objects.get(pk=chance.choice(self.actions)) if self.actions else None

    def confirm(self, chance: random.Random) -> bool:
        held = Action.objects.filter(counted_at=None, messages__state=State.HELD).order_by("?").first()
        return held is not None and held.confirm().pk == held.pk

    def withdraw(self, chance: random.Random) -> bool:
        action = self._one(chance)
        return action is not None and action.withdraw() > 0

    def disown(self, chance: random.Random) -> bool:
        action = self._one(chance)
        return action is not None and action.disown()

    def deliver(self, chance: random.Random) -> bool:
        done = False
        for message in Message.objects.claim("house", 2):
            Message.objects.body_starts([message])
            if settle(message, Result(Outcome.DELIVERED, "", 200)):
                done = True
                with self.lock:
                    self.sure += 1
                    self.delivered.append(message.pk)
        return done

    def give_back(self, chance: random.Random) -> bool:
        if not self.delivered:
            return False
        message = Message.objects.get(pk=chance.choice(self.delivered))
        done = message.give_back("returned")
        with self.lock:
            self.sure -= done
        return done

    def erase(self, chance: random.Random) -> bool:
        return Sender.objects.all().forget() > 0


def test_whoever_disowns_a_letter_while_people_are_forgotten_meets_no_error(settings: LazySettings) -> None:
    settings.SENDER_RETENTION_DAYS = 0
    failed = 0
    for _ in range(ROUNDS):
        actions = take_many(create_campaign(), 24)  # of each the letters to the senators are for the sender to send
        for message in Message.objects.claim("house", len(actions)):
            settle(message, Result(Outcome.DELIVERED, "", 200))

        try:
            jobs = [job for action in actions for job in (action.disown, Sender.objects.all().forget)]
            side_by_side(jobs, AT_A_TIME)
        except OperationalError:
            failed += 1

    figures.record(fault="disowned while people are forgotten", size=f"{ROUNDS}x24", rounds_failed=failed)
    assert failed == 0
    assert findings() == []


def shown_and_counted(campaign: Campaign) -> tuple[dict[str, int], dict[str, int]]:
    return read_counters(campaign), recount().get(campaign.pk, {})


def test_counters_show_the_ledger_after_everything_at_once(settings: LazySettings) -> None:
    settings.SENDER_RETENTION_DAYS = 0  # a person is forgotten as soon as their letters are done
    crowd, over = Crowd(), Event()
    # More than this would only queue for a connection: in the pool of PostgreSQL for two seconds at most, and on
    # SQLite for the one writer there may be.
    turn = BoundedSemaphore(AT_A_TIME - 2)

    def take_part(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(OPERATIONS // THREADS):
            with turn:
                crowd.act(chance)
                connection.close()

    def fold() -> None:
        while not over.is_set():
            CounterDelta.objects.fold(200)
            connection.close()
            over.wait(0.05)

    began = time.monotonic()
    folders = [Thread(target=fold) for _ in range(2)]
    for folder in folders:
        folder.start()
    try:
        side_by_side([partial(take_part, seed) for seed in range(THREADS)], THREADS)
        quiet = time.monotonic()
        shown, counted = shown_and_counted(crowd.campaign)
        while shown != counted and time.monotonic() < quiet + QUIET:
            time.sleep(0.05)
            shown, counted = shown_and_counted(crowd.campaign)
        exact_after = time.monotonic() - quiet
    finally:
        over.set()
        for folder in folders:
            folder.join()
    while CounterDelta.objects.fold():
        pass
    folded, _ = shown_and_counted(crowd.campaign)

    figures.record(
        fault="counters under 32 threads", size=OPERATIONS, seconds=quiet - began, exact_after=exact_after,
        drift=sum(abs(shown[name] - counted.get(name, 0)) for name in shown), **crowd.done,
    )
    assert shown == counted == folded
    assert shown["messages"] == crowd.sure
    assert not (figures.FULL and set(crowd.kinds) - set(crowd.done))  # each kind was among them
    assert findings() == []
