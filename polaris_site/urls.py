"""Every address of the site. English stands at the root, Spanish below `/es/`."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from polaris_site import views

handler400 = "polaris_site.error_pages.bad_request"
handler403 = "polaris_site.error_pages.forbidden"
handler404 = "polaris_site.error_pages.not_found"
handler500 = "polaris_site.error_pages.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("favicon.ico", views.favicon, name="favicon"),
    path("health/live", views.health_live, name="health_live"),
    path("health/ready", views.health_ready, name="health_ready"),
    path("", include("hotline.machine_urls")),
    path("", include("newsletter.machine_urls")),
    path("", include("actions.machine_urls")),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("styleguide/", views.styleguide, name="styleguide"),
        path("", include("hotline.urls")),
        path("newsletter/", include("newsletter.urls")),
        path("take-action/", include("campaigns.urls")),  # first: `all/` would pass for a campaign's slug
        path("take-action/", include("actions.urls")),
        prefix_default_language=False,
    ),
]
