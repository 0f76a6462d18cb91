"""Where staff keep the hotline record, and administrators what it leads to."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from modeltranslation.admin import TranslationAdmin
from modeltranslation.utils import build_localized_fieldname

from hotline.forms import HotlineForm
from hotline.models import WAYS, Hotline, OtherHelp
from hotline.tasks import nudge
from hotline.translation import HotlineTranslation
from hotline.versions import administrators, described, put_back

FOR_ADMINISTRATORS = (*WAYS, "text_terms_url", "relay", "emergency", "is_active")


class ForAdministrators:
    """Only administrators add rows; none is deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether this member of staff is an administrator."""
        return bool(request.user.is_active and request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # Django passes it
        """Refuse: a record is put away, and its history stays."""
        return False


@admin.register(Hotline)
class HotlineAdmin(ForAdministrators, TranslationAdmin[Hotline]):
    """One active record; an empty form begins with the built-in numbers."""

    form = HotlineForm
    change_form_template = "admin/hotline/hotline/change_form.html"
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
        (_("Quick Exit"), {"fields": ("cover_url",)}),
        (_("For staff"), {"fields": ("operator", "verified_on", "verified_by")}),
    )

    @admin.display(boolean=True, description=_("tried within 90 days"))
    def tried_lately(self, hotline: Hotline) -> bool:
        """Show staff whether the numbers want another try."""
        return hotline.is_verified

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Hotline | None:
        """Hold the row from reading to saving: words saved by one must not bring back an old number."""
        hotline = super().get_object(request, object_id, from_field)
        if hotline and request.method == "POST":
            return Hotline.objects.select_for_update().filter(pk=hotline.pk).first()
        return hotline

    def get_readonly_fields(self, request: HttpRequest, obj: Hotline | None = None) -> Any:
        """Let staff who are no administrators change words and the day of the last try, and nothing that leads away."""
        return () if self.has_add_permission(request) else FOR_ADMINISTRATORS

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin a new record with what the pages show now, in every language."""
        built_in = Hotline.built_in()
        names = [field.name for field in Hotline._meta.fields if field.name not in ("id", "is_active")]
        initial = {name: getattr(built_in, name) for name in names}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                built_in = Hotline.built_in()
                words = HotlineTranslation.fields
                initial |= {build_localized_fieldname(name, language): getattr(built_in, name) for name in words}
        return initial | super().get_changeform_initial_data(request)

    def save_model(self, request: HttpRequest, obj: Hotline, form: Any, change: bool) -> None:
        """Keep with the version who made it."""
        obj._history_user = request.user
        super().save_model(request, obj, form, change)
        nudge()

    def get_urls(self) -> list[URLPattern]:
        """Add the way back to an earlier version."""
        back = path(
            "<int:pk>/put-back/<int:version>/", self.admin_site.admin_view(require_POST(self.put_back)),
            name="hotline_hotline_put_back",
        )
        return [back, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Say above the form who changed the record last, and what."""
        newest = Hotline.history.filter(id=object_id).first() if object_id.isdecimal() else None
        context = {"newest": newest and described(newest), "nobody_to_tell": not administrators()}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show who changed what and when, newest first."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        versions = Hotline.history.filter(id=object_id)[:100] if object_id.isdecimal() else ()
        if not versions:
            raise Http404
        context = {
            **self.admin_site.each_context(request), "title": _("Every version of this record"), "opts": self.opts,
            "hotline": versions[0].instance, "versions": [described(version) for version in versions],
            "may_put_back": self.has_add_permission(request), "nobody_to_tell": not administrators(),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/hotline/hotline/versions.html", context)

    def put_back(self, request: HttpRequest, pk: int, version: int) -> HttpResponse:
        """Show visitors an earlier version again, by one press. That is a version too, and can be taken back."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            hotline = put_back(get_object_or_404(Hotline.history, id=pk, history_id=version), request.user)
            nudge()
        if hotline.is_active:
            messages.success(request, _("The earlier version is shown again."))
        else:
            messages.warning(request, _("The earlier version is back. Visitors did not see it then, nor do they now."))
        return HttpResponseRedirect(reverse("admin:hotline_hotline_history", args=[pk]))


@admin.register(OtherHelp)
class OtherHelpAdmin(ForAdministrators, TranslationAdmin[OtherHelp]):
    """The rows of other help. The first one written takes the place of all built-in ones."""

    list_display = ("name", "phone", "text_to", "website", "position")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # Django passes it
        """Leave these to administrators: a wrong number is as dangerous here."""
        return self.has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # Django passes it
        """Let administrators take a row away."""
        return self.has_add_permission(request)
