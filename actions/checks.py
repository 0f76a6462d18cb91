"""A site does not start with settings of delivery that cannot work."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from actions.delivery.fields import FIELDS, Chamber, Fault, fault_of
from actions.gateways import GATEWAYS, way


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


def gateways(**_: Any) -> list[CheckMessage]:
    """Check the pace and the hours of every gateway: a wrong one would stop letters at their first try."""
    errors: list[CheckMessage] = []
    for name in GATEWAYS:
        try:
            rate = way(name).rate
        except ValueError as error:
            errors.append(Error(
                f"CWC_{name.upper()}_MAINTENANCE cannot be read: {error}",
                hint="For example: daily 00:00-06:00, or: sun 00:00-06:00, wed 05:00-07:00", id="actions.E002",
            ))
            continue
        if not 0.01 <= rate <= 1_000_000:
            errors.append(Error(
                f"The rate of {name} is {rate}: it is letters a second, from 0.01.", id="actions.E003",
            ))
    return errors
