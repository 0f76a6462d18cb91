"""A course from its public page to its last lesson: no account, no score, any order."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone

from actions.models import Action, Enrolment
from actions.tasks import purge
from campaigns.models import Campaign, Status
from newsletter.models import OutgoingMail
from tests.actions.learning import do_all, enrolment_of, finish, finished, right, start, wrong
from tests.factories import create_course, create_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Campaign:
    return create_course(3, slug="the-course")


def text(response: Any) -> str:
    found: str = response.content.decode()
    return found


def everything_stored() -> str:
    """Return what stands in every table, as text."""
    found = ""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # the names come from the database itself
            found += repr(cursor.fetchall())
    return found


class TestPublicPage:
    """What everybody sees, and may be kept."""

    def test_it_says_what_the_course_is_and_what_it_costs(self, client: Client, course: Campaign) -> None:
        answer = client.get("/take-action/the-course/")

        page = text(answer)
        for words in (
            "3 short lessons", "About 5 minutes in all", "Free, without an account", "No score is kept",
            "Lesson about 1", "This may be hard to read.", "It does not qualify anybody to identify",
            "Start the course",
        ):
            assert words in page, words
        assert answer["X-Accel-Expires"] == "10"
        assert not answer.cookies
        assert not Enrolment.objects.exists()

    def test_it_takes_longer_when_there_is_more_to_read(self, client: Client, course: Campaign) -> None:
        create_lesson(course, body="word " * 3000)

        assert "About 25 minutes in all" in text(client.get("/take-action/the-course/"))

    def test_a_course_without_a_lesson_to_show_cannot_be_started(self, client: Client) -> None:
        create_course(0, slug="empty")

        assert "Start the course" not in text(client.get("/take-action/empty/"))
        client.post("/take-action/empty/")
        assert not Enrolment.objects.exists()

    @pytest.mark.parametrize("status", [Status.PAUSED, Status.WON])
    def test_a_closed_course_cannot_be_started(self, client: Client, status: Status) -> None:
        create_course(status=status, slug="closed")

        assert "Start the course" not in text(client.get("/take-action/closed/"))
        assert client.post("/take-action/closed/").status_code == 200
        assert not Enrolment.objects.exists()

    def test_another_site_cannot_start_it(self, client: Client, course: Campaign) -> None:
        answer = client.post("/take-action/the-course/", headers={"Sec-Fetch-Site": "cross-site"})

        assert answer.status_code == 403
        assert not Enrolment.objects.exists()


class TestProgress:
    """The learner's own page, and the lessons in any order."""

    def test_the_link_is_not_in_the_database(self, client: Client, course: Campaign) -> None:
        mine = start(client, course)

        token = mine.rstrip("/").rpartition("/")[2]
        assert len(token) == 32
        assert token not in everything_stored()

    def test_the_page_leads_to_the_first_lesson_that_is_not_done(self, client: Client, course: Campaign) -> None:
        mine = start(client, course)
        first = course.lessons.all()[0]

        answer = client.post(f"{mine}1/", {"answer": right(first).pk})

        assert answer["Location"] == f"{mine}2/?right={right(first).pk}"
        assert "That was right: Lesson about 1.</strong> Why 1 right." in text(client.get(answer["Location"]))
        page = client.get(mine)
        assert "1 of 3 lessons done" in text(page)
        assert f'class="button" href="{mine}2/"' in text(page)
        assert page["Cache-Control"] == "private, no-store"
        assert 'name="robots" content="noindex"' in text(page)
        assert "og:" not in text(page)

    def test_a_wrong_answer_says_why_and_nothing_of_it_is_stored(self, client: Client, course: Campaign) -> None:
        mine, first = start(client, course), course.lessons.all()[0]
        before = everything_stored()

        for _ in range(5):
            answer = client.post(f"{mine}1/", {"answer": wrong(first).pk})
            page = text(client.get(answer["Location"]))

        assert answer.status_code == 302
        assert "Not quite." in page
        assert "Why 1 too little." in page
        assert "What is 1?" in page
        assert "Why 1 right." not in page
        assert everything_stored() == before

    @pytest.mark.parametrize("answer", ["", "x", "9" * 30, "-1", "1 OR 1", "<script>"])
    def test_no_answer_says_what_to_do(self, client: Client, course: Campaign, answer: str) -> None:
        mine = start(client, course)

        page = text(client.post(f"{mine}1/", {"answer": answer}, follow=True))

        assert "<title>Error: Lesson 1" in page
        assert "Choose an answer." in page
        assert "<script>" not in page.partition("<main")[2]

    def test_lessons_can_be_taken_in_any_order_and_twice(self, client: Client, course: Campaign) -> None:
        mine = start(client, course)
        lessons = list(course.lessons.all())

        for number, leads_to in ((3, "1/"), (1, "2/"), (1, "2/"), (2, "")):
            answer = client.post(f"{mine}{number}/", {"answer": right(lessons[number - 1]).pk})
            assert answer["Location"].startswith(f"{mine}{leads_to}?right=")

        assert sorted(enrolment_of(mine).done) == [lesson.pk for lesson in lessons]
        assert "All lessons are done." in text(client.get(mine))

    def test_the_content_note_comes_before_the_text_and_leads_past_it(self, client: Client, course: Campaign) -> None:
        mine = start(client, course)

        page = text(client.get(f"{mine}1/"))

        assert page.index("This may be hard to read.") < page.index('href="#question"') < page.index("Text 1")
        assert "Skip the text" not in text(client.get(f"{mine}2/"))

    def test_why_an_answer_is_right_is_not_told_by_asking(self, client: Client, course: Campaign) -> None:
        mine = start(client, course)
        first, second, _third = course.lessons.all()

        for asked in (right(first).pk, right(second).pk, "x", "-1"):
            assert 'class="notice notice--warn" role="alert" tabindex' not in text(
                client.get(f"{mine}1/?chosen={asked}")
            )
        assert "That was right" not in text(client.get(f"{mine}1/?right={wrong(first).pk}"))

    def test_it_is_kept_longer_each_time_it_is_used(self, client: Client, course: Campaign) -> None:
        mine = start(client, course)

        with time_machine.travel(timezone.now() + timedelta(days=170)):
            client.get(f"{mine}1/")
        with time_machine.travel(timezone.now() + timedelta(days=340)):
            purge()
            assert client.get(mine).status_code == 200
        with time_machine.travel(timezone.now() + timedelta(days=521)):
            assert client.get(mine).status_code == 404
            purge()
        assert not Enrolment.objects.exists()


