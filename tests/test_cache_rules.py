"""Every address of the site has a declared cache class, sets no cookie and tells caches the truth."""

import gzip
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from actions.models import Action
from polaris_site.cache_rules import RULES, CacheClass
from polaris_site.middleware import PACKED
from tests.factories import create_campaign, create_graphic, create_organisation, take


def routes(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """Every route of the site but the admin's, which is private as a whole."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"
        elif entry.namespace != "admin":
            yield from routes(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


def test_every_address_has_a_declared_cache_class() -> None:
    assert set(routes()) == set(RULES)


@pytest.fixture
def action() -> Action:
    create_organisation()
    return take(create_campaign(slug="a-fair-law", position=1), doubt="check")


def address(route: str, action: Action) -> str:
    """Return an address of the route."""
    arguments: dict[str, list[Any]] = {
        "actions:campaign": ["a-fair-law"], "actions:receipt": [action.receipt_token],
        "actions:confirm": [action.confirm_token], "newsletter:confirm": ["no-token"], "newsletter:leave": ["no-token"],
        "actions:call": ["a-fair-law", "no-ticket"], "dev_mail_one": ["none.eml"],
        "actions:shared": ["a-fair-law", "no-ticket"],
        "campaigns:campaign_picture": ["a-fair-law"],
        "actions:course": ["a-fair-law", "no-token"],
        "actions:lesson": ["a-fair-law", "no-token", 1], "actions:certificate": ["a-fair-law", "no-token"],
        "actions:certificate_found": ["NO-CODE"],
    }
    if route == "campaigns:graphic":
        drawn = action.campaign.graphics.first() or create_graphic(action.campaign)
        return reverse(route, args=["a-fair-law", drawn.pk, "wide", "png"])
    return reverse(route, args=arguments.get(route, []))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_sets_a_cookie_or_varies_and_all_say_what_may_be_kept(
    client: Client, action: Action, language: str
) -> None:
    for route, rule in RULES.items():
        with translation.override(language):
            path = address(route, action)
        answer = client.get(path)
        assert answer.status_code in (200, 302, 404, 405), (route, answer.status_code)
        assert not answer.cookies, route
        assert not client.cookies, route
        assert "Vary" not in answer or answer["Vary"] == "Accept-Encoding", (route, answer["Vary"])
        expected = rule if answer.status_code in (200, 302) else CacheClass.PRIVATE
        assert answer["Cache-Control"] == expected.value["Cache-Control"], route
        assert answer["X-Accel-Expires"] == expected.value["X-Accel-Expires"], route
        assert answer["Referrer-Policy"] == "same-origin", route
        assert "default-src 'none'" in answer["Content-Security-Policy"], route
        assert "unsafe" not in answer["Content-Security-Policy"], route
        assert "nonce" not in answer["Content-Security-Policy"], route
        assert set(re.findall(r"=(\S+?)(?:,|$)", answer["Permissions-Policy"])) == {"()"}, route
        assert answer["X-Content-Type-Options"] == "nosniff", route


@pytest.mark.django_db
def test_a_page_that_has_not_changed_is_not_sent_again(client: Client, action: Action) -> None:
    first = client.get("/take-action/")

    again = client.get("/take-action/", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert again["X-Accel-Expires"] == "10"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_only_what_is_the_same_for_everyone_is_compressed(client: Client, action: Action, language: str) -> None:
    for route, rule in RULES.items():
        with translation.override(language):
            path = address(route, action)

        plain, answer = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})

        if rule is CacheClass.PRIVATE or plain.status_code != 200:
            assert "Content-Encoding" not in answer, route
        elif plain["Content-Type"] in PACKED:
            assert "Content-Encoding" not in answer, route
            assert answer.content == plain.content, route
            assert answer["ETag"] == plain["ETag"], route
        elif len(plain.content) >= 200:  # bytes; less is not worth it
            assert answer["Content-Encoding"] == "gzip", route
            assert int(answer["Content-Length"]) == len(answer.content) < len(plain.content) / 2, route
            assert gzip.decompress(answer.content) == plain.content, route
            assert answer["Vary"] == plain["Vary"] == "Accept-Encoding", route


@pytest.mark.django_db
def test_a_page_with_what_somebody_typed_is_never_compressed(client: Client, action: Action) -> None:
    answer = client.post("/take-action/a-fair-law/", {"zip": "123"}, headers={"Accept-Encoding": "gzip"})

    assert b'value="123"' in answer.content
    assert "Content-Encoding" not in answer


@pytest.mark.django_db
def test_a_missing_page_and_the_pages_of_staff_are_never_compressed(client: Client) -> None:
    for path in ("/no-such-page/", "/admin/login/"):
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})

        assert len(answer.content) > 1000, path
        assert "Content-Encoding" not in answer, path


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/take-action/", "/take-action/a-fair-law/", "/safety/"])
def test_a_compressed_page_that_has_not_changed_is_not_sent_again(client: Client, action: Action, path: str) -> None:
    plain, small = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})

    for encoding in ("gzip", "identity"):
        for tag in (plain["ETag"], small["ETag"]):
            again = client.get(path, headers={"Accept-Encoding": encoding, "If-None-Match": tag})
            assert again.status_code == 304
            assert again["Vary"] == "Accept-Encoding"
            assert again["ETag"] == plain["ETag"] == small["ETag"]
            assert not again.content


@pytest.mark.django_db
def test_a_shared_cache_keeps_what_is_the_same_for_all_for_ten_seconds_and_a_receipt_never(
    client: Client, action: Action
) -> None:
    kept = {path: client.get(path)["X-Accel-Expires"] for path in ("/take-action/", "/take-action/a-fair-law/")}

    assert set(kept.values()) == {"10"}, kept
    assert client.get(action.get_absolute_url())["X-Accel-Expires"] == "0"
    assert client.get("/take-action/no-such-campaign/")["X-Accel-Expires"] == "0"


@pytest.mark.django_db
def test_an_answer_to_a_post_is_never_kept(client: Client, action: Action) -> None:
    answer = client.post("/take-action/a-fair-law/", {"zip": "123"})

    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Accel-Expires"] == "0"


@pytest.mark.django_db
def test_the_language_is_in_the_address_alone(client: Client, action: Action) -> None:
    answer = client.get("/take-action/", headers={"Accept-Language": "es"})

    assert b'<html lang="en"' in answer.content
    assert b'<html lang="es"' in client.get("/es/take-action/").content
