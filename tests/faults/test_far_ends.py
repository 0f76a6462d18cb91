"""Every misbehaviour of a far end has its class, its next state and its next time, from the outbox over real sockets.

The clock stands still, so that waits are exact; the sockets do not know.
"""

import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.utils import timezone

from actions.audit import findings
from actions.delivery.http import READ_TIMEOUT
from actions.delivery.outcomes import Outcome
from actions.models import Attempt, Gateway, Message, Office, read_counters
from actions.models.gateways import FAILING_OFFICES
from actions.states import State
from actions.tasks import drain
from tests.delivery import conftest as delivery
from tests.delivery import far_ends
from tests.delivery.far_ends import Behaviour, FarEnd, by_tls, far_end, http, over_tls
from tests.factories import create_campaign, take_many
from tests.faults import figures

pytestmark = pytest.mark.django_db

LETTERS = figures.size(3, 100)  # each to another office
MINUTE = timedelta(minutes=1)
TALLY: Counter[str] = Counter()
certificate = delivery.certificate  # the fixture


@pytest.fixture(scope="module", autouse=True)
def tally() -> Iterator[None]:
    """One line for all cases in the table of what was measured."""
    yield
    figures.record(fault="far ends that misbehave", size=LETTERS, **TALLY)


def always(answer: bytes | Callable[[], bytes]) -> Behaviour:
    """Read one request after the other and answer each of them so."""

    def behave(end: FarEnd, connection: socket.socket) -> None:
        while True:
            end.read_request(connection)
            connection.sendall(answer if isinstance(answer, bytes) else answer())

    return behave


@dataclass(frozen=True)
class Case:
    """What a far end does to a letter, and what has to come of it."""

    name: str
    behaviour: Behaviour
    error: str
    outcome: Outcome
    state: State
    where_repeats_stay: State  # at a gateway that would keep a second copy
    waits: timedelta = MINUTE  # until the next try, where there is one
    rests_for: timedelta | None = None  # the gateway
    rests_because: str = ""


def unclear(name: str, behaviour: Behaviour, error: str) -> Case:
    """Return a case in which the office may have the letter: again only where a second copy is dropped."""
    return Case(name, behaviour, error, Outcome.UNKNOWN, State.QUEUED, State.UNKNOWN)


def later(name: str, behaviour: Behaviour, error: str, **more: object) -> Case:
    """Return a case in which nothing was taken."""
    return Case(name, behaviour, error, Outcome.TRY_LATER, State.QUEUED, State.QUEUED, **more)  # type: ignore[arg-type]


def ends(name: str, behaviour: Behaviour, error: str, outcome: Outcome, state: State) -> Case:
    """Return a case after which no other try follows."""
    return Case(name, behaviour, error, outcome, state, state)


ERRORS = b"<Errors><Error>Zip is not valid: canary</Error></Errors>"
NOT_ENABLED = b"<Errors><Error>Delivery is not enabled for HNJ08</Error></Errors>"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
GARBAGE = [
    unclear("html", always(http(200, b"<html><body>Sorry</body></html>", "text/html")), "success_html"),
    unclear("html called xml", always(http(200, b"<html><p>Sorry</p></html>", "text/xml")), "success_unreadable"),
    unclear("truncated xml", always(http(200, b"<Received><id>", "text/xml")), "success_unreadable"),
    unclear("truncated json", always(http(200, b'{"id": 1', "application/json")), "success_unreadable"),
    unclear("text", always(http(200, b"OK", "text/plain")), "success_unreadable"),
    unclear("bytes", always(http(200, b"\x00\xff\xfe")), "success_unreadable"),
    unclear("errors, and yet 200", always(http(200, ERRORS, "text/xml")), "success_with_errors"),
    unclear("cut short", far_ends.answers(http(200, b"<a/>").replace(b": 4", b": 9")), "success_cut_short"),
    unclear("half a chunk", far_ends.answers(CHUNKED + b"9\r\n<a/>"), "answer_IncompleteRead"),
    unclear("no http", far_ends.answers(b"220 mail.example.org ESMTP\r\n"), "answer_BadStatusLine"),
    unclear("elsewhere", always(http(302, Location="http://127.0.0.1:1/")), "http_302"),
]
CASES = [
    *GARBAGE,
    unclear("resets in the body", far_ends.resets_in_the_body, "answer_ConnectionResetError"),
    unclear("resets after the body", far_ends.resets, "answer_ConnectionResetError"),
    unclear("hangs up after the body", far_ends.hangs_up, "answer_RemoteDisconnected"),
    unclear("500", always(http(500)), "http_500"),
    unclear("502", always(http(502, b"<html>Bad Gateway", "text/html")), "http_502"),
    unclear("504", always(http(504)), "http_504"),
    unclear("409 at the first attempt", always(http(409)), "http_409_at_first_attempt"),
    later("408", always(http(408)), "http_408"),
    later("503", always(http(503)), "http_503"),
    later("503 that asks for more", always(http(503, Retry_After="120")), "http_503", waits=2 * MINUTE),
    later("503 that asks for less", always(http(503, Retry_After="1")), "http_503"),
    later(
        "429 that says how long", always(http(429, Retry_After="300")), "http_429",
        waits=5 * MINUTE, rests_for=5 * MINUTE, rests_because="asked_to_wait",
    ),
    later("429", always(http(429)), "http_429", rests_for=MINUTE, rests_because="asked_to_wait"),
    later(
        "429 that asks for a day", always(http(429, Retry_After="86400")), "http_429",
        waits=timedelta(days=1), rests_for=timedelta(hours=1), rests_because="asked_to_wait",
    ),
    ends("400", always(http(400, ERRORS)), "http_400 Zip", Outcome.REFUSED, State.FAILED),
    ends("413", always(http(413)), "http_413", Outcome.REFUSED, State.FAILED),
    ends(
        "not enabled", always(http(400, NOT_ENABLED)), "http_400 office_not_enabled", Outcome.NOT_ENABLED,
        State.SELF_SERVE,
    ),
]
STOPPED = [401, 403, 404, 405, 410, 415]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that moves only when a test moves it."""
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as standing:
        yield standing


@contextmanager
def house(settings: LazySettings, behaviour: Behaviour) -> Iterator[FarEnd]:
    """Let the House's gateway behave so."""
    with far_end(behaviour) as end:
        settings.CWC_HOUSE_URL = end.url
        yield end


