"""Logs say which page had trouble and nothing about whom it was for."""

import logging

import pytest
from django.test import Client

from actions.models import Action
from polaris_site.logs import RouteOnly
from tests.factories import create_campaign, take


@pytest.mark.django_db
def test_a_mistyped_receipt_link_leaves_no_token_in_the_logs(
    client: Client, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(RouteOnly())

    client.get("/take-action/receipt/0123456789abcdef/")
    client.post("/take-action/receipt/0123456789abcdef/?email=ana@example.org")

    assert "404 at actions:receipt" in caplog.text
    assert "0123456789abcdef" not in caplog.text + capfd.readouterr().err
    assert "ana@example.org" not in caplog.text


@pytest.mark.django_db
def test_the_handlers_of_the_site_have_the_filter(settings: object) -> None:
    root = logging.getLogger()
    ours = [h for h in root.handlers if any(isinstance(f, RouteOnly) for f in h.filters)]

    assert ours


@pytest.mark.django_db
def test_taking_an_action_logs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        action: Action = take(create_campaign(), own_words="parrot talk")

    for canary in ("ana@example.org", "Muster", "Main Street", "parrot", action.receipt_token):
        assert canary not in "\n".join(r.getMessage() for r in caplog.records if r.name != "django.db.backends")