class TestLink:
    """Forged, cut, or over: one answer, and nothing of anybody."""

    def test_what_is_no_link_leads_nowhere(self, client: Client, course: Campaign) -> None:
        mine = finished(client, course, name="Ana Muster")
        token = mine.rstrip("/").rpartition("/")[2]
        paths = [
            mine.replace(token, other) + rest
            for other in (token[:-1], token[:-1] + ("0" if token[-1] != "0" else "1"), token.upper() + "x", "a" * 3000)
            for rest in ("", "1/", "certificate/")
        ]

        answers = {(client.get(path).status_code, text(client.get(path)).count("leads nowhere") > 0) for path in paths}
        posted = {client.post(path).status_code for path in paths if "certificate" not in path}

        assert answers == {(404, True)}
        assert posted == {404}

    def test_staff_may_change_the_address_of_a_course(self, client: Client, course: Campaign) -> None:
        mine = start(client, course)
        Campaign.objects.filter(pk=course.pk).update(slug="another-address")

        answer = client.get(f"{mine}2/")

        assert answer["Location"] == mine.replace("the-course", "another-address")
        assert client.get(answer["Location"]).status_code == 200

    def test_it_is_mailed_with_neutral_words_and_the_same_answer_for_every_address(
        self, client: Client, course: Campaign, settings: LazySettings
    ) -> None:
        mine = start(client, course)

        answers = {
            text(client.post(mine, {"act": "mail", "link-email": email}, follow=True))
            for email in ("ana@example.org", "bea@example.org", *["cleo@example.org"] * 5)
        }

        mails = OutgoingMail.objects.filter(kind="course link")
        assert len(answers) == 1
        assert "A mail with your link is on its way" in answers.pop()
        assert sorted(mail.to for mail in mails) == [
            "ana@example.org", "bea@example.org", *["cleo@example.org"] * 3
        ]
        assert mails[0].subject == "Your link"
        assert f"{settings.SITE_URL}{mine}" in mails[0].text
        assert not re.search("traffick|course", mails[0].text.replace(mine, ""))
        assert not re.search("@example", str(Enrolment.objects.values()))

    @pytest.mark.parametrize("email", ["", "ana", "a@b", "x" * 300 + "@example.org", "a@example.org\nBcc: b@b.org"])
    def test_what_is_no_address_is_said_so_on_the_same_page(
        self, client: Client, course: Campaign, email: str
    ) -> None:
        answer = client.post(start(client, course), {"act": "mail", "link-email": email})

        assert answer.status_code == 422
        assert "<title>Error: Your course" in text(answer)
        assert 'href="#id_link-email"' in text(answer)
        assert not OutgoingMail.objects.exists()


