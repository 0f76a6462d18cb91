"""A course: its public page, the learner's own page, and the lessons. No account, no score, no cookie.

Whoever has the link of an enrolment goes on where they stopped. What is counted is a course that was finished.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from actions.consents import keep_consents
from actions.doubts import HOUR, doubt, note_taken
from actions.forms import CourseLinkForm, FinishForm, NameForm
from actions.mails import mail_course_link
from actions.models import Enrolment, Submission
from actions.views.closed import not_open
from actions.views.tickets import link_is_over
from campaigns.models import Answer, Campaign, Kind, Lesson
from polaris_site.antispam import public_form
from polaris_site.limits import network_of, within

WORDS_A_MINUTE = 150  # that is slow, for words that some read in their second language
QUESTION_TAKES = 0.5  # minutes


@dataclass
class Course:
    """The lessons of a course as they are now, and how far one learner is."""

    campaign: Campaign
    lessons: list[Lesson]
    done: Sequence[int] = field(default_factory=list)  # keys; some may be of lessons that are gone

    @classmethod
    def of(cls, campaign: Campaign, done: Sequence[int] = ()) -> "Course":
        """Return the course of a campaign."""
        answers = Prefetch("answers", queryset=Answer.objects.order_by("position", "pk"))
        return cls(campaign, list(Lesson.objects.ready().filter(campaign=campaign).prefetch_related(answers)), done)

    @property
    def minutes(self) -> int:
        """Return about how long the course takes, in steps of five minutes."""
        words = sum(len(f"{lesson.body} {lesson.question}".split()) for lesson in self.lessons)
        return 5 * ceil((words / WORDS_A_MINUTE + len(self.lessons) * QUESTION_TAKES) / 5)

    @property
    def done_now(self) -> list[Lesson]:
        """Return the lessons of today that are done."""
        return [lesson for lesson in self.lessons if lesson.pk in self.done]

    @property
    def is_done(self) -> bool:
        """Tell whether every lesson of today is done."""
        return bool(self.lessons) and len(self.done_now) == len(self.lessons)

    def next_after(self, number: int = 0) -> int:
        """Return the number of the next lesson that is not done, from the beginning again at the end; 0 for none."""
        left = [at for at, lesson in enumerate(self.lessons, 1) if lesson.pk not in self.done]
        return next((at for at in left if at > number), left[0] if left else 0)

    def number_of(self, lesson: Lesson) -> int:
        """Return which lesson it is, counted from 1."""
        return self.lessons.index(lesson) + 1

    def answer(self, key: str | None) -> Answer | None:
        """Return the answer with this key, if a lesson of this course has it."""
        found = (answer for lesson in self.lessons for answer in lesson.answers.all())
        return next((answer for answer in found if str(answer.pk) == key), None)


def answer(request: HttpRequest, found: Campaign) -> HttpResponse:
    """The public page of an open course. A post to its address begins it, on a page of the learner's own."""
    course = Course.of(found)
    if not course.lessons:
        return not_open(request, found)
    if request.method == "POST":
        return redirect(Enrolment.objects.begin(found))
    return TemplateResponse(request, "actions/course/campaign.html", {"campaign": found, "course": course})


