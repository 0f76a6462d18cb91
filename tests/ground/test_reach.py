"""A demonstration cannot reach Congress, and a live site cannot reach anything else."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from polaris_site.reach import checked_gateway


@pytest.mark.parametrize(("mode", "url", "domain"), [
    ("demonstration", "http://127.0.0.1:8099", "house.gov"),
    ("demonstration", "http://localhost:8099/", "senate.gov"),
    ("live", "https://cwc.house.gov", "house.gov"),
    ("live", "https://soapbox.senate.gov/", "senate.gov"),
])
def test_the_right_hosts_are_taken(mode: str, url: str, domain: str) -> None:
    assert checked_gateway(mode, url, domain) == url.rstrip("/")


@pytest.mark.parametrize(("mode", "url", "domain"), [
    ("demonstration", "https://cwc.house.gov", "house.gov"),
    ("demonstration", "http://127.0.0.1.example.org", "house.gov"),
    ("live", "http://cwc.house.gov", "house.gov"),
    ("live", "https://cwc.house.gov.example.org", "house.gov"),
    ("live", "https://evilhouse.gov", "house.gov"),
    ("live", "https://soapbox.senate.gov", "house.gov"),
    ("live", "http://127.0.0.1:8099", "house.gov"),
    ("live", "https://key@cwc.house.gov", "house.gov"),
    ("live", "https://cwc.house.gov/v2/message?apikey=secret", "house.gov"),
    ("live", "https://[broken", "house.gov"),
    ("test", "", "house.gov"),
])
def test_any_other_host_stops_the_site(mode: str, url: str, domain: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        checked_gateway(mode, url, domain)
    assert "secret" not in str(caught.value)


def test_no_address_means_no_gateway() -> None:
    assert checked_gateway("live", "", "house.gov") == ""
