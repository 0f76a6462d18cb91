"""A short course: lessons, each with one question to check oneself. No score is kept."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign


class LessonQuerySet(models.QuerySet["Lesson"]):
    """Lessons by what a learner may see of them."""

    def ready(self) -> "LessonQuerySet":
        """Those with a question that can be answered, in order. A course leaves the others out."""
        answers = Answer.objects.filter(lesson=OuterRef("pk"))
        return self.filter(Exists(answers.filter(is_right=True)), Exists(answers.filter(is_right=False)))


class Lesson(models.Model):
    """One lesson of a course, its content note, and its check question."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="lessons", verbose_name=_("campaign"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=100)
    content_note = models.CharField(
        _("content note"), max_length=300, blank=True,
        help_text=_("What may be hard to read, so that a reader can skip it. Skipping costs nothing."),
    )
    body = models.TextField(
        _("text"),
        help_text=_("Plain text. An empty line begins a new paragraph, “# ” a heading, “- ” an item of a list."),
    )
    question = models.CharField(_("check question"), max_length=300)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_ready(self) -> bool:
        """Tell whether its question can be answered, so that the course shows it."""
        return {answer.is_right for answer in self.answers.all()} == {True, False}


class Answer(models.Model):
    """One answer to choose for a lesson's question, and what to say to who chose it."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="answers", verbose_name=_("lesson"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.CharField(_("answer"), max_length=200)
    is_right = models.BooleanField(_("right"), default=False)
    why = models.CharField(_("why"), max_length=400, help_text=_("Shown to who chose it, whether right or not."))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
