"""Limits count exactly, keep nothing personal, and stand aside when Redis, or anything else, does not answer."""

import logging
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import redis
import time_machine
from django.conf import LazySettings
from django.test import RequestFactory

from polaris_site import limits
from polaris_site.identity import keyed_hash
from polaris_site.limits import KEPT_HERE, REDIS_WAITS, Limiter, network_of, within
from tests.running import free_port, wait_until

WHO = "ana@example.org"
PASSWORD = "canary-password"
SOON = 0.3  # seconds after which a Redis that failed is asked again, here
NO_TIME = 1.0  # seconds that an outage of Redis may cost all visitors of a test together


class RedisServer:
    """A Redis server of our own, to pause and to kill."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"
        self.client = redis.Redis.from_url(self.url)
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, empty."""
        command = [
            "redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--requirepass", PASSWORD,
            "--save", "", "--appendonly", "no", "--dir", str(self.folder), "--logfile", "redis.log",
        ]
        self.process = subprocess.Popen(command)
        wait_until("Redis answers", self.answers, within=10)

    def answers(self) -> bool:
        """Tell whether it does."""
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False

    def kill(self) -> None:
        """Kill it, if it runs."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=5)

    def stored(self) -> str:
        """Return every key and every value it holds, as one text."""
        return repr([(key, self.client.lrange(key, 0, -1)) for key in self.client.scan_iter()])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis server, running. Without the program a test is reported as not run, or fails where all have to run."""
    if shutil.which("redis-server") is None:
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail("The program redis-server is missing.")
        pytest.skip("needs the program redis-server")
    running = RedisServer(tmp_path)
    try:
        running.start()
        yield running
    finally:
        running.client.close()
        running.kill()


@pytest.fixture(params=["memory", "redis"])
def url(request: pytest.FixtureRequest) -> str:
    """Where a limiter counts: in this process, then on Redis."""
    if request.param == "memory":
        return "memory://"
    server: RedisServer = request.getfixturevalue("server")
    return server.url


