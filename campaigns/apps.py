"""What staff publish."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    """Campaigns, their cards and texts, and the organisation's own details."""

    name = "campaigns"
    verbose_name = _("Campaigns")
