"""A site does not start with an agent that every office would refuse, or a pace and hours that cannot be."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.core.checks.registry import registry

from actions.checks import delivery_agent, gateways

AGENT = {
    "name": "Agent", "ack_email": "ack@example.org", "contact_name": "Ana Muster",
    "contact_email": "ana@example.org", "contact_phone": "202-555-0100",
}


def found(settings: LazySettings, *, mode: str = "live", key: str = "canary-key", **agent: Any) -> list[str]:
    settings.DELIVERY_MODE, settings.DEMONSTRATION = mode, mode == "demonstration"
    settings.CWC_HOUSE_URL, settings.CWC_HOUSE_KEY = "https://cwc.house.gov", key
    settings.CWC_SENATE_URL = settings.CWC_SENATE_KEY = ""
    settings.CWC_AGENT = {**AGENT, **agent}
    return [error.msg for error in delivery_agent()]


def test_the_check_runs_at_every_start() -> None:
    assert {"delivery_agent", "gateways"} <= {getattr(check, "__name__", "") for check in registry.get_checks()}


def test_an_agent_that_fits_is_taken(settings: LazySettings) -> None:
    assert found(settings) == []


@pytest.mark.parametrize(("wrong", "value"), [
    ("name", ""), ("ack_email", "canary"), ("contact_name", "Canny"), ("contact_email", ""),
    ("contact_phone", "(202) 555-0100"), ("contact_phone", "2025550100"),
])
def test_each_value_that_does_not_fit_is_named_and_not_repeated(
    settings: LazySettings, wrong: str, value: str
) -> None:
    errors = found(settings, **{wrong: value})

    assert len(errors) == 1
    assert f"CWC_AGENT_{wrong.upper()}" in errors[0]
    assert not value or value not in errors[0]


def test_without_a_gateway_or_in_a_demonstration_nothing_is_asked(settings: LazySettings) -> None:
    assert found(settings, key="", name="") == []
    assert found(settings, mode="demonstration", name="") == []


def test_pace_and_hours_as_they_come_are_taken() -> None:
    assert gateways() == []


@pytest.mark.parametrize(("setting", "value"), [
    ("CWC_HOUSE_MAINTENANCE", "at night"), ("CWC_SENATE_MAINTENANCE", "daily 25:00-26:00"), ("CWC_HOUSE_RATE", 0.0),
    ("CWC_SENATE_RATE", -5.0), ("OFFICE_MAIL_RATE", float("nan")),
])
def test_a_pace_or_hours_that_cannot_be_stop_the_start(setting: str, value: object, settings: LazySettings) -> None:
    setattr(settings, setting, value)

    (error,) = gateways()

    assert error.id in ("actions.E002", "actions.E003")
