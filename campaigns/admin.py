"""Where staff write campaigns: fields in the order of thought, and warnings before a supporter finds out."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from campaigns.campaign_form import LETTER_WORDS, CampaignForm, NeededParts
from campaigns.graphics_admin import GraphicInline
from campaigns.lessons_admin import WithLessons
from campaigns.models import (
    NEEDED_PARTS,
    Campaign,
    CampaignText,
    Kind,
    Link,
    Organisation,
    Promise,
    Source,
    SpanishReview,
)
from campaigns.next_steps import next_step
from campaigns.review_admin import SpanishReviewAdmin

# Only the type stubs know it as generic.
if TYPE_CHECKING:
    Inline = admin.TabularInline[Link, Organisation]
else:
    Inline = admin.TabularInline
# Of the fieldsets, those that only one kind fills in are known by a field of theirs.
ONLY_FOR = {"call_script_en": Kind.CALL, "cwc_id": Kind.MESSAGE}
KIND_OF_PART = {
    Campaign._meta.get_field(part).related_model: kind for kind, (part, _words) in NEEDED_PARTS.items()
}


class SourceInline(TranslationTabularInline[Source, Campaign]):
    """Where each figure comes from."""

    model = Source
    extra = 0
    fields = ("title", "url", "published_on", "position")


class PromiseInline(TranslationTabularInline[Promise, Campaign]):
    """What a pledge promises, each ticked by itself."""

    model = Promise
    extra = 0
    fields = ("text", "position")


class CampaignAdmin(WithLessons):
    """Campaigns, from the ask to the outcome. Registered by `actions`, which adds what knows Congress."""

    form = CampaignForm
    inlines = (SourceInline, PromiseInline, GraphicInline)
    list_display = ("title", "kind", "stands", "position", "bill", "is_demo", "updated_at")
    list_filter = ("status", "kind", "is_demo")
    search_fields = ("title_en", "title_es", "slug")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("next_step",)
    readonly_fields = ("earlier_texts", "opened_at", "closed_at", "next_step_today")
    save_on_top = True
    fieldsets = (
        (_("The ask"), {
            "description": _("What one person can do, and where it stands."),
            "fields": ("title", "slug", "kind", "recipients", "position"),
        }),
        (_("When, and how many"), {
            "description": format_lazy(
                "{} {}.", _("How it ends is said on a page of its own, behind the button above. Times are those of"),
                settings.TIME_ZONE.replace("_", " "),
            ),
            "fields": ("status", "opens_at", "closes_at", "goal"),
        }),
        (_("The card"), {
            "description": _("Stands on the Take Action page and at the top of the campaign’s own page."),
            "fields": ("summary", "button"),
        }),
        (_("The page"), {
            "description": _("Why it matters, in plain words. Every figure needs a source and a date (below)."),
            "fields": ("body", "topics"),
        }),
        (_("On the phone"), {
            "description": _("What the caller says. They add their name and town themselves."),
            "fields": ("call_script", "voicemail_script"),
        }),
        (_("The bill"), {
            "description": _("Leave empty what you do not know. A bill ends with its Congress."),
            "classes": ("collapse",),
            "fields": (
                "bill_congress", "bill_type", "bill_number", "stance", "bill_status", "bill_status_on",
                "more_info_url",
            ),
        }),
        (_("What offices receive"), {
            "description": _("Each change is kept as a new version. A supporter who is reviewing sees the new "
                             "text before sending; letters already sent stay as they were."),
            "fields": ("cwc_id", *LETTER_WORDS, "earlier_texts"),
        }),
        (_("Afterwards"), {
            "description": _("What happened, and what a supporter can do next."),
            "fields": ("next_step_today", "next_step", "outcome", "opened_at", "closed_at"),
        }),
    )

    def get_prepopulated_fields(self, request: HttpRequest, obj: Campaign | None = None) -> dict[str, Sequence[str]]:
        """Suggest an address from the title, while there is none."""
        return super().get_prepopulated_fields(request, obj) if obj is None else {}

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Campaign | None:
        """Hold the row from reading to saving: a page opened before an end must not undo it."""
        campaign = super().get_object(request, object_id, from_field)
        if campaign and request.method == "POST":
            # The key stays free, so that supporters can act meanwhile.
            return Campaign.objects.select_for_update(no_key=True).filter(pk=campaign.pk).first()
        return campaign

    def get_readonly_fields(self, request: HttpRequest, obj: Campaign | None = None) -> Any:
        """Fix what letters may have gone out by: the kind, who receives them, and the id for offices."""
        fixed = super().get_readonly_fields(request, obj)
        if obj and obj.opened_at:
            fixed = (*fixed, "kind", "recipients")
        return (*fixed, "slug", "cwc_id") if obj and obj.opened_at and obj.cwc_id else fixed

    def get_fieldsets(self, request: HttpRequest, obj: Campaign | None = None) -> Any:
        """Show what a campaign of this kind has; all of it while the kind is still open."""
        fieldsets: Any = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        hidden = {field for field, kind in ONLY_FOR.items() if kind != obj.kind}
        shown = [one for one in fieldsets if not hidden & set(one[1]["fields"])]
        if obj.kind == Kind.MESSAGE:
            return shown
        return [
            (title, {**facts, "fields": [field for field in facts["fields"] if field != "recipients"]})
            for title, facts in shown
        ]

    def get_inlines(self, request: HttpRequest, obj: Campaign | None) -> Any:
        """Show the parts that a campaign of this kind has; all of them while the kind is still open."""
        inlines = super().get_inlines(request, obj)
        return [one for one in inlines if obj is None or KIND_OF_PART.get(one.model, obj.kind) == obj.kind]

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Campaign | None = None) -> Iterator[Any]:
        """Have the parts that a kind needs look whether there are any."""
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            needed = inline.model in KIND_OF_PART
            yield type(formset.__name__, (NeededParts, formset), {}) if needed else formset, inline

    def get_form(self, request: HttpRequest, obj: Campaign | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Leave out the words of a letter where none is written."""
        form = cast(type[CampaignForm], super().get_form(request, obj, change=change, **kwargs))
        models = [inline.model for inline in self.get_inlines(request, obj)]
        form.elsewhere = [
            part for part, _words in NEEDED_PARTS.values() if Campaign._meta.get_field(part).related_model in models
        ]
        if obj and obj.kind != Kind.MESSAGE:
            for name in LETTER_WORDS:
                form.base_fields.pop(name, None)
        return form

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        """Store the campaign, and its text as a version where it differs."""
        obj.note_times()
        super().save_model(request, obj, form, change)
        words = form.letter_words()
        if words.get("statement_en"):
            CampaignText.publish(obj, **words)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Store the sources, and say what deserves a second look."""
        super().save_related(request, form, formsets, change)
        for warning in self.warnings(form.instance):
            messages.warning(request, warning)

    def warnings(self, campaign: Campaign) -> list[str]:
        """Return what is allowed but probably not meant."""
        found: list[str] = []
        if campaign.bill_is_past:
            found.append(gettext(
                "The bill belongs to the Congress of %(years)s, which has ended or not begun. Letters leave its "
                "number out. Say in the text what you ask now, such as a new bill."
            ) % {"years": campaign.bill_years})
        if campaign.is_to_open and not campaign.sources.exists():
            found.append(gettext("No source is given yet. Every figure on the page needs one, with its date."))
        if campaign.has_ended and not campaign.outcome:
            found.append(gettext("The campaign is over, but its page does not say what happened."))
        return found

    @admin.display(description=_("status"), ordering="status")
    def stands(self, campaign: Campaign) -> str:
        """Return where it stands as visitors read it."""
        return str(campaign.standing.words)

    @admin.display(description=_("next step today"))
    def next_step_today(self, campaign: Campaign) -> str:
        """Return what supporters are led to from here, and why."""
        if not campaign.pk:
            return gettext("Once the campaign is stored, the next step stands here.")
        step = next_step(campaign)
        name = step.campaign.title if step.campaign else gettext("the list of all actions")
        return gettext("%(step)s, because %(reason)s.") % {"step": name, "reason": step.reason}

    @admin.display(description=_("bill"))
    def bill(self, campaign: Campaign) -> str:
        """Return the bill and, where its Congress has ended, that it has."""
        name = " ".join(part for part in (campaign.bill_name, campaign.bill_years) if part)
        return f"{name} ⚠ {_('past')}" if campaign.bill_is_past else name

    @admin.display(description=_("earlier versions"))
    def earlier_texts(self, campaign: Campaign) -> SafeString | str:
        """Show the versions before the newest, as they went out."""
        texts = list(campaign.texts.all()[1:]) if campaign.pk else []
        rows = ((text.version, text.created_at.date(), text.subject_en, text.statement_en) for text in texts)
        shown = format_html_join(
            "", "<details><summary>{} ({}): {}</summary><pre>{}</pre></details>", rows
        )
        return shown if texts else format_html("{}", _("None yet."))


class LinkInline(Inline):
    """Accounts elsewhere, for "Follow us"."""

    model = Link
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(TranslationAdmin[Organisation]):
    """The organisation's own details. They stand on every page and in every letter."""

    inlines = (LinkInline,)
    list_display = ("name", "is_active")


admin.site.register(SpanishReview, SpanishReviewAdmin)