def write(number: int = LETTERS) -> None:
    """Have so many people write, each to another office."""
    take_many(create_campaign(), number)


def letters() -> list[Message]:
    return list(Message.objects.filter(gateway="house").order_by("pk"))


def try_each_once(clock: time_machine.Traveller) -> None:
    """Drain, and wait out each rest of the gateway, until every letter has had its first try."""
    for _ in range(LETTERS):
        drain("house")
        if not Message.objects.filter(gateway="house", state=State.QUEUED, attempts=0).exists():
            return
        rests = Gateway.objects.get(name="house").resting_until
        assert rests is not None
        clock.move_to(rests + timedelta(seconds=1))


def check(case: Case, message: Message, tried: Attempt, state: State) -> None:
    """Check what came of one letter."""
    assert (tried.number, tried.outcome, tried.error) == (1, case.outcome, case.error)
    assert (message.state, message.error, message.attempts) == (state, case.error, 1)
    # What took nothing leaves no doubt behind; what may have arrived stays in doubt.
    assert (message.body_started_at is not None) == (case.outcome == Outcome.UNKNOWN)
    if state == State.QUEUED:
        assert message.due is not None
        waits = message.due - message.changed_at
        assert waits == case.waits if case.waits > MINUTE else 0.9 * MINUTE <= waits <= 1.1 * MINUTE
    else:
        assert message.due is None


@pytest.mark.parametrize(("case", "drops_repeats"), [
    pytest.param(case, drops, id=f"{case.name}, {'drops' if drops else 'keeps'} repeats")
    for case in CASES for drops in (True, False) if drops or case.where_repeats_stay != case.state
])
def test_each_misbehaviour_has_its_class_its_state_and_its_time(
    case: Case, drops_repeats: bool, settings: LazySettings, clock: time_machine.Traveller
) -> None:
    settings.CWC_HOUSE_DROPS_REPEATS = drops_repeats
    write()

    with house(settings, case.behaviour):
        try_each_once(clock)

    tries = {tried.message_id: tried for tried in Attempt.objects.all()}
    TALLY.update(cases=1, tried=len(tries), delivered=read_counters()["messages"])
    assert len(tries) == Attempt.objects.count() == LETTERS
    for message in letters():
        check(case, message, tries[message.pk], case.state if drops_repeats else case.where_repeats_stay)
    row = Gateway.objects.get(name="house")
    if case.rests_for is not None:
        assert row.resting_until == timezone.now() + case.rests_for
        assert row.resting_because == case.rests_because
    else:
        fails = case.outcome in (Outcome.UNKNOWN, Outcome.TRY_LATER) and LETTERS >= FAILING_OFFICES
        assert row.resting_because == ("many_offices_failing" if fails else "")
    left = Office.objects.filter(takes_part=False, left_at__isnull=False).count()
    assert left == (LETTERS if case.outcome == Outcome.NOT_ENABLED else 0)
    assert read_counters()["messages"] == 0
    assert findings() == []


def test_with_nobody_listening_no_attempt_counts_and_the_gateway_rests_a_minute(
    settings: LazySettings, clock: time_machine.Traveller
) -> None:
    write()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.CWC_HOUSE_URL = f"http://127.0.0.1:{taken.getsockname()[1]}"

    drain("house")

    check_untouched("connect_ConnectionRefusedError", MINUTE)
    assert all(message.is_withdrawable for message in letters())


def test_a_certificate_nobody_vouches_for_gets_no_letter(
    settings: LazySettings, clock: time_machine.Traveller, certificate: Path
) -> None:
    write()

    with house(settings, over_tls(certificate, always(http(200)))) as end:
        settings.CWC_HOUSE_URL = by_tls(end)
        drain("house")

    check_untouched("connect_SSLCertVerificationError", MINUTE)
    assert end.heads == []


