"""A campaign's page in the admin, with what only `actions` knows: `campaigns` knows nothing of Congress."""

from actions.ending import EndsCampaigns


class CampaignWithAudienceAdmin(EndsCampaigns):
    """The campaign as staff write it, and who gets its letters."""
