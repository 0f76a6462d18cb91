"""What staff see of the ledger and the outbox: states and times, never what people wrote or who they are."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actions.campaign_admin import CampaignWithAudienceAdmin
from actions.models import Action, Attempt, Gateway, Message, Office
from actions.target_admin import TargetAdmin
from campaigns.models import Campaign, Target

admin.site.register(Campaign, CampaignWithAudienceAdmin)
admin.site.register(Target, TargetAdmin)


class ReadOnly:
    """Rows that only the site itself writes."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody changes one by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody deletes one by hand."""
        return False


@admin.register(Action)
class ActionAdmin(ReadOnly, admin.ModelAdmin[Action]):
    """The ledger, newest first. No way leads from here to a receipt: that belongs to its sender."""

    view_on_site = False
    list_display = (
        "pk", "campaign", "kind", "state", "district", "personal", "created_at", "counted_at", "held_because", "source",
    )
    list_filter = ("kind", "held_because", "campaign")
    list_select_related = ("campaign",)
    show_full_result_count = False
    fields = (
        "campaign", "kind", "state", "district", "personal", "language", "source", "created_at", "counted_at",
        "confirmed_at", "held_because",
    )
    actions = ["count_held"]

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Who may decide about what was held."""
        return request.user.has_perm("actions.change_action")

    @admin.action(
        description=_("Count what was held without an email address (people did this)"), permissions=["settle"]
    )
    def count_held(self, request: HttpRequest, queryset: QuerySet[Action]) -> None:
        """Count held shares, calls and courses: nobody can confirm these by mail, so staff look at them."""
        held = [action for action in queryset.filter(person_key="", counted_at=None) if action.is_held]
        counted = 0
        for action in held:
            if action.confirm().counts:
                counted += 1
                self.log_change(request, action, "counted by hand")
        messages.success(request, ngettext("%d action was counted.", "%d actions were counted.", counted) % counted)


class AttemptInline(ReadOnly, admin.TabularInline[Attempt, Message]):
    """Every try of a message."""

    model = Attempt
    extra = 0
    fields = ("number", "started_at", "ended_at", "outcome", "status", "error")


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin[Message]):
    """The outbox, newest first."""

    list_display = ("pk", "office_code", "state", "gateway", "attempts", "due", "error", "changed_at")
    list_filter = ("state", "gateway")
    list_select_related = ("seat", "target")
    ordering = ("-pk",)
    show_full_result_count = False
    fields = (
        "seat", "target", "gateway", "state", "due", "attempts", "error", "created_at", "changed_at", "finished_at",
        "self_sent_at",
    )
    inlines = [AttemptInline]
    actions = ["mark_returned", "mark_accepted"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Leave the letters unread."""
        return super().get_queryset(request).defer("letter")

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Who may say what an office told us later."""
        return request.user.has_perm("actions.change_message")

    @admin.action(description=_("Given back by the office (counters fall, senders are told)"), permissions=["settle"])
    def mark_returned(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """An office gave these back; the others stay as they are."""
        self._say(request, queryset, [row.give_back("returned by staff") for row in queryset])

    @admin.action(description=_("Accepted by the office after all"), permissions=["settle"])
    def mark_accepted(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """An office says that it has these, whose fate was unknown; the others stay as they are."""
        self._say(request, queryset, [row.acknowledge() for row in queryset])

    def _say(self, request: HttpRequest, queryset: QuerySet[Message], changed: list[bool]) -> None:
        for row, has_changed in zip(queryset, changed, strict=True):
            if has_changed:
                self.log_change(request, row, "marked by hand")
        left = changed.count(False)
        self.message_user(request, ngettext("%d letter changed.", "%d letters changed.", sum(changed)) % sum(changed))
        if left:
            self.message_user(request, ngettext(
                "%d letter stays as it is: nothing of it was open.",
                "%d letters stay as they are: nothing of them was open.", left,
            ) % left, messages.WARNING)


@admin.register(Gateway)
class GatewayAdmin(ReadOnly, admin.ModelAdmin[Gateway]):
    """Which gateways rest, until when, and why; and when their lists of active offices came."""

    list_display = ("name", "resting_until", "resting_because", "offices_listed_at", "list_failed_at", "offices_error")


@admin.register(Office)
class OfficeAdmin(admin.ModelAdmin[Office]):
    """How each seat's office takes letters. Staff enter an email address; all else the site writes itself."""

    list_display = ("seat", "takes_part", "listed_at", "left_at", "email", "failures", "resting_until")
    list_filter = ("takes_part", "seat__chamber")
    list_select_related = ("seat",)
    search_fields = ("seat__state",)
    readonly_fields = ("takes_part", "listed_at", "left_at", "failures", "resting_until")

    def get_readonly_fields(self, request: HttpRequest, obj: Office | None = None) -> tuple[str, ...]:
        """A seat stays the seat it is."""
        return (*self.readonly_fields, "seat") if obj else self.readonly_fields
