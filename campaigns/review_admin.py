"""Where named people read the Spanish, page by page, and vouch for it."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from campaigns.forms import SpanishReviewForm
from campaigns.models import SpanishReview
from campaigns.reviews import Standing, checked, standings

# Only the type stubs know it as generic.
if TYPE_CHECKING:
    SpanishReviewModelAdmin = admin.ModelAdmin[SpanishReview]
else:
    SpanishReviewModelAdmin = admin.ModelAdmin


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
