"""What staff can see of Congress. Nothing here is edited by hand: it comes from imports."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from actions.congress.freshness import staff_warnings
from actions.congress.models import Dataset, Member

# Only the type stubs know ModelAdmin as generic.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    """A list to look at, with what is wrong with the data above it."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Say what staff should know first."""
        for warning in staff_warnings():
            messages.warning(request, warning)
        return super().changelist_view(request, extra_context)


@admin.register(Dataset)
class DatasetAdmin(ReadOnlyAdmin):
    """Which files are in use, from where and as of when."""

    list_display = ["kind", "congress", "rows", "active", "checked_at", "fetched_at", "source"]
    list_filter = ["active", "kind"]
    exclude = ["records"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dataset]:
        """Leave the large column in the database."""
        queryset: QuerySet[Dataset] = super().get_queryset(request)
        return queryset.defer("records")


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    """Who holds which seat."""

    list_display = ["name", "office", "party", "phone", "term_start", "ended_on"]
    list_filter = ["seat__chamber", "party", ("ended_on", admin.EmptyFieldListFilter), "seat__state"]
    list_select_related = ["seat"]
    search_fields = ["name", "bioguide"]

    @admin.display(description=Member._meta.get_field("seat").verbose_name, ordering="seat")
    def office(self, member: Member) -> str:
        """Return the seat as people call it."""
        return member.seat.label
