"""Error pages show the record of staff, and help also when the database is gone."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from hotline.shown import Shown, shown
from polaris_site.error_pages import server_error, unavailable
from tests.hotline.test_record import store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def new_process() -> Iterator[None]:
    """Each test begins as a process that has shown no page."""
    shown.forget()
    yield
    shown.forget()


@pytest.fixture
def gone() -> Iterator[ExitStack]:
    """Enter what is to happen while the database answers no query."""
    with ExitStack() as stack:
        yield stack


def database_goes(stack: ExitStack) -> list[str]:
    """Let every query from now on fail as it does when the server is gone; return the queries asked."""
    asked: list[str] = []

    def refuse(_: object, sql: str, *__: object) -> None:
        asked.append(sql)
        raise OperationalError("the server is gone")

    stack.enter_context(connection.execute_wrapper(refuse))
    return asked


def test_missing_page_shows_the_number_staff_wrote(client: Client) -> None:
    store(phone="1-800-555-0100", phone_e164="+18005550100")

    page = client.get("/no-such-page/").content.decode()

    assert page.count('href="tel:+18005550100"') == 3
    assert "888-373" not in page


def test_number_seen_last_stands_while_the_database_is_gone(client: Client, gone: ExitStack) -> None:
    store(phone="1-800-555-0100", phone_e164="+18005550100", cover_url="https://news.example.net/")
    client.get("/safety/")
    asked = database_goes(gone)

    pages = [client.get("/no-such-page/").content.decode() for _ in range(3)]

    for page in [*pages, unavailable(RequestFactory().get("/")).content.decode()]:
        assert page.count('href="tel:+18005550100"') == 3
        assert 'href="https://news.example.net/" rel="noreferrer nofollow" data-exit' in page
    assert len(asked) == 1  # one page asked, and the next ones did not wait for the same answer


def test_new_process_without_a_database_shows_the_built_in_number(client: Client, gone: ExitStack) -> None:
    store(phone="1-800-555-0100", phone_e164="+18005550100")
    database_goes(gone)

    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert 'href="tel:+18883737888"' in answer.content.decode()


def test_built_in_number_has_the_words_of_each_page_while_the_database_is_gone(client: Client, gone: ExitStack) -> None:
    client.get("/safety/")
    database_goes(gone)

    page = client.get("/es/no-such-page/").content.decode()

    assert "Línea Nacional" in page
    assert "National Human Trafficking Hotline" not in page


def test_words_of_staff_stand_in_each_language_while_the_database_is_gone(client: Client, gone: ExitStack) -> None:
    store(name_en="Our Hotline", name_es="Nuestra línea")
    client.get("/safety/")
    database_goes(gone)

    assert "Nuestra línea" in client.get("/es/no-such-page/").content.decode()


def test_database_is_asked_again_after_ten_seconds(gone: ExitStack) -> None:
    store(phone="1-800-555-0100", phone_e164="+18005550100")
    seconds = 0.0
    process = Shown(clock=lambda: seconds)
    database_goes(gone)
    process.at_any_rate(ask=True)
    gone.close()  # the database is back

    found = []
    for seconds in (1, 9, 10):  # noqa: B007  # the clock reads it
        found.append(process.at_any_rate(ask=True).phone)

    assert found == ["1-888-373-7888", "1-888-373-7888", "1-800-555-0100"]


@pytest.mark.parametrize("page", [server_error, unavailable])
def test_page_for_trouble_asks_nothing(gone: ExitStack, page: Callable[[HttpRequest], HttpResponse]) -> None:
    asked = database_goes(gone)

    page(RequestFactory().get("/"))

    assert asked == []
