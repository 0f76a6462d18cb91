"""How staff write the lessons of a course, and what they are told."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import Answer, Campaign, Lesson, Status
from tests.campaigns.test_admin import problems, typed
from tests.factories import create_campaign, create_course

pytestmark = pytest.mark.django_db

NEW = "/admin/campaigns/lesson/add/"
Said = tuple[str, bool]


def lesson(campaign: Campaign, *answers: Said, **given: Any) -> dict[str, Any]:
    """Return what the form of a new lesson posts."""
    posted = {
        "campaign": campaign.pk, "position": "1", "title_en": "What it is", "title_es": "Qué es", "body_en": "Words.",
        "body_es": "Palabras.", "question_en": "Which?", "question_es": "¿Cuál?", "content_note_en": "",
        "content_note_es": "", "answers-TOTAL_FORMS": len(answers), "answers-INITIAL_FORMS": "0",
    }
    for at, (text, is_right) in enumerate(answers):
        posted |= {
            f"answers-{at}-text_en": text, f"answers-{at}-text_es": text, f"answers-{at}-why_en": "Because.",
            f"answers-{at}-why_es": "Porque sí.", f"answers-{at}-position": at,
        }
        if is_right:
            posted[f"answers-{at}-is_right"] = "on"
    return posted | given


def said(response: Any) -> str:
    """Return what staff read after it was saved."""
    return " ".join(str(message) for message in response.context["messages"])


def change(campaign: Campaign) -> str:
    return f"/admin/campaigns/campaign/{campaign.pk}/change/"


def of_a_course(**given: Any) -> dict[str, Any]:
    """Return what the form of a course posts."""
    empty = {"kind": "training", "cwc_id": "", "topics": [], "subject_en": "", "statement_en": ""}
    return typed(**empty, **given)


def test_a_lesson_with_three_answers_and_one_right_is_stored(admin_client: Client) -> None:
    course = create_course(0)

    response = admin_client.post(NEW, lesson(course, ("a", False), ("b", True), ("c", False)))

    assert response.status_code == 302, problems(response)
    assert list(Answer.objects.values_list("text", "is_right")) == [("a", False), ("b", True), ("c", False)]
    assert Lesson.objects.ready().get().is_ready


@pytest.mark.parametrize(("answers", "words"), [
    ([("a", False), ("b", False)], "Exactly one answer has to be right. Now it is 0."),
    ([("a", True), ("b", True), ("c", False)], "Exactly one answer has to be right. Now it is 2."),
    ([("a", True)], "A question needs at least two answers."),
], ids=["none right", "two right", "one alone"])
def test_a_question_that_cannot_be_asked_is_refused_in_words(
    admin_client: Client, answers: list[Said], words: str
) -> None:
    response = admin_client.post(NEW, lesson(create_course(0), *answers))

    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Lesson.objects.exists()


def test_the_right_answer_cannot_be_deleted_alone(admin_client: Client) -> None:
    written = create_course(1).lessons.get()
    answers = list(written.answers.all())
    posted = lesson(written.campaign, *[(answer.text, answer.is_right) for answer in answers])
    posted["answers-INITIAL_FORMS"] = 3
    for at, answer in enumerate(answers):
        posted |= {f"answers-{at}-id": answer.pk, f"answers-{at}-lesson": written.pk}
    posted["answers-1-DELETE"] = "on"

    response = admin_client.post(f"/admin/campaigns/lesson/{written.pk}/change/", posted)

    assert "Exactly one answer has to be right. Now it is 0." in response.content.decode()
    assert written.answers.count() == 3


def test_a_lesson_without_answers_is_kept_with_a_warning_and_left_out(admin_client: Client) -> None:
    course = create_course(1)

    response = admin_client.post(NEW, lesson(course), follow=True)

    assert "“What it is” has no answers yet. The course leaves it out until it has." in said(response)
    assert Lesson.objects.filter(campaign=course).count() == 2
    assert Lesson.objects.ready().filter(campaign=course).count() == 1
    assert "What it is" not in admin_client.get(course.get_absolute_url()).content.decode()


def test_lessons_belong_to_courses_only(admin_client: Client) -> None:
    letters = create_campaign()

    response = admin_client.post(NEW, lesson(letters, ("a", False), ("b", True)))

    assert "Select a valid choice" in problems(response)
    assert not Lesson.objects.exists()


def test_the_page_of_a_course_lists_its_lessons_with_links(admin_client: Client) -> None:
    course = create_course(2)
    first = course.lessons.all()[0]
    first.answers.all().delete()

    page = admin_client.get(change(course)).content.decode()

    assert f'<a href="/admin/campaigns/lesson/{first.pk}/change/">Lesson about 1</a> ⚠ no answers yet' in page
    assert ">Lesson about 2</a> </li>" in page
    assert f'href="/admin/campaigns/lesson/add/?campaign={course.pk}"' in page
    assert "Add a lesson" not in admin_client.get(change(create_campaign())).content.decode()


@pytest.mark.parametrize("status", ["open", "scheduled"])
def test_a_course_opens_only_with_a_lesson(admin_client: Client, status: str) -> None:
    new = admin_client.post("/admin/campaigns/campaign/add/", of_a_course(status=status))
    draft = create_course(0, status=Status.DRAFT, slug="fair-law")
    old = admin_client.post(change(draft), of_a_course(status=status))

    for response in (new, old):
        assert "A course needs at least one lesson." in problems(response)
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_a_course_with_a_lesson_opens_and_names_those_without_answers(admin_client: Client) -> None:
    draft = create_course(2, status=Status.DRAFT, slug="fair-law")
    draft.lessons.all()[1].answers.all().delete()

    response = admin_client.post(change(draft), of_a_course(), follow=True)

    draft.refresh_from_db()
    assert draft.status == Status.OPEN
    assert "“Lesson about 2” has no answers yet." in said(response)
    assert "Lesson about 1" not in said(response)


def test_the_form_of_a_lesson_offers_its_course_and_both_languages(admin_client: Client) -> None:
    course = create_course(1)
    create_campaign(title="Letters alone")

    new = admin_client.get(f"{NEW}?campaign={course.pk}").content.decode()
    old = admin_client.get(f"/admin/campaigns/lesson/{course.lessons.get().pk}/change/").content.decode()

    assert f'<option value="{course.pk}" selected>' in new
    assert "Letters alone" not in new
    for name in ("answers-1-text_en", "answers-1-text_es", "answers-1-why_en", "answers-1-why_es", "body_es"):
        assert f'name="{name}"' in old, name
    assert 'name="answers-1-is_right"' in old
    assert "Lesson about 1" in admin_client.get("/admin/campaigns/lesson/").content.decode()


def test_a_long_list_of_lessons_asks_no_more_than_a_short_one(admin_client: Client) -> None:
    asked = []
    for lessons in (2, 8):
        create_course(lessons)
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get("/admin/campaigns/lesson/").status_code == 200
        asked.append(len([query for query in queries if "campaigns_answer" in query["sql"]]))

    assert asked == [1, 1]
