"""Where administrators keep the hotline record."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from hotline.models import Hotline


@admin.register(Hotline)
class HotlineAdmin(TranslationAdmin[Hotline]):
    """One active record; an empty form begins with the built-in numbers."""

    list_display = ("phone", "text_to", "chat_url", "verified_on", "tried_lately", "is_active")
    fieldsets = (
        (None, {
            "fields": ("name", "hours", "languages", "is_active"),
            "description": _(
                "People in danger rely on this. Call the number, send the text and open the chat before you save."
            ),
        }),
        (_("How to reach it"), {
            "fields": ("phone", "phone_e164", "text_to", "text_keyword", "text_terms_url", "chat_url", "relay",
                       "emergency"),
        }),
        (_("For staff"), {"fields": ("operator", "verified_on", "verified_by")}),
    )

    @admin.display(boolean=True, description=_("tried within 90 days"))
    def tried_lately(self, hotline: Hotline) -> bool:
        """Show staff whether the numbers want another try."""
        return hotline.is_verified

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin a new record with what the pages show now."""
        built_in = Hotline.built_in()
        names = [field.name for field in Hotline._meta.fields if field.name not in ("id", "is_active")]
        return {name: getattr(built_in, name) for name in names} | super().get_changeform_initial_data(request)
