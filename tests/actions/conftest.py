"""A campaign to write in."""

import pytest

from campaigns.models import Campaign
from tests.factories import create_campaign, create_congress


@pytest.fixture
def campaign(db: None) -> Campaign:
    """An open campaign, and who serves in a handful of ZIPs."""
    create_congress()
    return create_campaign(slug="a-fair-law")
