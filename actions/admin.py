"""What staff see of the ledger and the outbox: states and times, never what people wrote or who they are."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from actions.models import Action, Attempt, Gateway, Message


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
    list_display = ("pk", "campaign", "state", "district", "personal", "created_at", "counted_at", "held_because")
    list_filter = ("campaign", "held_because")
    list_select_related = ("campaign",)
    show_full_result_count = False
    fields = (
        "campaign", "kind", "state", "district", "personal", "language", "source", "created_at", "counted_at",
        "confirmed_at", "held_because",
    )


class AttemptInline(ReadOnly, admin.TabularInline[Attempt, Message]):
    """Every try of a message."""

    model = Attempt
    extra = 0
    fields = ("number", "started_at", "ended_at", "outcome", "status", "error")


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin[Message]):
    """The outbox, newest first."""

    list_display = ("pk", "seat", "state", "gateway", "attempts", "due", "error", "changed_at")
    list_filter = ("state", "gateway")
    list_select_related = ("seat",)
    ordering = ("-pk",)
    show_full_result_count = False
    fields = (
        "seat", "gateway", "state", "due", "attempts", "error", "created_at", "changed_at", "finished_at",
        "self_sent_at",
    )
    inlines = [AttemptInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Leave the letters unread."""
        return super().get_queryset(request).defer("letter")


@admin.register(Gateway)
class GatewayAdmin(ReadOnly, admin.ModelAdmin[Gateway]):
    """Which gateways rest, until when, and why."""

    list_display = ("name", "closed_until", "closed_because")
