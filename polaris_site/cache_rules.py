"""Which pages may be kept by whom: one table for every address the site answers.

A page that is the same for everyone may be cached whole by a shared cache (10 s); a page about a person is
stored nowhere. An address without a line here fails `tests/test_cache_rules.py`.
"""

from enum import Enum


class CacheClass(Enum):
    """What a browser and a shared cache are told, as response headers."""

    # The same for everyone. The browser asks each time and mostly hears 304.
    PUBLIC = {"Cache-Control": "no-cache", "X-Accel-Expires": "10"}
    # The same for everyone, but leaves no copy on a shared device: help, safety and the first step of a form.
    PUBLIC_UNSTORED = {"Cache-Control": "no-store", "X-Accel-Expires": "10"}
    # About one person, or an answer to what they typed.
    PRIVATE = {"Cache-Control": "private, no-store", "X-Accel-Expires": "0"}


RULES: dict[str, CacheClass] = {
    "home": CacheClass.PUBLIC,
    "favicon": CacheClass.PUBLIC,
    "campaigns:take_action": CacheClass.PUBLIC,
    "campaigns:all": CacheClass.PUBLIC,
    "campaigns:site_picture": CacheClass.PUBLIC,
    "campaigns:campaign_picture": CacheClass.PUBLIC,
    "campaigns:graphic": CacheClass.PUBLIC,
    "actions:campaign": CacheClass.PUBLIC_UNSTORED,
    "actions:call": CacheClass.PRIVATE,
    "counters": CacheClass.PUBLIC,
    "actions:how_we_count": CacheClass.PUBLIC,
    "actions:receipt": CacheClass.PRIVATE,
    "actions:lost_receipt": CacheClass.PRIVATE,
    "actions:confirm": CacheClass.PRIVATE,
    "actions:shared": CacheClass.PRIVATE,
    "actions:check_certificate": CacheClass.PUBLIC_UNSTORED,
    "actions:certificate_found": CacheClass.PRIVATE,
    "actions:certificate": CacheClass.PRIVATE,
    "actions:course": CacheClass.PRIVATE,
    "actions:lesson": CacheClass.PRIVATE,
    "newsletter:sign_up": CacheClass.PUBLIC_UNSTORED,
    "newsletter:thanks": CacheClass.PUBLIC_UNSTORED,
    "newsletter:confirm": CacheClass.PRIVATE,
    "newsletter:leave": CacheClass.PRIVATE,
    "dev_mail": CacheClass.PRIVATE,
    "dev_mail_one": CacheClass.PRIVATE,
    "hotline:safety": CacheClass.PUBLIC_UNSTORED,
    "hotline:practice": CacheClass.PUBLIC_UNSTORED,
    "leave": CacheClass.PRIVATE,
    "styleguide": CacheClass.PRIVATE,
    "health_live": CacheClass.PRIVATE,
    "health_ready": CacheClass.PRIVATE,
}


def cache_class(route: str, method: str, status: int) -> CacheClass:
    """Return the class of one answer: only a good GET of a declared public route is ever shared."""
    if method not in ("GET", "HEAD") or status not in (200, 301, 302, 304):
        return CacheClass.PRIVATE
    return RULES.get(route, CacheClass.PRIVATE)
