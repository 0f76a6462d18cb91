"""Quick Exit never leads nowhere or back to the site: the start-up check and the record follow one rule."""

import pytest
from django.conf import LazySettings

from hotline.checks import cover_url
from hotline.cover import fault_of
from hotline.models import Hotline

NOT_HTTPS = "Use an address that begins with https://. Choose a public page that asks for no sign-in."
OURS = "This is an address of this site. Quick Exit must lead away from it."


@pytest.fixture
def live(settings: LazySettings) -> None:
    settings.DEMONSTRATION = False
    settings.SITE_URL = "https://act.example.org"
    settings.ALLOWED_HOSTS = [".example.org"]


@pytest.fixture
def demonstration(settings: LazySettings) -> None:
    settings.DEMONSTRATION = True
    settings.SITE_URL = "http://127.0.0.1:8000"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("address", ["https://www.weather.gov/", "https://weather.example.net/today"])
def test_another_site_by_https_is_a_way_out(address: str) -> None:
    assert fault_of(address) == ""


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    "address", ["", "weather.gov", "http://www.weather.gov/", "http://127.0.0.1:9000/", "javascript:alert(1)", "https://"]
)
def test_live_site_takes_https_alone(address: str) -> None:
    assert fault_of(address) == NOT_HTTPS


@pytest.mark.usefixtures("live")
def test_what_cannot_be_read_is_no_way_out() -> None:
    assert fault_of("https://[::1/") == fault_of("https://www.weather.gov:many/") == "This is no web address."


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("address", ["https://act.example.org/safety/", "https://www.example.org/"])
def test_way_out_must_lead_to_another_site(address: str) -> None:
    assert fault_of(address) == OURS


@pytest.mark.usefixtures("demonstration")
def test_demonstration_may_leave_to_another_server_of_this_computer() -> None:
    assert fault_of("http://127.0.0.1:9000/") == ""
    assert fault_of("http://127.0.0.1:8000/") == fault_of("http://localhost:8000/") == OURS
    assert fault_of("http://weather.example.net/") == NOT_HTTPS


@pytest.mark.usefixtures("live")
def test_site_does_not_start_without_a_way_out(settings: LazySettings) -> None:
    settings.COVER_URL = "https://www.weather.gov/"
    assert cover_url() == []

    settings.COVER_URL = ""

    assert [error.id for error in cover_url()] == ["hotline.E001"]


@pytest.mark.usefixtures("live")
def test_record_leads_elsewhere_only_where_that_is_a_way_out(settings: LazySettings) -> None:
    settings.COVER_URL = "https://www.weather.gov/"

    assert Hotline(cover_url="").way_out == "https://www.weather.gov/"
    assert Hotline(cover_url="https://news.example.net/").way_out == "https://news.example.net/"
    assert Hotline(cover_url="https://act.example.org/").way_out == "https://www.weather.gov/"
