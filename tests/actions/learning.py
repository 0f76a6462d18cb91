"""How a browser without scripts takes a course."""

from typing import Any

from django.test import Client

from actions.models import Enrolment
from campaigns.models import Answer, Campaign, Lesson

NOTHING_ELSE = {"act": "finish", "name": "", "email": "", "website": ""}


def start(client: Client, course: Campaign, prefix: str = "") -> str:
    """Begin a course; return the address of the learner's own page."""
    answer = client.post(f"{prefix}/take-action/{course.slug}/")
    assert answer.status_code == 302, answer.status_code
    return str(answer["Location"])


def right(lesson: Lesson) -> Answer:
    return lesson.answers.get(is_right=True)


def wrong(lesson: Lesson) -> Answer:
    return lesson.answers.filter(is_right=False)[0]


def do_all(client: Client, course: Campaign, mine: str) -> None:
    """Answer every question right."""
    for number, lesson in enumerate(course.lessons.all(), 1):
        client.post(f"{mine}{number}/", {"answer": right(lesson).pk})


def finish(client: Client, mine: str, **typed: str) -> Any:
    return client.post(mine, {**NOTHING_ELSE, **typed})


def finished(client: Client, course: Campaign, **typed: str) -> str:
    """Take a course from the start to its end; return the address of the learner's own page."""
    mine = start(client, course)
    do_all(client, course, mine)
    assert finish(client, mine, **typed).status_code == 302
    return mine


def enrolment_of(mine: str) -> Enrolment:
    return Enrolment.objects.by_link(mine.rstrip("/").rpartition("/")[2])
