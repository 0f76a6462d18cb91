"""What several rooms of tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from actions.congress.states import SEATS
from actions.delivery.fields import Chamber
from actions.delivery.test_gateway import Gateway, running_gateway
from django.conf import LazySettings


@pytest.fixture
def gateway(tmp_path: Path, settings: LazySettings) -> Iterator[Gateway]:
    """The test gateway, running, and the site pointed at it."""
    keys = {Chamber.HOUSE: settings.CWC_HOUSE_KEY, Chamber.SENATE: settings.CWC_SENATE_KEY}
    with running_gateway(tmp_path, offices={seat.code for seat in SEATS}, keys=keys) as running:
        settings.CWC_HOUSE_URL = running.url
        yield running
