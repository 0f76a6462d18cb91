"""A campaign's page in the admin, with what only `actions` knows: `campaigns` knows nothing of Congress."""

from collections import Counter as Counts
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from actions.audience import Decision, decisions, has_thanks, thanks_somebody
from actions.congress.lookup import every_seat
from actions.ending import EndsCampaigns
from actions.forms.rules import RuleForm
from actions.spreadsheets import csv_lines
from campaigns.models import AudienceRule, Campaign, Kind, Variant

# Only the type stubs know it as generic.
if TYPE_CHECKING:
    Inline = admin.StackedInline[AudienceRule, Campaign]
else:
    Inline = admin.StackedInline


class AudienceRuleInline(Inline):
    """Who gets which letter, in order: the first line that fits decides."""

    model = AudienceRule
    form = RuleForm
    extra = 0
    verbose_name = _("line of “who gets it”")
    verbose_name_plural = _("Who gets it: the first line that fits decides; without a line all get the letter")
    fieldsets = ((None, {"fields": (("position", "variant"), ("chamber", "party"), "states", "seats", "members")}),)


class CampaignWithAudienceAdmin(EndsCampaigns):
    """The campaign as staff write it, and who gets its letters."""

    def get_inlines(self, request: HttpRequest, obj: Campaign | None) -> Any:
        """Add the rules."""
        return [*super().get_inlines(request, obj), AudienceRuleInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Campaign | None = None) -> Any:
        """Add the way to who would get the letter."""
        return (*super().get_readonly_fields(request, obj), "who_gets_it")

    def get_fieldsets(self, request: HttpRequest, obj: Campaign | None = None) -> Any:
        """Add where staff look up who would get the letter."""
        return (*super().get_fieldsets(request, obj), (_("Who gets it"), {"fields": ("who_gets_it",)}))

    @admin.display(description=_("today"))
    def who_gets_it(self, campaign: Campaign) -> SafeString | str:
        """Return the way to the list of who would get the letter now."""
        if not campaign.pk:
            return gettext("Once the campaign is stored, a list of who would get the letter stands here.")
        if not campaign.writes_to_congress:
            listed = reverse("admin:campaigns_target_changelist") + f"?campaign__id__exact={campaign.pk}"
            number = campaign.targets.filter(is_active=True).count()
            words = ngettext("%(number)d target receives letters", "%(number)d targets receive letters", number)
            return format_html(
                '<a href="{}">{}</a> · <a href="{}">{}</a> · <a href="{}">{}</a>',
                listed, words % {"number": number},
                reverse("admin:campaigns_target_import", args=[campaign.pk]), gettext("Import a list"),
                reverse("admin:campaigns_target_export", args=[campaign.pk]), gettext("Download as CSV"),
            )
        address = reverse("admin:campaigns_campaign_audience", args=[campaign.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Who would get this today"))

    def get_urls(self) -> list[URLPattern]:
        """Add who would get the letter, as a page and as a table."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/audience/", wrap(self.audience_view), name="campaigns_campaign_audience"),
            path("<int:pk>/audience.csv", wrap(self.audience_csv), name="campaigns_campaign_audience_csv"),
            *super().get_urls(),
        ]

    def warnings(self, campaign: Campaign) -> list[str]:
        """Add what the rules probably do not mean."""
        found = super().warnings(campaign)
        if campaign.writes_to_congress and thanks_somebody(campaign) and not has_thanks(campaign.text):
            found.append(gettext(
                "A line of “who gets it” thanks, but the letter of thanks is not written in English. Those offices "
                "get nothing until it is."
            ))
        if campaign.kind == Kind.MESSAGE and not campaign.writes_to_congress and campaign.is_open and not (
            campaign.targets.filter(is_active=True).exists()
        ):
            found.append(gettext("Nobody receives the letters of this campaign yet: add targets."))
        if campaign.writes_to_congress and campaign.audience_rules.exists() and not any(
            one.recipient for one in decisions(campaign, every_seat())
        ):
            found.append(gettext("By the lines of “who gets it”, nobody gets a letter today."))
        return found

    def campaign_for(self, request: HttpRequest, pk: int) -> Campaign:
        """Return the campaign that this member of staff may look at."""
        campaign = Campaign.objects.filter(pk=pk).first()
        if campaign is None:
            raise Http404
        if not self.has_view_or_change_permission(request, campaign):
            raise PermissionDenied
        return campaign

    def audience_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show every seat, who holds it, what they get today, and which line decides."""
        campaign = self.campaign_for(request, pk)
        found = decisions(campaign, every_seat())
        totals = Counts(one.variant for one in found)
        context = {
            **self.admin_site.each_context(request), "title": gettext("Who would get this today"), "opts": self.opts,
            "campaign": campaign, "rows": [_row(one) for one in found],
            "asked": totals[Variant.ASK], "thanked": totals[Variant.THANKS], "nobody": totals[Variant.NOBODY],
            "vacant": sum(one.seat.member is None for one in found),
        }
        return TemplateResponse(request, "admin/actions/audience.html", context)

    def audience_csv(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """Return the same as a table for a spreadsheet."""
        campaign = self.campaign_for(request, pk)
        header = [
            gettext("Seat"), gettext("Office"), gettext("Member"), gettext("Party"), gettext("Gets"),
            gettext("Decided by"),
        ]
        rows = [header, *(list(_row(one).values()) for one in decisions(campaign, every_seat()))]
        response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{campaign.slug}-audience.csv"'
        return response


def _row(one: Decision) -> dict[str, str]:
    member = one.seat.member
    gets = {
        Variant.ASK: gettext("the letter"), Variant.THANKS: gettext("the letter of thanks"),
        Variant.NOBODY: gettext("nothing"),
    }
    why = [words_of_rule(one.rule)] if one.rule else []
    return {
        "seat": one.seat.key, "label": one.seat.label, "member": member.name if member else gettext("vacant"),
        "party": member.party_name if member else "", "gets": gets[one.variant],
        "why": "; ".join([*why, *filter(None, [one.why])]) or gettext("no lines: all get the letter"),
    }


def words_of_rule(rule: AudienceRule) -> str:
    """Return a rule in one line: its place in the order and its conditions."""
    parts = [
        rule.get_chamber_display() if rule.chamber else "", rule.party, ", ".join(rule.states),
        _shortened(rule.seats), _shortened(rule.members),
    ]
    conditions = " · ".join(part for part in parts if part) or gettext("everybody")
    return f"{rule.position}: {conditions}"


def _shortened(codes: list[str]) -> str:
    shown = ", ".join(codes[:4])
    return f"{shown} … ({len(codes)})" if len(codes) > 4 else shown