@pytest.mark.parametrize("status", STOPPED)
def test_a_gateway_that_refuses_us_rests_and_no_attempt_counts(
    status: int, settings: LazySettings, clock: time_machine.Traveller
) -> None:
    write()

    with house(settings, always(http(status))):
        drain("house")

    check_untouched(f"http_{status}", 15 * MINUTE)


def check_untouched(because: str, rests_for: timedelta) -> None:
    """Check that every letter stands where it stood, and that the gateway rests."""
    states = {(message.state, message.attempts, message.lease_id) for message in letters()}
    row = Gateway.objects.get(name="house")
    TALLY.update(cases=1, untouched=LETTERS, delivered=read_counters()["messages"])
    assert states == {(State.QUEUED, 0, "")}
    assert all(message.due is not None and message.due <= timezone.now() for message in letters())
    assert (row.resting_because, row.resting_until) == (because, timezone.now() + rests_for)
    assert Attempt.objects.count() == 0
    assert read_counters()["messages"] == 0
    assert findings() == []


def test_a_letter_that_a_gateway_would_not_look_at_can_still_be_stopped(
    settings: LazySettings, clock: time_machine.Traveller
) -> None:
    write(1)

    with house(settings, always(http(401))):
        drain("house")

    (message,) = letters()
    assert message.withdraw()


@pytest.mark.parametrize(("drops_repeats", "state", "bodies"), [
    (True, State.DELIVERED, 2 * LETTERS), (False, State.UNKNOWN, LETTERS),
], ids=["drops repeats", "keeps repeats"])
def test_500_once_and_then_fine_goes_again_only_where_a_second_copy_is_dropped(
    drops_repeats: bool, state: State, bodies: int, settings: LazySettings, clock: time_machine.Traveller
) -> None:
    settings.CWC_HOUSE_DROPS_REPEATS = drops_repeats
    write()
    answer = [http(500)]

    with house(settings, always(lambda: answer[0])) as end:
        try_each_once(clock)
        answer[0] = http(200)
        clock.shift(2 * MINUTE)
        drain("house")

    assert {message.state for message in letters()} == {state}
    assert len(end.bodies) == bodies
    assert len(set(end.bodies)) == LETTERS  # a second try sends the same bytes
    assert read_counters()["messages"] == (LETTERS if drops_repeats else 0)
    assert findings() == []


@pytest.mark.parametrize("drops_repeats", [True, False], ids=["drops repeats", "keeps repeats"])
def test_409_on_a_retry_says_that_the_letter_is_there(
    drops_repeats: bool, settings: LazySettings, clock: time_machine.Traveller
) -> None:
    settings.CWC_HOUSE_DROPS_REPEATS = drops_repeats
    write()
    answer = [http(503)]

    with house(settings, always(lambda: answer[0])):
        try_each_once(clock)
        answer[0] = http(409)
        clock.shift(2 * MINUTE)
        drain("house")

    assert {(message.state, message.attempts) for message in letters()} == {(State.DELIVERED, 2)}
    assert read_counters()["messages"] == LETTERS


@pytest.mark.parametrize(("trusts", "state"), [(True, State.DELIVERED), (False, State.UNKNOWN)])
def test_an_empty_success_is_believed_where_the_setting_says_so(
    trusts: bool, state: State, settings: LazySettings, clock: time_machine.Traveller
) -> None:
    settings.CWC_HOUSE_DROPS_REPEATS, settings.CWC_HOUSE_TRUSTS_EMPTY_SUCCESS = False, trusts
    write()

    with house(settings, always(http(200, b" \r\n"))):
        try_each_once(clock)

    assert {message.state for message in letters()} == {state}
    assert {message.error for message in letters()} == {"" if trusts else "success_empty"}
    assert read_counters()["messages"] == (LETTERS if trusts else 0)


def test_who_hangs_or_drips_for_30_seconds_is_left_after_20(settings: LazySettings) -> None:
    """At full size. In a short run they hang up after a moment themselves: the wait is the same, but for its end."""
    settings.CWC_HOUSE_DROPS_REPEATS = False
    write(10)
    patience = 30.0 if figures.FULL else 0.3  # seconds, of the far end

    def behave(end: FarEnd, connection: socket.socket) -> None:
        hangs = end.connections % 2
        end.read_request(connection)
        for byte in http(200, b"<Received/>")[:-1]:
            time.sleep(patience / 50)  # longer than the answer has bytes
            if not hangs:
                connection.sendall(bytes([byte]))

    with house(settings, behave):
        drain("house")

    lasted = [(tried.ended_at - tried.started_at).total_seconds() for tried in Attempt.objects.all()]
    figures.record(
        fault="far ends that hang or drip", size=10, longest_try=max(lasted), delivered=read_counters()["messages"]
    )
    assert len(lasted) == 10
    assert {one.state for one in letters()} == {State.UNKNOWN}
    if figures.FULL:
        assert {one.error for one in letters()} == {"answer_TimeoutError"}
        assert all(READ_TIMEOUT - 1 < seconds < READ_TIMEOUT + 5 for seconds in lasted)
    assert read_counters()["messages"] == 0
