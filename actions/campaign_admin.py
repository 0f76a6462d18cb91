"""A campaign's page in the admin, with what only `actions` knows: `campaigns` knows nothing of Congress."""

from campaigns.admin import CampaignAdmin


class CampaignWithAudienceAdmin(CampaignAdmin):
    """The campaign as staff write it, and who gets its letters."""