def from_eight_threads(times: int, hit: Callable[[], bool]) -> int:
    """Return how many of so many hits, from 8 threads at once, were within the limit."""
    all_ready = threading.Barrier(8)

    def thread() -> int:
        all_ready.wait()
        return sum(hit() for _ in range(times // 8))

    with ThreadPoolExecutor(8) as threads:
        return sum(found.result() for found in [threads.submit(thread) for _ in range(8)])


def counts_on(server: RedisServer, limiter: Limiter, name: str) -> bool:
    """Hit once under a name used nowhere else, and tell whether the server holds such hits."""
    limiter.within(name, WHO, 1000, 60)
    return bool(server.client.keys(f"*{keyed_hash(f'limit {name}', WHO)}*"))


# --- Counting ---


@pytest.mark.parametrize("at_most", [1, 50])
def test_exactly_so_many_are_within_from_eight_threads_at_once(url: str, at_most: int) -> None:
    limiter = Limiter(url)

    for name in ("first", "second", "third"):
        admitted = from_eight_threads(400, partial(limiter.within, name, WHO, at_most, 60))

        assert admitted == at_most


def test_processes_that_share_redis_share_the_count(server: RedisServer) -> None:
    first, second = Limiter(server.url), Limiter(server.url)

    assert [first.within("letters", WHO, 2, 60), second.within("letters", WHO, 2, 60)] == [True, True]
    assert not first.within("letters", WHO, 2, 60)
    assert not second.within("letters", WHO, 2, 60)


def test_each_person_and_each_thing_counted_has_a_limit_of_its_own(url: str) -> None:
    limiter = Limiter(url)
    assert limiter.within("letters", WHO, 1, 60)

    assert limiter.within("sign-ups", WHO, 1, 60)
    assert limiter.within("letters", "ben@example.org", 1, 60)
    assert not limiter.within("letters", WHO, 1, 60)


def test_the_window_slides_and_hits_beyond_the_limit_do_not_prolong_it(url: str) -> None:
    limiter, start = Limiter(url), datetime.now(UTC)

    def at(second: int) -> bool:
        with time_machine.travel(start + timedelta(seconds=second), tick=False):
            return limiter.within("letters", WHO, 2, 60)

    assert [at(0), at(40)] == [True, True]
    assert [at(50), at(59)] == [False, False]
    assert [at(61), at(62)] == [True, False]  # the first is out of the window, the second still in it
    assert at(101)


def test_nobody_is_within_a_limit_of_none(url: str) -> None:
    assert not Limiter(url).within("letters", WHO, 0, 60)


def test_forgetting_begins_afresh(url: str) -> None:
    limiter = Limiter(url)
    assert limiter.within("letters", WHO, 1, 60)

    limiter.forget()

    assert limiter.within("letters", WHO, 1, 60)


def test_the_site_counts_where_its_settings_say(settings: LazySettings) -> None:
    settings.LIMITS_URL = "memory://the-site-counts"

    admitted = from_eight_threads(80, lambda: within("letters", WHO, 5, 60))

    assert admitted == 5
    limits.limiter().forget()
    assert within("letters", WHO, 5, 60)


# --- What is kept ---


def test_redis_holds_nothing_about_anybody_and_not_for_ever(server: RedisServer) -> None:
    network = "203.0.113.7"
    Limiter(server.url).within("letters", WHO, 5, 60)
    Limiter(server.url).within("letters", network, 5, 60)

    keys = list(server.client.scan_iter())

    assert len(keys) == 2
    for canary in (WHO, "ana", "example", network, "203.0"):
        assert canary not in server.stored()
    assert all(0 < server.client.ttl(key) <= 60 for key in keys)


def test_memory_does_not_grow_for_ever() -> None:
    limiter = Limiter("memory://")
    assert limiter.within("letters", WHO, 1, 60)

    for number in range(KEPT_HERE - 2):
        limiter.within("letters", str(number), 1, 60)
    assert not limiter.within("letters", WHO, 1, 60)  # so many are still remembered
    limiter.within("letters", "the last one to fit", 1, 60)

    assert limiter.within("letters", WHO, 1, 60)  # all were forgotten


# --- Trouble ---


def test_paused_redis_costs_next_to_nothing_and_counts_again_afterwards(server: RedisServer) -> None:
    limiter = Limiter(server.url, asked_again_after=SOON)
    assert counts_on(server, limiter, "before")

    server.client.client_pause(1500)  # milliseconds
    began = time.monotonic()
    admitted = from_eight_threads(80, lambda: limiter.within("meanwhile", WHO, 5, 60))
    took = time.monotonic() - began

    assert admitted == 5
    assert took < NO_TIME
    wait_until("Redis counts again", lambda: counts_on(server, limiter, "after"), within=10)


def test_while_redis_is_paused_only_the_first_visitor_waits_for_it(server: RedisServer) -> None:
    limiter = Limiter(server.url)
    server.client.client_pause(2000)  # milliseconds

    began = time.monotonic()
    admitted = [limiter.within("meanwhile", WHO, 5, 60) for _ in range(50)]
    took = time.monotonic() - began

    assert sum(admitted) == 5
    assert REDIS_WAITS <= took < NO_TIME  # 50 waits would be 10 seconds


def test_killed_redis_is_stood_in_for_and_counts_again_when_it_is_back(server: RedisServer) -> None:
    limiter = Limiter(server.url, asked_again_after=SOON)
    assert counts_on(server, limiter, "before")

    server.kill()
    began = time.monotonic()
    admitted = from_eight_threads(80, lambda: limiter.within("meanwhile", WHO, 5, 60))
    took = time.monotonic() - began

    assert admitted == 5
    assert took < NO_TIME
    server.start()
    wait_until("Redis counts again", lambda: counts_on(server, limiter, "after"), within=10)


def test_an_outage_is_one_line_in_the_log_and_its_end_another(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    limiter = Limiter(server.url, asked_again_after=SOON)
    server.kill()

    from_eight_threads(80, lambda: limiter.within("meanwhile", WHO, 5, 60))
    time.sleep(2 * SOON)  # long enough to be asked, and to fail, again
    limiter.within("meanwhile", WHO, 5, 60)
    server.start()
    wait_until("Redis counts again", lambda: counts_on(server, limiter, "after"), within=10)

    said = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == limits.__name__]
    assert said == [
        ("WARNING", "Redis does not count for the limits (ConnectionError): each process does."),
        ("INFO", "Redis counts for the limits again."),
    ]
    assert PASSWORD not in caplog.text
    assert str(server.port) not in caplog.text


@pytest.mark.parametrize(
    "address",
    [
        "redis://:canary-password@127.0.0.1:1/0",  # nobody listens
        "redis://:canary-password@nowhere.invalid:6379/0",
        "redis://:canary-password@127.0.0.1:canary-port/0",
        "rediss://:canary-password@127.0.0.1:1/0?ssl_cert_reqs=canary",
        "",
        "polarisfile://",
    ],
)
def test_an_address_that_leads_nowhere_still_has_limits_and_is_not_told(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    limiter = Limiter(address)

    admitted = [limiter.within("letters", WHO, 2, 60) for _ in range(3)]

    assert admitted == [True, True, False]
    assert len(caplog.records) == (1 if address.startswith("redis") else 0)
    for canary in ("canary", "127.0.0.1", "nowhere"):
        assert canary not in caplog.text


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (lambda client: client.config_set("maxmemory", 1), "OutOfMemoryError"),
        (lambda client: client.config_set("requirepass", "another"), "AuthenticationError"),
        (lambda client: client.replicaof("127.0.0.1", 1), "ReadOnlyError"),
    ],
)
def test_redis_that_says_no_is_stood_in_for(
    server: RedisServer, caplog: pytest.LogCaptureFixture, trouble: Callable[[redis.Redis], object], error: str
) -> None:
    trouble(server.client)
    limiter = Limiter(server.url)

    admitted = [limiter.within("letters", WHO, 2, 60) for _ in range(3)]

    assert admitted == [True, True, False]
    assert [record.getMessage() for record in caplog.records] == [
        f"Redis does not count for the limits ({error}): each process does."
    ]


def test_when_the_system_gives_no_thread_nobody_is_over_a_limit() -> None:
    limiter, usual = Limiter("memory://"), threading.stack_size()

    threading.stack_size(2**46)  # bytes: more than there is, so that no thread can start
    try:
        admitted = [limiter.within("letters", WHO, 1, 60) for _ in range(3)]
    finally:
        threading.stack_size(usual)

    assert admitted == [True, True, True]
    assert [limiter.within("letters", WHO, 1, 60) for _ in range(2)] == [True, False]


# --- Where a visitor comes from ---


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:cb00:7107", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("", "unknown"),
        ("203.0.113", "unknown"),
        ("203.0.113.7:443", "unknown"),
        ("<script>", "unknown"),
    ],
)
def test_network_of_an_address(settings: LazySettings, rf: RequestFactory, address: str, network: str) -> None:
    settings.TRUSTED_PROXIES = 0

    assert network_of(rf.get("/", REMOTE_ADDR=address)) == network


@pytest.mark.parametrize(
    ("proxies", "forwarded", "network"),
    [
        (0, None, "192.0.2.1"),
        (0, "198.51.100.9", "192.0.2.1"),  # anybody can write this
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.9, 203.0.113.7", "203.0.113.7"),  # so did somebody, and the proxy added the truth
        (1, "198.51.100.9,10.0.0.1,  203.0.113.7 ", "203.0.113.7"),
        (1, "198.51.100.9, ::ffff:203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.9, 2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "198.51.100.9, junk", "unknown"),
        (2, "198.51.100.9, 203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (1, None, "192.0.2.1"),  # it came past the proxies, as the checks of the platform do
        (2, "203.0.113.7", "192.0.2.1"),
    ],
)
def test_network_behind_proxies_is_what_the_outermost_trusted_one_saw(
    settings: LazySettings, rf: RequestFactory, proxies: int, forwarded: str | None, network: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}

    assert network_of(rf.get("/", REMOTE_ADDR="192.0.2.1", headers=headers)) == network
