"""How to get help and how to leave."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from hotline.checks import cover_url


class HotlineConfig(AppConfig):
    """The hotline record, the banner, the quick exit and the safety page."""

    name = "hotline"
    verbose_name = _("Hotline and safety")

    def ready(self) -> None:
        """Have the way out checked at every start."""
        register(cover_url, Tags.security)
