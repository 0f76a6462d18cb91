"""Targets: people outside Congress whom a campaign writes to. Entered one by one, or imported as a table."""

import io
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from actions.congress.lookup import five_digits
from actions.delivery.email_text import plain_address
from actions.forms.rules import CodesField, StatesField
from actions.models import TargetFile
from actions.models.target_files import known_emails, rows_of
from actions.spreadsheets import csv_lines
from actions.target_files import COLUMNS, Listing, read_targets, table
from campaigns.models import Campaign, Target, TargetArea
from polaris_site.uploads import UPLOAD_MAX

SHOWN = 10  # rows of a preview

# Only the type stubs know these as generic.
if TYPE_CHECKING:
    TargetModelForm = forms.ModelForm[Target]
    ModelAdmin = admin.ModelAdmin[Target]
else:
    TargetModelForm = forms.ModelForm
    ModelAdmin = admin.ModelAdmin


class ZipsField(CodesField):
    """ZIP codes of five digits."""

    default_error_messages = {"unknown": _("Line %(line)s: “%(typed)s” is not a ZIP code of five digits.")}

    def code_of(self, typed: str) -> str:
        """Return the five digits."""
        return five_digits(typed) or ""


class TargetForm(TargetModelForm):
    """One target, with the places they serve as codes."""

    states = StatesField(
        label=_("serves these states"), required=False, widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Codes, such as NJ, NY. Without any state or ZIP code they serve everybody."),
    )
    zips = ZipsField(
        label=_("serves these ZIP codes"), required=False, widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
    )

    class Meta:
        model = Target
        fields = ("campaign", "name", "title", "email", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = list(self.instance.areas.all()) if self.instance.pk else []
        self.initial["states"] = sorted(area.state for area in areas if area.state)
        self.initial["zips"] = sorted(area.zip for area in areas if area.zip)

    def clean_email(self) -> str:
        """Refuse what no mail server takes, and a second spelling of the same mailbox."""
        email = str(self.cleaned_data["email"])
        if not plain_address(email):
            raise ValidationError(_("Mail servers do not take this address. Use plain letters and digits."))
        # Once it is stored its campaign is shown and not typed.
        campaign = self.instance.campaign if self.instance.pk else self.cleaned_data.get("campaign")
        others = Target.objects.filter(campaign=campaign, email__iexact=email).exclude(pk=self.instance.pk)
        if campaign and others.exists():
            raise ValidationError(_("This campaign has a target with this email address already."))
        return email


class TargetFileForm(forms.Form):
    """The file to look at."""

    file = forms.FileField(label=_("CSV file"))

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read, and what did not stay whole beside other files."""
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_MAX:
            raise ValidationError(_("The file has %(size)s. Split it: at most %(most)s each."), params={
                "size": filesizeformat(file.size), "most": filesizeformat(UPLOAD_MAX),
            })
        if file.seek(0, io.SEEK_END) != file.size:
            raise ValidationError(_("The file did not arrive whole. Choose it once more, by itself."))
        file.seek(0)
        return file


class TargetAdmin(ModelAdmin):
    """Whom campaigns write to by email, each with the places they serve."""

    form = TargetForm
    list_display = ("name", "title", "email", "campaign", "is_active")
    list_filter = ("is_active", "campaign")
    list_select_related = ("campaign",)
    search_fields = ("name", "title", "email")
    autocomplete_fields = ("campaign",)
    fields = ("campaign", "name", "title", "email", "is_active", "states", "zips")

    def get_readonly_fields(self, request: HttpRequest, obj: Target | None = None) -> tuple[str, ...]:
        """A target stays in its campaign: letters may be on their way."""
        return ("campaign",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Target, form: Any, change: bool) -> None:
        """Store the places too."""
        super().save_model(request, obj, form, change)
        obj.areas.all().delete()
        TargetArea.objects.bulk_create([
            *(TargetArea(target=obj, state=state) for state in form.cleaned_data["states"]),
            *(TargetArea(target=obj, zip=code) for code in form.cleaned_data["zips"]),
        ])

    def get_urls(self) -> list[URLPattern]:
        """Add import and export for one campaign."""
        wrap = self.admin_site.admin_view
        return [
            path("import/<int:pk>/", wrap(self.import_view), name="campaigns_target_import"),
            path("export/<int:pk>.csv", wrap(self.export_view), name="campaigns_target_export"),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """Return a campaign's targets as a file that the import takes again."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        campaign = _campaign(pk)
        lines = csv_lines(table(rows_of(campaign.targets.order_by("name", "pk"))))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{campaign.slug}-targets.csv"'
        return response

    def import_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a file, show what it says, and store it once it was seen."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        campaign = _campaign(pk)
        if request.method == "POST" and "list" in request.POST:
            return self._import(request, campaign)
        form = TargetFileForm(request.POST, request.FILES) if request.method == "POST" else TargetFileForm()
        context: dict[str, Any] = {
            **self.admin_site.each_context(request), "title": gettext("Import targets"), "opts": self.opts,
            "campaign": campaign, "form": form, "columns": ",".join(COLUMNS),
        }
        if form.is_bound and form.is_valid():
            context |= self._preview(request, campaign, form.cleaned_data["file"])
        return TemplateResponse(request, "admin/actions/import_targets.html", context)

    def _preview(self, request: HttpRequest, campaign: Campaign, file: Any) -> dict[str, Any]:
        """Return what a file would change. A good one is kept until it is imported; nothing of a bad one is."""
        listing: Listing = read_targets(file.read())
        known = known_emails(campaign.pk)
        updated = sum(row.email.casefold() in known for row in listing.rows)
        kept = None
        if not listing.problem_count:
            kept = TargetFile.objects.keep(campaign, request.user.pk, listing.rows)
        return {
            "listing": listing, "kept": kept, "updated": updated, "new": len(listing.rows) - updated,
            "sample": listing.rows[:SHOWN], "everywhere": sum(not row.states + row.zips for row in listing.rows),
            "more": listing.problem_count - len(listing.problems),
        }

    def _import(self, request: HttpRequest, campaign: Campaign) -> HttpResponse:
        """Store the list that was seen, and say what came of it."""
        typed = request.POST["list"]
        key = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
        kept = TargetFile.objects.filter(pk=key, campaign=campaign, person=request.user.pk).first()
        done = kept.import_all() if kept else None
        if done is None:
            messages.warning(request, gettext(
                "This list was imported already, or waited for more than a day. The targets below are as they are now."
            ))
        else:
            words = gettext("Targets imported: %(new)d new, %(known)d updated.") % {"new": done[0], "known": done[1]}
            self.log_change(request, campaign, words)  # type: ignore[arg-type]  # the log takes any row
            messages.success(request, words)
        return HttpResponseRedirect(
            reverse("admin:campaigns_target_changelist") + f"?campaign__id__exact={campaign.pk}"
        )


def _campaign(pk: int) -> Campaign:
    campaign = Campaign.objects.filter(pk=pk).first()
    if campaign is None:
        raise Http404
    return campaign
