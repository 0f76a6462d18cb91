"""How often somebody may do something. A limit tells; it refuses nobody, never fails, and stores nothing personal.

Production counts on Redis, for all processes together; where that does not answer, and on a laptop, each process
counts for itself. Who is counted goes through a keyed hash before anything stores it.
"""

import logging
import time
from ipaddress import IPv6Address, IPv6Network, ip_address
from threading import Lock
from typing import Literal

from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from polaris_site.identity import keyed_hash

REDIS_WAITS = 0.2  # seconds for an answer, so that a paused Redis holds one visitor no longer than that
ASKED_AGAIN_AFTER = 30.0  # seconds in which a Redis that failed is left alone
# MemoryStorage keeps every key for ever and looks at all of them after a hit: this many take it 20 ms of the processor.
KEPT_HERE = 20_000

logger = logging.getLogger(__name__)


class Limiter:
    """Counts on the Redis server at `url`, or in this process for any other address. For threads to share."""

    def __init__(self, url: str, asked_again_after: float = ASKED_AGAIN_AFTER) -> None:
        self._url = url
        self._asked_again_after = asked_again_after  # seconds
        self._on_redis = url.startswith(("redis://", "rediss://"))
        self._redis: RedisStorage | None = None
        self._here: MemoryStorage | None = None
        self._away_until: float | None = None  # by the monotonic clock; None while Redis answers
        self._lock = Lock()

    def within(self, name: str, who: str, at_most: int, seconds: int) -> bool:
        """Count one hit of `who` and tell whether it is among the `at_most` of the last `seconds`.

        `name` says what is counted: each has counts of its own. Hits beyond the limit do not prolong it.
        """
        return self._ask("hit", name, who, at_most, seconds)

    def has_room(self, name: str, who: str, at_most: int, seconds: int) -> bool:
        """Tell whether one hit more of `who` would be within the limit, and count nothing."""
        return self._ask("test", name, who, at_most, seconds)

    def _ask(self, what: Literal["hit", "test"], name: str, who: str, at_most: int, seconds: int) -> bool:
        item, key = RateLimitItemPerSecond(at_most, seconds), keyed_hash(f"limit {name}", who)
        if self._on_redis and self._may_ask():
            try:
                is_within: bool = getattr(MovingWindowRateLimiter(self._shared()), what)(item, key)
            except Exception as error:  # whatever it is: a limit must not cost anybody their letter
                self._note_failure(error)
            else:
                self._note_answer()
                return is_within
        return self._ask_here(what, item, key)

    def forget(self) -> None:
        """Begin afresh, on Redis too: for tests. Raises `redis.RedisError` where that does not answer."""
        with self._lock:
            self._here = self._away_until = None
        if self._on_redis:
            self._shared().reset()

    def _shared(self) -> RedisStorage:
        """Return the storage on Redis. Raises `ValueError` for an address that cannot be read."""
        if self._redis is None:
            # A client made from an address tries once, unlike one made from host and port (redis 8.1).
            self._redis = RedisStorage(self._url, socket_timeout=REDIS_WAITS, socket_connect_timeout=REDIS_WAITS)
        return self._redis

    def _ask_here(self, what: Literal["hit", "test"], item: RateLimitItemPerSecond, key: str) -> bool:
        with self._lock:
            try:
                if self._here is None or len(self._here.events) >= KEPT_HERE:
                    self._here = MemoryStorage()
                return bool(getattr(MovingWindowRateLimiter(self._here), what)(item, key))
            except RuntimeError:  # the system gives no thread, and MemoryStorage wants one to tidy up
                return True

    def _may_ask(self) -> bool:
        """Tell whether Redis answers, as far as is known, or it is this visitor who finds out."""
        with self._lock:
            if self._away_until is None:
                return True
            now = time.monotonic()
            if now < self._away_until:
                return False
            self._away_until = now + self._asked_again_after  # nobody else waits meanwhile
            return True

    def _note_failure(self, error: Exception) -> None:
        with self._lock:
            is_first = self._away_until is None
            self._away_until = time.monotonic() + self._asked_again_after
        if is_first:  # the type alone: the text may hold the server's address or password
            logger.warning("Redis does not count for the limits (%s): each process does.", type(error).__name__)

    def _note_answer(self) -> None:
        with self._lock:
            was_away, self._away_until = self._away_until is not None, None
        if was_away:
            logger.info("Redis counts for the limits again.")


_limiters: dict[str, Limiter] = {}
_making = Lock()


def limiter() -> Limiter:
    """Return this process's one limiter for `LIMITS_URL`."""
    with _making:
        return _limiters.setdefault(settings.LIMITS_URL, Limiter(settings.LIMITS_URL))


def within(name: str, who: str, at_most: int, seconds: int) -> bool:
    """Count one hit of `who` (an email key, a network) and tell whether it is within `at_most` per `seconds`."""
    return limiter().within(name, who, at_most, seconds)


def has_room(name: str, who: str, at_most: int, seconds: int) -> bool:
    """Tell whether one hit more of `who` would be within `at_most` per `seconds`, and count nothing."""
    return limiter().has_room(name, who, at_most, seconds)


def network_of(request: HttpRequest) -> str:
    """Return where a visitor comes from: an IPv4 address, the /64 of an IPv6 one, or "unknown".

    With `TRUSTED_PROXIES` in front, it is what the outermost of them saw: so many places from the right of
    X-Forwarded-For. Whatever stands to the left of that anybody may have written.
    """
    address = request.META.get("REMOTE_ADDR", "")
    passed_on = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.TRUSTED_PROXIES <= len(passed_on):
        address = passed_on[-settings.TRUSTED_PROXIES] or address
    try:
        ip = ip_address(address.strip())
    except ValueError:
        return "unknown"
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or IPv6Network((int(ip), 64), strict=False))
    return str(ip)