class TestStaffChangeThings:
    """Lessons change while somebody learns."""

    def test_a_lesson_that_is_gone_is_said_to_be(self, client: Client, course: Campaign) -> None:
        mine = start(client, course)
        do_all(client, course, mine)
        course.lessons.all()[2].delete()

        answer = client.get(f"{mine}3/")

        assert answer["Location"] == f"{mine}?said=gone"
        page = text(client.get(answer["Location"]))
        assert "That lesson is not in the course any more." in page
        assert "2 of 2 lessons done" in page
        assert finish(client, mine).status_code == 302
        assert Action.objects.count() == 1

    @pytest.mark.parametrize("number", ["0", "4", "99999999999"])
    def test_a_number_that_no_lesson_has_leads_to_the_list(self, client: Client, course: Campaign, number: str) -> None:
        mine = start(client, course)

        assert client.get(f"{mine}{number}/")["Location"] == f"{mine}?said=gone"

    def test_an_answer_that_is_gone_asks_again(self, client: Client, course: Campaign) -> None:
        mine, first = start(client, course), course.lessons.all()[0]
        key = right(first).pk
        right(first).delete()
        first.answers.create(text="new", is_right=True, why="New.")

        answer = client.post(f"{mine}1/", {"answer": key})

        assert answer["Location"] == f"{mine}1/?changed"
        assert "This lesson was changed just now." in text(client.get(answer["Location"]))
        assert enrolment_of(mine).done == []

    def test_an_answer_counts_for_its_lesson_wherever_that_was_moved(self, client: Client, course: Campaign) -> None:
        mine = start(client, course)
        first, second, _third = course.lessons.all()
        course.lessons.filter(pk=first.pk).update(position=9)

        answer = client.post(f"{mine}1/", {"answer": right(first).pk})
        missed = client.post(f"{mine}1/", {"answer": wrong(first).pk})

        assert enrolment_of(mine).done == [first.pk]
        assert answer["Location"].startswith(f"{mine}1/?right=")
        assert missed["Location"] == f"{mine}3/?chosen={wrong(first).pk}"
        assert second.title in text(client.get(answer["Location"]))

    def test_a_lesson_of_another_course_counts_for_nothing(self, client: Client, course: Campaign) -> None:
        mine, other = start(client, course), create_course(1)

        client.post(f"{mine}1/", {"answer": right(other.lessons.get()).pk})

        assert enrolment_of(mine).done == []

    def test_a_new_lesson_takes_nothing_from_who_has_finished(self, client: Client, course: Campaign) -> None:
        mine = finished(client, course, name="Ana Muster")
        create_lesson(course)

        assert "You finished the course on" in text(client.get(mine))
        assert "Ana Muster" in text(client.get(f"{mine}certificate/"))
