"""A gateway that is away for a day, offices that hang or fail: nothing is lost, nobody else waits, nobody has to help.

The clock is set; the sockets are real. A gateway that is away is one whose machine hangs up before TLS begins, so
that every knock at it can be counted.
"""

import json
import re
import socket
import time
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event, Lock, Thread

import pytest
import time_machine
from django.conf import LazySettings
from django.db import transaction
from django.utils import timezone

from actions.congress.states import SEATS
from actions.delivery.http import READ_TIMEOUT
from actions.models import Attempt, Gateway, Message, Office, read_counters
from actions.models.gateways import PROBE_EVERY
from actions.models.queue import OFFICE_SLOTS
from actions.sending import SLOTS
from actions.states import State
from actions.tasks import drain, refresh_offices, sweep
from campaigns.models import Campaign
from tests.delivery import conftest as delivery
from tests.delivery.far_ends import FarEnd, by_tls, far_end, http, over_tls
from tests.factories import create_campaign, person, take, take_many
from tests.faults import figures

pytestmark = pytest.mark.django_db

BEAT = timedelta(seconds=15)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MINUTES_APART = figures.size(180, 15) * MINUTE  # the minutes of the day that are looked at, beat by beat
BACK_WITHIN = timedelta(hours=2)
RATE = 5.0  # letters a second, as a site has it where nobody sets another; here the letters go as fast as they can
DAY_S_LETTERS = figures.size(60, 10_000)
certificate = delivery.certificate  # the fixture


class House:
    """The House's gateway: it lists its offices, takes letters, and does to each office's what a test says."""

    def __init__(self) -> None:
        self.is_up = True
        self.knocks: list[datetime] = []  # while it was away, by the clock of the test
        self.failing: set[str] = set()  # offices that answer 500
        self.hung = ""  # an office that never answers …
        self.patience = Event()  # … until this is set
        self.hanging = self.most_hanging = 0
        self.taken: list[str] = []  # offices, in order
        self._lock = Lock()

    def serve(self, end: FarEnd, connection: socket.socket) -> None:
        """Answer one request after the other."""
        while True:
            head = end.read_head(connection)
            if head.startswith(b"GET"):
                codes = [seat.code for seat in SEATS if seat.code.startswith("H")]
                connection.sendall(http(200, json.dumps(codes).encode(), "application/json"))
                continue
            told = re.search(rb"content-length: *([0-9]+)", head.lower())
            assert told is not None
            with connection.makefile("rb") as reader:
                body = reader.read(int(told[1]))
            found = re.search(b"<MemberOffice>([A-Z0-9]+)<", body)
            assert found is not None
            self._answer(found[1].decode(), connection)

    def _answer(self, office: str, connection: socket.socket) -> None:
        if office == self.hung:
            with self._lock:
                self.hanging += 1
                self.most_hanging = max(self.most_hanging, self.hanging)
            self.patience.wait(READ_TIMEOUT + 10)
            with self._lock:
                self.hanging -= 1
            raise ConnectionError  # and hangs up
        if office in self.failing:
            connection.sendall(http(500))
            return
        self.taken.append(office)
        connection.sendall(http(200, b"<Received/>"))


def write(number: int) -> Campaign:
    """Have so many people write, to one office after the other."""
    campaign = create_campaign()
    homes = [(seat.state, seat.district) for seat in SEATS if seat.code.startswith("H")]
    with transaction.atomic():
        for count in range(number):
            take(campaign, person=person(email=f"p{count}@example.org"), home=homes[count % len(homes)])
    return campaign


def codes_in_order() -> list[str]:
    """Return the offices of all letters, in the order of the queue."""
    return [message.office_code for message in Message.objects.filter(gateway="house").order_by("pk")]


def letters(state: State) -> int:
    return Message.objects.filter(gateway="house", state=state).count()


def steps_of_a_day() -> list[timedelta]:
    """Return how far to move the clock for each sweep: the beats of one minute, then on to the next such minute.

    It is a day less a minute: the list of offices is asked for once a day, and that would be a knock of its own.
    """
    on = MINUTES_APART - 5 * BEAT
    return [*([*[BEAT] * 5, on] * int(DAY / MINUTES_APART))[:-1], on - MINUTE]


