"""The site does not start with a way out that leads nowhere, or back to itself."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from hotline.cover import fault_of


def cover_url(**_: Any) -> list[CheckMessage]:
    """Check the address Quick Exit leads to where staff chose no other."""
    fault = fault_of(settings.COVER_URL)
    return [Error(f"COVER_URL: {fault}", id="hotline.E001")] if fault else []
