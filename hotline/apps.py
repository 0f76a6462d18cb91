"""How to get help and how to leave."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HotlineConfig(AppConfig):
    """The hotline record, the banner, the quick exit and the safety page."""

    name = "hotline"
    verbose_name = _("Hotline and safety")
