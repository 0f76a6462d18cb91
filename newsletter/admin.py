"""What staff see of subscribers and mail: numbers and states, never an address or a text."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from newsletter.models import ConsentEvent, OutgoingMail, Subscriber

# Only the type stubs know these as generic.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    Inline = admin.TabularInline[ConsentEvent, Subscriber]
else:
    ModelAdmin = admin.ModelAdmin
    Inline = admin.TabularInline


class ReadOnly:
    """Rows that only people's own presses and workers change."""

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody signs somebody else up."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Consent is never rewritten."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Rows go when their time is over."""
        return False


class ConsentInline(ReadOnly, Inline):
    """The ledger of one subscriber."""

    model = ConsentEvent
    extra = 0
    fields = ("kind", "created_at", "page", "language", "wording")


@admin.register(Subscriber)
class SubscriberAdmin(ReadOnly, ModelAdmin):
    """How many want to hear from us, and since when."""

    inlines = (ConsentInline,)
    list_display = ("id", "state", "language", "created_at", "changed_at")
    list_filter = ("state", "language")
    fields = ("state", "language", "created_at", "changed_at")


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnly, ModelAdmin):
    """What waits, what went out, and what could not."""

    list_display = ("id", "kind", "state", "due", "attempts", "error", "created_at", "finished_at")
    list_filter = ("state", "kind")
    fields = list_display
