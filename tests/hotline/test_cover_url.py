"""The site does not start with a way out that leads nowhere or back."""

import pytest
from django.conf import LazySettings

from hotline.checks import cover_url


def found(settings: LazySettings, address: str, *, demonstration: bool) -> list[str | None]:
    settings.DEMONSTRATION = demonstration
    settings.SITE_URL = "http://127.0.0.1:8000" if demonstration else "https://act.example.org"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"] if demonstration else [".example.org"]
    settings.COVER_URL = address
    return [error.id for error in cover_url()]


@pytest.mark.parametrize("address", ["https://www.weather.gov/", "https://weather.example.net/today"])
def test_another_site_by_https_is_a_way_out(settings: LazySettings, address: str) -> None:
    assert found(settings, address, demonstration=False) == []


@pytest.mark.parametrize(
    "address", ["", "weather.gov", "http://www.weather.gov/", "http://127.0.0.1:9000/", "javascript:alert(1)", "https://"]
)
def test_live_site_takes_https_alone(settings: LazySettings, address: str) -> None:
    assert found(settings, address, demonstration=False) == ["hotline.E001"]


@pytest.mark.parametrize("address", ["https://act.example.org/safety/", "https://www.example.org/"])
def test_way_out_must_lead_to_another_site(settings: LazySettings, address: str) -> None:
    assert found(settings, address, demonstration=False) == ["hotline.E002"]


def test_demonstration_may_leave_to_another_server_of_this_computer(settings: LazySettings) -> None:
    assert found(settings, "http://127.0.0.1:9000/", demonstration=True) == []
    assert found(settings, "http://127.0.0.1:8000/", demonstration=True) == ["hotline.E002"]
    assert found(settings, "http://weather.example.net/", demonstration=True) == ["hotline.E001"]
