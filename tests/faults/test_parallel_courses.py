"""Many posts of one learner at the same moment: no progress is lost, and what is finished counts once."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client

from actions.models import Action, Certificate, Enrolment, read_counters
from tests.actions.learning import do_all, enrolment_of, finish, right, start
from tests.factories import create_course
from tests.faults import figures
from tests.faults.test_parallel import AT_A_TIME, side_by_side

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = figures.size(1, 10)
POSTS = 24


def post(path: str, data: dict[str, Any]) -> tuple[int, str]:
    """Post in a browser of its own; return the status and where it leads."""
    answer = Client().post(path, data)
    return answer.status_code, answer.get("Location", "")


def test_answers_at_the_same_moment_lose_no_progress() -> None:
    wrong = 0
    for _ in range(ROUNDS):
        course = create_course(6)
        mine = start(Client(), course)
        lessons = list(course.lessons.all())

        jobs: list[Callable[[], Any]] = [
            partial(post, f"{mine}{number}/", {"answer": right(lesson).pk}) for number, lesson in enumerate(lessons, 1)
        ]
        answers = side_by_side(jobs * 4, AT_A_TIME)

        wrong += {status for status, _ in answers} != {302}
        wrong += sorted(enrolment_of(mine).done) != [lesson.pk for lesson in lessons]

    figures.record(fault="all answers of a course at once, four times", size=f"{ROUNDS}x24", rounds_wrong=wrong)
    assert wrong == 0


def test_a_course_that_is_finished_many_times_at_once_counts_once() -> None:
    wrong = 0
    for number in range(1, ROUNDS + 1):
        course = create_course(2)
        mine = start(Client(), course)
        do_all(Client(), course, mine)
        typed = {"act": "finish", "name": "Ana Muster", "email": "", "website": ""}

        answers = side_by_side([partial(post, mine, typed)] * POSTS, AT_A_TIME)

        action = Action.objects.get(campaign=course)
        wrong += set(answers) != {(302, action.get_absolute_url())}
        wrong += Certificate.objects.filter(campaign=course).count() != 1
        wrong += read_counters(course)["actions"] != 1
        assert read_counters()["actions"] == number

    figures.record(fault="one course finished 24 times at once", size=f"{ROUNDS}x{POSTS}", rounds_wrong=wrong)
    assert wrong == 0


def test_a_name_that_is_added_many_times_at_once_makes_one_certificate() -> None:
    course = create_course(1)
    mine = start(Client(), course)
    do_all(Client(), course, mine)
    finish(Client(), mine)

    names = [{"act": "name", "name": f"Ana {number}"} for number in range(POSTS)]
    answers = side_by_side([partial(post, mine, typed) for typed in names], AT_A_TIME)

    assert set(answers) == {(302, f"{mine}certificate/")}
    assert Certificate.objects.count() == Enrolment.objects.count() == 1
