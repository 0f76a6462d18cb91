"""Error pages help while the database is gone: here every query fails as it does then."""

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from hotline.shown import shown
from polaris_site import error_pages
from polaris_site.antispam import public_form
from polaris_site.middleware import TroubleMiddleware


@pytest.fixture(autouse=True)
def database_is_gone(db: None) -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise OperationalError("the server is gone")

    shown.forget()
    with connection.execute_wrapper(refuse):
        yield


def assert_helps(response: HttpResponseBase, status: int) -> str:
    assert isinstance(response, HttpResponse)
    page = response.content.decode()
    assert response.status_code == status
    assert page.count('href="tel:+18883737888"') == 3  # header, page, bar
    assert re.search(r'<a class="exit" href="https://www\.weather\.gov/"[^>]* data-exit>', page)
    assert page.count("<h1>") == 1
    assert "csrfmiddlewaretoken" not in page
    return page


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (error_pages.bad_request, 400), (error_pages.forbidden, 403), (error_pages.not_found, 404),
        (error_pages.content_too_large, 413), (error_pages.server_error, 500), (error_pages.unavailable, 503),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_error_page_offers_help_and_the_way_out(
    rf: RequestFactory, view: object, status: int, language: str
) -> None:
    assert callable(view)

    assert_helps(view(rf.get("/" if language == "en" else "/es/")), status)


@pytest.mark.parametrize(("address", "language"), [("/no/such/page/", "en"), ("/es/no/such/page/", "es")])
def test_missing_page_answers_in_the_language_of_its_address(client: Client, address: str, language: str) -> None:
    page = assert_helps(client.get(address), 404)

    assert f'<html lang="{language}">' in page


def test_address_that_cannot_be_read_is_a_400_page() -> None:
    assert_helps(Client(headers={"Host": "elsewhere.example"}).get("/nothing/"), 400)


def test_form_of_another_website_is_refused_with_help(rf: RequestFactory) -> None:
    def never(request: HttpRequest) -> HttpResponse:
        raise AssertionError(request)

    response = public_form(never)(rf.post("/newsletter/", headers={"Sec-Fetch-Site": "cross-site"}))

    assert_helps(response.render(), 403)  # type: ignore[attr-defined]


def test_words_typed_while_the_database_is_away_are_kept_and_can_be_sent_again(rf: RequestFactory) -> None:
    typed = {"own_words": 'Please </textarea> "act"\nnow', "state": "signed-and-sealed", "zip": "07030"}

    page = assert_helps(error_pages.unavailable(rf.post("/take-action/enablers/?from=friend", typed)), 503)

    assert "Nothing was sent" in page
    assert 'action="/take-action/enablers/?from=friend"' in page
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    assert {name: unescape(value) for name, value in hidden.items()} == typed
    shown = re.search(r"<textarea[^>]*readonly>\n(.*?)</textarea>", page, re.DOTALL)
    assert shown
    assert unescape(shown[1]) == typed["own_words"]


def test_nothing_typed_by_staff_is_repeated_on_a_page(rf: RequestFactory) -> None:
    typed = {"username": "staff", "password": "canary-password", "own_words": "canary-words"}

    page = assert_helps(error_pages.unavailable(rf.post("/admin/login/?next=/admin/", typed)), 503)

    assert "canary" not in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


class Unread(BytesIO):
    """A body that nobody may read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_a_body_larger_than_any_form_is_refused_unread(rf: RequestFactory, content_type: str) -> None:
    def never(request: HttpRequest) -> HttpResponse:
        raise AssertionError(request)

    request = rf.generic("POST", "/newsletter/", content_type=content_type)
    request.META.update({"CONTENT_LENGTH": "10485760", "wsgi.input": Unread()})
    request = WSGIRequest(request.META)

    assert_helps(TroubleMiddleware(never)(request), 413)


def test_staff_may_send_more_than_a_public_form(rf: RequestFactory) -> None:
    picture = SimpleUploadedFile("picture.png", b"x" * 400_000)

    response = TroubleMiddleware(lambda _: HttpResponse("taken"))(rf.post("/admin/", {"picture": picture}))

    assert response.content == b"taken"


def test_reader_is_offered_the_page_again(rf: RequestFactory) -> None:
    page = assert_helps(error_pages.unavailable(rf.get("/take-action/?q=1")), 503)

    assert "Nothing was sent" not in page
    assert 'href="/take-action/?q=1"' in page


def test_switch_on_an_error_page_never_leads_to_another_host(client: Client) -> None:
    page = client.get("/es//elsewhere.example/").content.decode()

    assert 'href="/elsewhere.example/" lang="en"' in page
    assert 'href="//' not in page
