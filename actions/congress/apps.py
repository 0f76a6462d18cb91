"""Who represents whom."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CongressConfig(AppConfig):
    """Seats, members and ZIP codes of the Congress of the United States."""

    name = "actions.congress"
    label = "congress"
    verbose_name = _("Congress")
