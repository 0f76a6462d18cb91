"""Where staff write the lessons of a course: each with its question, and in words what is wrong with it."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from campaigns.models import Answer, Campaign, Kind, Lesson

# Only the type stubs know this as generic.
if TYPE_CHECKING:
    AnswerFormSet = BaseInlineFormSet[Answer, Lesson, Any]
else:
    AnswerFormSet = BaseInlineFormSet


class QuestionFormSet(AnswerFormSet):
    """The answers to one question: none yet, or at least two with exactly one right."""

    def clean(self) -> None:
        """Say in words what keeps the question from being asked."""
        super().clean()
        if any(self.errors):
            return
        kept = [form.cleaned_data for form in self.forms if form.has_changed() or form.instance.pk]
        kept = [data for data in kept if data and not data.get("DELETE")]
        right = sum(bool(data.get("is_right")) for data in kept)
        if kept and len(kept) < 2:
            raise ValidationError(_("A question needs at least two answers. Three are good: one right, two wrong."))
        if kept and right != 1:
            raise ValidationError(_("Exactly one answer has to be right. Now it is %(right)d.") % {"right": right})


class AnswerInline(TranslationStackedInline[Answer, Lesson]):
    """The answers to choose from."""

    model = Answer
    formset = QuestionFormSet
    extra = 0
    fields = ("text", "is_right", "why", "position")


@admin.register(Lesson)
class LessonAdmin(TranslationAdmin[Lesson]):
    """One lesson of a course, and its question."""

    inlines = (AnswerInline,)
    list_display = ("title", "campaign", "position", "has_question")
    list_filter = ("campaign",)
    list_select_related = ("campaign",)
    save_on_top = True
    fieldsets = (
        (_("The lesson"), {
            "description": _("Short: 120 to 220 words, plain words. Every figure needs a source on the campaign, "
                             "with its date. No invented stories."),
            "fields": ("campaign", "position", "title", "content_note", "body"),
        }),
        (_("The question"), {
            "description": _("One question with its answers (below). Who chose a wrong one reads why, and "
                             "tries again."),
            "fields": ("question",),
        }),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lesson]:
        """Fetch the answers of all lessons at once: the list says which have them."""
        return super().get_queryset(request).prefetch_related("answers")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the campaigns that are courses."""
        if db_field.name == "campaign":
            kwargs["queryset"] = Campaign.objects.filter(kind=Kind.TRAINING)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Store the answers, and say where the course leaves the lesson out."""
        super().save_related(request, form, formsets, change)
        lesson = Lesson.objects.get(pk=form.instance.pk)
        if not lesson.is_ready:
            messages.warning(request, unready(lesson))

    @admin.display(description=_("has its answers"), boolean=True)
    def has_question(self, lesson: Lesson) -> bool:
        """Tell whether the course shows the lesson."""
        return lesson.is_ready


def unready(lesson: Lesson) -> str:
    """Return what to tell staff about a lesson that the course leaves out."""
    return gettext("“%(lesson)s” has no answers yet. The course leaves it out until it has.") % {
        "lesson": lesson.title
    }


class WithLessons(TranslationAdmin[Campaign]):
    """What the page of a campaign shows of its lessons: a list with links. They are written on pages of their own."""

    def get_fieldsets(self, request: HttpRequest, obj: Campaign | None = None) -> Any:
        """Add the lessons to the page of a course."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or obj.kind != Kind.TRAINING:
            return fieldsets
        return [*fieldsets, (_("The lessons"), {"fields": ("lesson_list",)})]

    def get_readonly_fields(self, request: HttpRequest, obj: Campaign | None = None) -> Any:
        """The list is for reading."""
        return (*super().get_readonly_fields(request, obj), "lesson_list")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Say which lessons of a course nobody sees."""
        super().save_related(request, form, formsets, change)
        if form.instance.kind == Kind.TRAINING:
            for lesson in form.instance.lessons.prefetch_related("answers"):
                if not lesson.is_ready:
                    messages.warning(request, unready(lesson))

    @admin.display(description=_("lessons"))
    def lesson_list(self, campaign: Campaign) -> SafeString:
        """Show the lessons in order, each with a link, and a way to add one."""
        add = format_html(
            '<a href="{}?campaign={}">{}</a>', reverse("admin:campaigns_lesson_add"), campaign.pk, _("Add a lesson")
        )
        rows = [
            (
                reverse("admin:campaigns_lesson_change", args=[lesson.pk]), lesson.title,
                "" if lesson.is_ready else "⚠ " + gettext("no answers yet"),
            )
            for lesson in campaign.lessons.prefetch_related("answers")
        ]
        items = format_html_join("", '<li><a href="{}">{}</a> {}</li>', rows)
        return format_html("<ol>{}</ol>{}", items, add)