@require_http_methods(["GET", "HEAD", "POST"])
@public_form
def course(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The learner's own page. Its posts mail the link, finish the course, or put a name on the certificate."""
    try:
        enrolment = Enrolment.objects.by_link(token)
    except Enrolment.DoesNotExist:
        return link_is_over(request)
    if slug != enrolment.campaign.slug:
        return redirect(enrolment)  # staff have changed the address of the course meanwhile
    enrolment.keep()
    taken = Course.of(enrolment.campaign, enrolment.done)
    act = {"mail": _mail, "finish": _finish, "name": _name}.get(request.POST.get("act", ""))
    if act:
        return act(request, enrolment, taken)
    return redirect(enrolment) if request.method == "POST" else _show(request, enrolment, taken)


def _show(request: HttpRequest, enrolment: Enrolment, taken: Course, **forms: Any) -> HttpResponse:
    wrong = next(iter(forms.values()), None)
    has_certificate = enrolment.certificate is not None
    may_name = not has_certificate or (enrolment.certificate and enrolment.certificate.name_may_change)
    context = {
        "enrolment": enrolment, "campaign": enrolment.campaign, "course": taken, "form": wrong,
        "next_number": taken.next_after(), "next": taken.lessons[taken.next_after() - 1] if taken.lessons else None,
        "link_form": CourseLinkForm(),
        "finish_form": FinishForm() if taken.is_done and enrolment.campaign.is_open else None,
        "name_form": NameForm() if enrolment.action and may_name else None,
        "right": _right(request, taken), "said": request.GET.get("said", ""), "days": settings.COURSE_RETENTION_DAYS,
        **forms,
    }
    return TemplateResponse(request, "actions/course/learner.html", context, status=422 if wrong else 200)


def _right(request: HttpRequest, taken: Course) -> Answer | None:
    """Return the right answer that led here, to say why it is right."""
    found = taken.answer(request.GET.get("right"))
    return found if found and found.is_right else None


def _mail(request: HttpRequest, enrolment: Enrolment, taken: Course) -> HttpResponse:
    form = CourseLinkForm(request.POST)
    if not form.is_valid():
        return _show(request, enrolment, taken, link_form=form)
    if within("course link", network_of(request), settings.ACTIONS_A_NETWORK_HOUR, HOUR):
        with transaction.atomic():
            mail_course_link(enrolment, form.cleaned_data["email"], get_language() or "en")
    return redirect(f"{enrolment.get_absolute_url()}?said=mailed")


def _finish(request: HttpRequest, enrolment: Enrolment, taken: Course) -> HttpResponse:
    if enrolment.action:
        return redirect(enrolment.action)
    if not (taken.is_done and enrolment.campaign.is_open):
        return redirect(enrolment)  # which says what is left to do, or that the course is closed
    form = FinishForm(request.POST)
    if not form.is_valid():
        return _show(request, enrolment, taken, finish_form=form)
    typed, language = form.cleaned_data, get_language() or "en"
    held = doubt(
        request, Kind.TRAINING, trap=bool(typed["website"]), started=enrolment.created_at.timestamp()
    )
    with transaction.atomic():
        action, is_new = enrolment.finish(Submission(
            campaign=enrolment.campaign, language=language, once=f"course {enrolment.public_id}", doubt=held,
        ))
        if is_new and typed["name"]:
            enrolment.certify(typed["name"], language)
        if is_new:
            keep_consents(action, typed["email"], typed, page="course")
    if is_new:
        note_taken(request, Kind.TRAINING)
    return redirect(action)


def _name(request: HttpRequest, enrolment: Enrolment, taken: Course) -> HttpResponse:
    if not enrolment.action or enrolment.action.disowned_at:
        return redirect(enrolment)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _show(request, enrolment, taken, name_form=form)
    if enrolment.certify(form.cleaned_data["name"], get_language() or "en") is None:
        return redirect(f"{enrolment.get_absolute_url()}?said=fixed")
    return redirect(enrolment.certificate_url)


@require_http_methods(["GET", "HEAD", "POST"])
@public_form
def lesson(request: HttpRequest, slug: str, token: str, number: int) -> HttpResponse:
    """One lesson, and its question. Any number of tries, in any order; only what is done is stored."""
    try:
        enrolment = Enrolment.objects.by_link(token)
    except Enrolment.DoesNotExist:
        return link_is_over(request)
    if slug != enrolment.campaign.slug:
        return redirect(enrolment)  # staff have changed the address of the course meanwhile
    enrolment.keep()
    taken = Course.of(enrolment.campaign, enrolment.done)
    if request.method == "POST":
        return _check(request, enrolment, taken, number)
    if not 1 <= number <= len(taken.lessons):
        return redirect(f"{enrolment.get_absolute_url()}?said=gone")
    shown = taken.lessons[number - 1]
    chosen = taken.answer(request.GET.get("chosen"))
    context = {
        "enrolment": enrolment, "campaign": enrolment.campaign, "course": taken, "lesson": shown, "number": number,
        "chosen": chosen if chosen and chosen.lesson_id == shown.pk and not chosen.is_right else None,
        "nothing_chosen": request.GET.get("chosen") == "", "changed": "changed" in request.GET,
        "right": _right(request, taken), "is_done": shown.pk in taken.done,
        "address": _address(enrolment, number),
        "before": number > 1 and _address(enrolment, number - 1),
        "after": number < len(taken.lessons) and _address(enrolment, number + 1),
    }
    return TemplateResponse(request, "actions/course/lesson.html", context)


def _check(request: HttpRequest, enrolment: Enrolment, taken: Course, number: int) -> HttpResponse:
    """Look at the answer somebody chose. It names its lesson itself, wherever staff may have moved that."""
    typed = request.POST.get("answer", "")
    if not re.fullmatch("[0-9]{1,18}", typed):
        return redirect(f"{_address(enrolment, number)}?chosen=")
    chosen = taken.answer(typed)
    if chosen is None:
        return redirect(f"{_address(enrolment, number)}?changed")
    number = taken.number_of(next(one for one in taken.lessons if one.pk == chosen.lesson_id))
    if not chosen.is_right:
        return redirect(f"{_address(enrolment, number)}?chosen={chosen.pk}")
    enrolment.note_done(chosen.lesson_id)
    taken.done = enrolment.done
    following = taken.next_after(number)
    there = _address(enrolment, following) if following else enrolment.get_absolute_url()
    return redirect(f"{there}?right={chosen.pk}")


def _address(enrolment: Enrolment, number: int) -> str:
    return reverse("actions:lesson", args=[enrolment.campaign.slug, enrolment.token, number])
