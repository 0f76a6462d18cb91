"""What a browser drops when somebody leaves, and who may ask for it."""

import logging

import pytest
from django.test import Client


def test_browser_drops_kept_pages_and_cookies(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    response = client.post("/leave/", headers={"Sec-Fetch-Site": "same-origin"})

    assert response.status_code == 204
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies"'
    assert not response.cookies
    assert caplog.records == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_no_other_site_can_sign_staff_out(client: Client, site: str | None) -> None:
    response = client.post("/leave/", headers={"Sec-Fetch-Site": site} if site else {})

    assert response.status_code == 403
    assert "Clear-Site-Data" not in response.headers


def test_link_to_it_does_nothing(client: Client) -> None:
    response = client.get("/leave/", headers={"Sec-Fetch-Site": "same-origin"})

    assert response.status_code == 405
    assert "Clear-Site-Data" not in response.headers
