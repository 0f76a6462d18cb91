"""Where staff write campaigns: fields in the order of thought, and warnings before a supporter finds out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from campaigns.forms import SpanishReviewForm
from campaigns.models import Campaign, CampaignText, Kind, Link, Organisation, Source, SpanishReview, Status
from campaigns.reviews import Standing, checked, standings
from campaigns.topics import TOPICS

LETTER_WORDS = ("subject_en", "statement_en", "subject_es", "statement_es")
STATEMENT_MAX = 2000  # characters, so that a supporter's own words fit beside it
# Only the type stubs know these as generic.
if TYPE_CHECKING:
    CampaignModelForm = forms.ModelForm[Campaign]
    Inline = admin.TabularInline[Link, Organisation]
    SpanishReviewModelAdmin = admin.ModelAdmin[SpanishReview]
else:
    CampaignModelForm = forms.ModelForm
    Inline = admin.TabularInline
    SpanishReviewModelAdmin = admin.ModelAdmin


class CampaignForm(CampaignModelForm):
    """A campaign and the text for offices, which is stored as a version of its own."""

    topics = forms.MultipleChoiceField(
        label=_("topics"),
        choices=[(topic, topic) for topic in TOPICS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Offices sort their mail by these. One or two that fit best; supporters are never asked."),
    )
    subject_en = forms.CharField(
        label=_("subject, English"),
        required=False,
        max_length=200,
        validators=[MinLengthValidator(6)],
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("The ask in plain words, without capitals for effect."),
    )
    statement_en = forms.CharField(
        label=_("statement, English"),
        required=False,
        validators=[MinLengthValidator(6), MaxLengthValidator(STATEMENT_MAX)],
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 14}),
        help_text=_("Say first what you ask. No greeting and no name at the end: they are added. "
                    "At most 2,000 characters. This is what offices receive."),
    )
    subject_es = forms.CharField(
        label=_("subject, Spanish"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("For the supporter to read; offices get the English."),
    )
    statement_es = forms.CharField(
        label=_("statement, Spanish"), required=False, validators=[MaxLengthValidator(2 * STATEMENT_MAX)],
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 14}),
    )

    class Meta:
        model = Campaign
        exclude: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = self.instance.text if self.instance.pk else None
        for name in LETTER_WORDS:
            self.initial[name] = getattr(newest, name, "") or ""

    def clean(self) -> dict[str, Any]:
        """Ask for the text before the campaign opens."""
        data = super().clean() or {}
        opens = data.get("kind") == Kind.MESSAGE and data.get("status") == Status.OPEN
        given = {name: bool(data.get(name)) for name in ("subject_en", "statement_en")}
        for name in given:
            if (opens or any(given.values())) and not given[name] and name not in self.errors:
                self.add_error(name, _("Offices receive subject and statement in English. Write both."))
        return data

    def letter_words(self) -> dict[str, str]:
        """Return the text for offices as typed, without the line ends of Windows."""
        return {name: self.cleaned_data[name].replace("\r\n", "\n").strip() for name in LETTER_WORDS}


class SourceInline(TranslationTabularInline[Source, Campaign]):
    """Where each figure comes from."""

    model = Source
    extra = 0
    fields = ("title", "url", "published_on", "position")


class CampaignAdmin(TranslationAdmin[Campaign]):
    """Campaigns, from the ask to the outcome. Registered by `actions`, which adds what knows Congress."""

    form = CampaignForm
    inlines = (SourceInline,)
    list_display = ("title", "kind", "status", "position", "bill", "is_demo", "updated_at")
    list_filter = ("status", "kind", "is_demo")
    search_fields = ("title_en", "title_es", "slug")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("next_step",)
    readonly_fields = ("earlier_texts", "opened_at", "closed_at")
    save_on_top = True
    fieldsets = (
        (_("The ask"), {
            "description": _("What one person can do, and where it stands."),
            "fields": ("title", "slug", "kind", "status", "position"),
        }),
        (_("The card"), {
            "description": _("Stands on the Take Action page and at the top of the campaign’s own page."),
            "fields": ("summary", "button"),
        }),
        (_("The page"), {
            "description": _("Why it matters, in plain words. Every figure needs a source and a date (below)."),
            "fields": ("body",),
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
            "fields": ("cwc_id", "topics", *LETTER_WORDS, "earlier_texts"),
        }),
        (_("Afterwards"), {
            "description": _("What happened, and what a supporter can do next."),
            "fields": ("outcome", "next_step", "opened_at", "closed_at"),
        }),
    )

    def get_prepopulated_fields(self, request: HttpRequest, obj: Campaign | None = None) -> dict[str, Sequence[str]]:
        """Suggest an address from the title, while there is none."""
        return super().get_prepopulated_fields(request, obj) if obj is None else {}

    def get_readonly_fields(self, request: HttpRequest, obj: Campaign | None = None) -> Any:
        """Fix the id for offices once letters may have gone out under it."""
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "slug", "cwc_id") if obj and obj.opened_at and obj.cwc_id else fixed

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        """Store the campaign, and its text as a version where it differs."""
        obj.note_times()
        super().save_model(request, obj, form, change)
        words = form.letter_words()
        if words["statement_en"]:
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
        if campaign.is_open and not campaign.sources.exists():
            found.append(gettext("No source is given yet. Every figure on the page needs one, with its date."))
        if campaign.has_ended and not campaign.outcome:
            found.append(gettext("The campaign is over, but its page does not say what happened."))
        return found

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


@admin.register(SpanishReview)
class SpanishReviewAdmin(SpanishReviewModelAdmin):
    """Spanish, page by page. Who may add a review may give one; none is changed or deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse the ordinary form: a review begins at the words, see `page_view`."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # Django passes it
        """Refuse: what somebody said stays said."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # Django passes it
        """Refuse: who said what is evidence."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # Django passes it
        """Let those who may review see the list too."""
        return super().has_view_permission(request, obj) or self.may_review(request)

    def may_review(self, request: HttpRequest) -> bool:
        """Tell whether this member of staff may vouch for a page."""
        return request.user.has_perm("campaigns.add_spanishreview")

    def get_urls(self) -> list[URLPattern]:
        """Add the words of each page."""
        words = path(
            "page/<slug:key>/", self.admin_site.admin_view(self.page_view), name="campaigns_spanishreview_page"
        )
        return [words, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show every page in the order of review, and where it stands."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request), "title": self.opts.verbose_name_plural, "opts": self.opts,
            "standings": list(standings()), **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/campaigns/spanishreview/pages.html", context)

    def page_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show all words of a page in both languages, and take the tick of the person who has read them."""
        if request.user.is_anonymous or not self.has_view_permission(request):
            raise PermissionDenied
        standing = next((one for one in standings() if one.page.key == key), None)
        if standing is None:
            raise Http404
        may_review = standing.page.asked and self.may_review(request)
        if request.method == "POST" and not may_review:
            raise PermissionDenied
        form = SpanishReviewForm(standing.page, request.POST if request.method == "POST" else None)
        name = request.user.get_full_name() or request.user.get_username()
        if form.is_valid():
            return self._store(request, standing, form.cleaned_data["fingerprint"], name)
        context = {
            **self.admin_site.each_context(request), "title": standing.page.title, "opts": self.opts,
            "page": standing.page, "standing": standing, "may_review": may_review, "form": form, "name": name,
            "faults": [fault for faults in form.errors.values() for fault in faults],
            "reviews": SpanishReview.objects.filter(page=key).order_by("-pk"),
        }
        return TemplateResponse(request, "admin/campaigns/spanishreview/page.html", context)

    def _store(self, request: HttpRequest, standing: Standing, seen: str, name: str) -> HttpResponse:
        # Pressed twice, it is one review.
        SpanishReview.objects.get_or_create(
            page=standing.page.key, fingerprint=seen, person_id=request.user.pk, defaults={"person_name": name}
        )
        checked.forget()
        messages.success(request, gettext("“%(page)s” is reviewed. Thank you.") % {"page": standing.page.title})
        return HttpResponseRedirect(reverse("admin:campaigns_spanishreview_changelist"))
