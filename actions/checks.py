"""A live site does not start with an agent whose letters every office would refuse."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from actions.delivery.fields import FIELDS, Chamber, Fault, fault_of


def delivery_agent(**_: Any) -> list[CheckMessage]:
    """Check each `CWC_AGENT_…` against the table of fields, where a live gateway is set."""
    gateways = (
        (Chamber.HOUSE, settings.CWC_HOUSE_URL, settings.CWC_HOUSE_KEY),
        (Chamber.SENATE, settings.CWC_SENATE_URL, settings.CWC_SENATE_KEY),
    )
    if settings.DEMONSTRATION:
        return []
    chambers = [chamber for chamber, url, key in gateways if url and key]
    faults: dict[str, Fault] = {}
    for chamber in chambers:
        for field in FIELDS[chamber]:
            block, _dot, name = field.attribute.partition(".")
            if block != "agent":
                continue
            value = settings.CWC_AGENT[name]
            fault = fault_of(field, value) if value.strip() else Fault.MISSING
            if fault:
                faults[name] = fault
    return [
        Error(
            f"CWC_AGENT_{name.upper()} does not fit: {fault}.",
            hint="Offices refuse every letter without it: a contact of 6 characters, a phone like 202-555-0100.",
            id="actions.E001",
        )
        for name, fault in faults.items()
    ]
