"""A certificate: with a name or not at all, checked by anyone who has its code, and it says no more than it must."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actions.models import Certificate, Enrolment
from actions.models.courses import CODE_ALPHABET
from actions.tasks import purge
from campaigns.models import Campaign
from tests.actions.learning import do_all, finish, finished, start
from tests.actions.test_course import everything_stored
from tests.factories import create_course, create_organisation

pytestmark = pytest.mark.django_db

CHECK = "/take-action/certificate/"


@pytest.fixture
def course() -> Campaign:
    create_organisation(name="North Star")
    return create_course(2, slug="the-course", title_en="A short course", title_es="Un curso corto")


def main(response: Any) -> str:
    """Return the page without its frame."""
    page: str = response.content.decode()
    return page.partition("<main")[2].partition("</main>")[0]


def code_on(page: str) -> str:
    found = re.search(r"\b([2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4})\b", page)
    assert found, page
    return found[1]


class TestPrinted:
    """What its owner prints."""

    def test_it_shows_name_course_organisation_day_code_and_what_it_is_not(
        self, client: Client, course: Campaign
    ) -> None:
        with time_machine.travel("2026-11-24 17:00Z", tick=False):
            mine = finished(client, course, name="Ana Muster")
            answer = client.get(f"{mine}certificate/")

        page = main(answer)
        for words in (
            "Ana Muster", "A short course", "North Star", "Nov. 24, 2026", "does not qualify anybody to identify",
            f"http://testserver{CHECK}",
        ):
            assert words in page, words
        assert answer["Cache-Control"] == "private, no-store"
        assert 'content="noindex"' in answer.content.decode()
        assert "og:" not in answer.content.decode()
        assert code_on(page).replace("-", "") == Certificate.objects.get().code
        assert set(Certificate.objects.get().code) <= set(CODE_ALPHABET)

    def test_it_keeps_the_language_it_was_issued_in(self, client: Client, course: Campaign) -> None:
        mine = start(client, course, "/es")
        do_all(client, course, mine)
        finish(client, mine, name="Ana Muster")

        page = main(client.get(mine.removeprefix("/es") + "certificate/"))

        assert 'lang="es"' in page
        assert "Un curso corto" in page
        assert "/es/take-action/certificate/" in page

    def test_without_a_name_there_is_none_until_one_is_added(self, client: Client, course: Campaign) -> None:
        mine = finished(client, course)
        assert client.get(f"{mine}certificate/")["Location"] == mine

        answer = client.post(mine, {"act": "name", "name": "  Ana\n Muster\u202e "})

        assert answer["Location"] == f"{mine}certificate/"
        assert Certificate.objects.get().name == "Ana Muster"
        assert "Ana Muster" in main(client.get(answer["Location"]))

    def test_a_name_is_text_and_never_markup(self, client: Client, course: Campaign) -> None:
        mine = finished(client, course, name="<b>Ana</b> & {{ form }}")
        code = Certificate.objects.get().code

        for path in (f"{mine}certificate/", f"{CHECK}{code}/"):
            assert "&lt;b&gt;Ana&lt;/b&gt; &amp; {{ form }}" in main(client.get(path))

    @pytest.mark.parametrize("name", ["", " ", "\u200b\u202e", "x" * 81])
    def test_what_is_no_name_is_said_so(self, client: Client, course: Campaign, name: str) -> None:
        mine = finished(client, course)

        answer = client.post(mine, {"act": "name", "name": name})

        assert answer.status_code == 422
        assert 'href="#id_name"' in main(answer)
        assert not Certificate.objects.exists()

    def test_nobody_gets_one_who_has_not_finished(self, client: Client, course: Campaign) -> None:
        mine = start(client, course)

        assert client.post(mine, {"act": "name", "name": "Ana Muster"})["Location"] == mine
        assert client.get(f"{mine}certificate/")["Location"] == mine
        assert not Certificate.objects.exists()

    def test_a_name_may_be_put_right_for_thirty_days_and_the_code_stays(
        self, client: Client, course: Campaign
    ) -> None:
        mine = finished(client, course, name="Ana Muter")
        code = Certificate.objects.get().code

        client.post(mine, {"act": "name", "name": "Ana Muster"})
        with time_machine.travel(timezone.now() + timedelta(days=31)):
            late = client.post(mine, {"act": "name", "name": "Bea"}, follow=True)
            assert "Is the name wrong?" not in main(client.get(mine))

        assert "The name can no longer be changed" in main(late)
        certificate = Certificate.objects.get()
        assert (certificate.name, certificate.code) == ("Ana Muster", code)

    def test_it_can_be_printed_as_long_as_it_can_be_checked(self, client: Client, course: Campaign) -> None:
        mine = finished(client, course, name="Ana Muster")

        with time_machine.travel(timezone.now() + timedelta(days=1000)):
            purge()
            assert "Ana Muster" in main(client.get(f"{mine}certificate/"))
        with time_machine.travel(timezone.now() + timedelta(days=1200)):
            purge()
        assert not Certificate.objects.exists()
        assert not Enrolment.objects.exists()

    def test_what_can_no_longer_be_checked_is_not_printed(self, client: Client, course: Campaign) -> None:
        mine = finished(client, course, name="Ana Muster")
        Certificate.objects.update(expires_at=timezone.now())

        assert client.get(f"{mine}certificate/")["Location"] == mine
        client.post(mine, {"act": "name", "name": "Bea Muster"})

        assert "Bea Muster" in main(client.get(f"{mine}certificate/"))
        assert Certificate.objects.count() == 1


class TestChecked:
    """What anyone sees who has the code, and nobody else."""

    def test_it_is_found_however_the_code_is_typed_and_says_no_more(self, client: Client, course: Campaign) -> None:
        with time_machine.travel("2026-11-24 17:00Z", tick=False):
            mine = finished(client, course, name="Ana Muster", email="ana@example.org", outcome="on")
        code = Certificate.objects.get().code
        grouped = f"{code[:4]}-{code[4:8]}-{code[8:]}"

        for typed in (code, code.lower(), grouped, f" {grouped.lower().replace('-', ' ')} ", ".".join(code)):
            answer = client.post(CHECK, {"code": typed})
            assert answer["Location"] == f"{CHECK}{code}/", typed
        for path in (code, code.lower(), grouped):
            answer = client.get(f"{CHECK}{path}/")
            page = main(answer)
            assert answer["Cache-Control"] == "private, no-store"
            assert re.findall("<dd>(.*?)</dd>", page) == ["Ana Muster", "A short course", "Nov. 24, 2026"]
            assert mine not in page
            assert "receipt" not in page
            assert "example.org" not in page
            assert 'content="noindex"' in answer.content.decode()

    @pytest.mark.parametrize("typed", ["", " ", "ABC", "A" * 13, "x" * 5000, "../../admin", "ÄÄÄÄÄÄÄÄÄÄÄÄ"])
    def test_what_is_no_code_is_said_so(self, client: Client, course: Campaign, typed: str) -> None:
        answer = client.post(CHECK, {"code": typed})

        assert answer.status_code == 422
        assert 'href="#id_code"' in main(answer)

    def test_a_wrong_cut_or_expired_code_leads_nowhere_after_one_look(self, client: Client, course: Campaign) -> None:
        finished(client, course, name="Ana Muster")
        code = Certificate.objects.get().code
        wrong = code[:-1] + ("2" if code[-1] != "2" else "3")

        for typed in (wrong, code[:-1], f"{code}2", "A" * 12, "-", "%00", "a" * 2000):
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(f"{CHECK}{typed}/")
            about = [query["sql"] for query in asked if "actions_certificate" in query["sql"]]
            assert (answer.status_code, len(about)) == (404, 1), typed
            assert '"code_key" = ' in about[0]
            assert "leads nowhere" in answer.content.decode()
        with time_machine.travel(timezone.now() + timedelta(days=1096)):
            assert client.get(f"{CHECK}{code}/").status_code == 404

    def test_a_good_code_costs_one_look_too(self, client: Client, course: Campaign) -> None:
        finished(client, course, name="Ana Muster")

        code = Certificate.objects.get().code

        with CaptureQueriesContext(connection) as asked:
            client.get(f"{CHECK}{code}/")

        assert sum("actions_" in query["sql"] for query in asked) == 1

    def test_neither_name_nor_code_can_be_read_in_the_database(self, client: Client, course: Campaign) -> None:
        finished(client, course, name="Ana Muster")

        stored = everything_stored()

        assert "Muster" not in stored
        assert Certificate.objects.get().code not in stored

    def test_the_form_is_the_same_for_everyone(self, client: Client, course: Campaign) -> None:
        answer = client.get(CHECK)

        assert answer["X-Accel-Expires"] == "10"
        assert not answer.cookies

    def test_two_codes_are_never_alike(self, client: Client, course: Campaign) -> None:
        for _ in range(3):
            finished(client, course, name="Ana Muster")

        assert len({certificate.code for certificate in Certificate.objects.all()}) == 3