def test_after_a_day_away_everything_goes_out_by_itself(
    settings: LazySettings, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings.CWC_SENATE_KEY = ""  # one gateway is enough here
    house = House()
    by_https = over_tls(certificate, house.serve)

    def behave(end: FarEnd, connection: socket.socket) -> None:
        if house.is_up:
            by_https(end, connection)
        else:
            house.knocks.append(timezone.now())

    with far_end(behave) as end:
        settings.CWC_HOUSE_URL = by_tls(end)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            write(DAY_S_LETTERS)
            refresh_offices("house")
            house.is_up = False
            sweep()
            at_first = len(house.knocks)
            for step in steps_of_a_day():
                clock.shift(step)
                sweep()
            waiting, counted = letters(State.QUEUED), Message.objects.filter(attempts__gt=0).count()
            back_at = timezone.now()

        house.is_up = True
        with time_machine.travel(back_at) as clock:
            while letters(State.QUEUED) and timezone.now() < back_at + BACK_WITHIN:
                clock.shift(BEAT)
                sweep()
            waited = Attempt.objects.earliest("started_at").started_at - back_at
            lasts = waited + at_the_usual_rate(settings, Attempt.objects.count())

    gaps = [after - before for before, after in pairwise(house.knocks[at_first - 1:])]
    figures.record(
        fault="gateway away for a day", size=DAY_S_LETTERS, knocks_at_first=at_first, knocks=len(house.knocks),
        shortest_gap=min(gaps).total_seconds(), first_letter_after=waited.total_seconds(),
        all_within=lasts.total_seconds(), delivered=letters(State.DELIVERED),
    )
    assert (waiting, counted) == (DAY_S_LETTERS, 0)
    assert at_first <= SLOTS  # what was under way when it went; from then on one at a time
    assert min(gaps) >= PROBE_EVERY
    assert len(gaps) >= 2 * (DAY / MINUTES_APART) - 1
    assert letters(State.DELIVERED) == len(house.taken) == read_counters()["messages"] == DAY_S_LETTERS
    assert Attempt.objects.count() == DAY_S_LETTERS
    assert waited <= PROBE_EVERY + 2 * BEAT
    assert lasts <= BACK_WITHIN


def at_the_usual_rate(settings: LazySettings, tries: int) -> timedelta:
    """Return how long so many tries take where nobody sets a rate, by the slots that a gateway gives."""
    settings.CWC_HOUSE_RATE = RATE
    now = timezone.now()
    with transaction.atomic():
        row = Gateway.objects.named("house")
        row.next_slot = None
        return row.take_slots(tries, now)[-1] - now


def test_an_office_that_hangs_holds_two_connections_and_delays_nobody(settings: LazySettings) -> None:
    house, others = House(), figures.size(39, 400)
    house.hung = "HNJ08"
    campaign = create_campaign()
    for count in range(4):
        take(campaign, person=person(email=f"first{count}@example.org"))
    slow = set(Message.objects.filter(gateway="house").values_list("pk", flat=True))
    take_many(campaign, others + 1)
    slow.add(Message.objects.filter(gateway="house").order_by("pk")[4].pk)

    def lose_patience() -> None:
        """At full size never: the site gives up. Else as soon as everybody else has their letter."""
        while not figures.FULL and len(house.taken) < others:
            time.sleep(0.02)
        if not figures.FULL:
            house.patience.set()

    with far_end(house.serve) as end:
        settings.CWC_HOUSE_URL = end.url
        Thread(target=lose_patience, daemon=True).start()
        drain("house")
        house.patience.set()

    hung = Attempt.objects.filter(message__in=slow)
    began, gave_up = hung.earliest("started_at").started_at, hung.earliest("ended_at").ended_at
    last = Attempt.objects.exclude(message__in=slow).latest("ended_at").ended_at
    figures.record(
        fault="an office that hangs", size=others + len(slow), connections_held=house.most_hanging,
        others_done_after=(last - began).total_seconds(), given_up_after=(gave_up - began).total_seconds(),
    )
    assert letters(State.DELIVERED) == len(house.taken) == others
    assert last <= gave_up
    assert last - began < timedelta(seconds=READ_TIMEOUT)
    assert house.most_hanging == OFFICE_SLOTS == 2
    assert hung.filter(error="answer_TimeoutError").exists() == figures.FULL


def test_twelve_offices_that_fail_among_forty_never_stop_the_gateway(settings: LazySettings) -> None:
    house = House()
    take_many(create_campaign(), 40)
    codes = codes_in_order()
    house.failing = set(codes[2:38:3])
    rests = []

    with far_end(house.serve) as end, time_machine.travel(timezone.now()) as clock:
        settings.CWC_HOUSE_URL = end.url
        for _minute in range(figures.size(30, 24 * 60)):
            drain("house")
            rests.append(Gateway.objects.get(name="house").resting_until)
            clock.shift(MINUTE)

    assert len(house.failing) == 12
    assert sorted(house.taken) == sorted(set(codes) - house.failing)
    assert set(rests) == {None}
    assert Office.objects.filter(failures__gt=0).count() == 12


def test_twelve_failing_offices_at_the_head_of_the_queue_cost_the_others_four_minutes_at_most(
    settings: LazySettings
) -> None:
    house = House()
    take_many(create_campaign(), 40)
    codes = codes_in_order()
    house.failing = set(codes[:12])

    with far_end(house.serve) as end, time_machine.travel(timezone.now()) as clock:
        settings.CWC_HOUSE_URL = end.url
        for _ in range(4 * 4):  # four minutes of beats
            drain("house")
            clock.shift(BEAT)

    assert sorted(house.taken) == sorted(codes[12:])
    assert Gateway.objects.get(name="house").resting_until is None


def test_a_gateway_where_every_office_fails_rests_and_comes_back_by_itself(settings: LazySettings) -> None:
    house = House()
    take_many(create_campaign(), 40)
    codes = set(codes_in_order())
    house.failing = set(codes)

    with far_end(house.serve) as end, time_machine.travel(timezone.now()) as clock:
        settings.CWC_HOUSE_URL = end.url
        drain("house")
        because = Gateway.objects.get(name="house").resting_because
        at_first = Attempt.objects.count()
        for _ in range(10 * 4):  # ten minutes of beats
            clock.shift(BEAT)
            drain("house")
        probes = Attempt.objects.count() - at_first
        house.failing, back_at = set(), timezone.now()
        for _ in range(4 * 4):
            clock.shift(BEAT)
            drain("house")
        last = Attempt.objects.latest("ended_at").ended_at

    figures.record(fault="every office fails", size=40, tries_at_first=at_first, probes_in_10_minutes=probes,
                   back_after=(last - back_at).total_seconds(), delivered=len(house.taken))
    assert because == "many_offices_failing"
    assert at_first <= 2 * SLOTS
    assert 8 <= probes <= 10
    assert set(house.taken) == codes
    assert letters(State.DELIVERED) == 40
