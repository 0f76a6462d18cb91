"""A course in every state a person can meet it in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import translation

from actions.models import Enrolment
from campaigns.models import Campaign, Kind, Status
from tests.factories import create_course

if TYPE_CHECKING:
    from tests.browser.states import Visit

LONG_NAME = "Pneumonoultramicroscopicsilicovolcanoconiosis Pneumonoultramicroscopicsilicovolca"[:80]


def a_course(visit: Visit) -> Iterator[str]:
    """A course from its start to its certificate, with what can go wrong."""
    course = Campaign.objects.get(kind=Kind.TRAINING, is_demo=True)
    visit.open_route("actions:campaign", course.slug)
    visit.press("main form button")
    visit.page.wait_for_url("**/course/*/")
    mine = visit.page.url.removeprefix(visit.server)
    yield "course begun"
    visit.press("#mail")
    visit.sees("#id_link-email[aria-invalid=true]")
    yield "course link error"
    visit.page.fill("#id_link-email", "ana@example.org")
    visit.press("#mail")
    visit.sees("main div[role=status] p")
    yield "course link mailed"
    yield from lessons(visit, course, mine)
    yield from the_end(visit, mine)
    yield from the_check(visit)
    yield from closed(visit)


def lessons(visit: Visit, course: Campaign, mine: str) -> Iterator[str]:
    """The lessons, and their questions."""
    visit.open(f"{mine}1/")
    yield "lesson"
    visit.press("main form button")
    visit.sees("main [type=radio][aria-invalid=true]")
    yield "lesson without an answer"
    for number, lesson in enumerate(course.lessons.all(), 1):
        visit.open(f"{mine}{number}/")
        if number == 1:
            visit.press("[type=radio]")
            visit.press("main form button")
            visit.sees("main [role=alert] strong")
            yield "lesson with a wrong answer"
        right = lesson.answers.get(is_right=True)
        visit.press(f"#answer-{right.pk}")
        visit.press("main form button")
        visit.page.wait_for_url(f"**right={right.pk}")
        if number == 1:
            yield "lesson after a right answer"
    yield "course done"
    visit.open(f"{mine}1/?changed")
    yield "lesson that was changed"
    visit.open(f"{mine}99/")
    yield "lesson that is gone"


def the_end(visit: Visit, mine: str) -> Iterator[str]:
    """The certificate, with a name and without."""
    visit.page.check("#id_news")
    visit.press("#finish")
    visit.sees("#id_email[aria-invalid=true]")
    yield "course finish error"
    visit.page.uncheck("#id_news")
    visit.press("#finish")
    visit.page.wait_for_url("**/receipt/*/")
    yield "receipt of a course"
    visit.open(mine)
    yield "course finished without a name"
    visit.press("#certify")
    visit.sees("#id_name[aria-invalid=true]")
    yield "certificate name error"
    visit.page.fill("#id_name", LONG_NAME)
    visit.press("#certify")
    visit.page.wait_for_url("**/certificate/")
    yield "certificate"
    visit.open(f"{mine}?said=fixed")
    yield "course finished with a name"


def the_check(visit: Visit) -> Iterator[str]:
    """Somebody checks the certificate of somebody else."""
    visit.open_route("actions:check_certificate")
    visit.press("#go")
    visit.sees("#id_code[aria-invalid=true]")
    yield "certificate code error"
    certificate = next(one.certificate for one in Enrolment.objects.all() if one.certificate)
    assert certificate
    visit.page.fill("#id_code", certificate.grouped_code)
    visit.press("#go")
    visit.page.wait_for_url("**/certificate/*/")
    yield "certificate checked"


def closed(visit: Visit) -> Iterator[str]:
    """A course that ends before somebody has finished it, and one that nobody has translated."""
    english = create_course(2)
    for campaign, status, name in ((english, Status.OPEN, "begun in English"), (english, Status.PAUSED, "closed")):
        Campaign.objects.filter(pk=campaign.pk).update(status=status)
        with translation.override(visit.language):
            visit.open(Enrolment.objects.begin(campaign).get_absolute_url())
        yield f"course {name}"
    visit.page.locator("main ol a").first.click()
    yield "lesson of a closed course"
    Campaign.objects.filter(pk=english.pk).update(status=Status.DRAFT)
