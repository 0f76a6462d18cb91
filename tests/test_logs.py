"""Logs say which page had trouble and nothing about whom it was for."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.test import Client

from actions.models import Action
from tests.factories import create_campaign, take


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the handlers that the settings configure write meanwhile, instead of the terminal."""
    text = StringIO()
    ours = [h for h in logging.getLogger().handlers if h.get_name() == "console"]
    assert ours
    before = [(h, h.setStream(text)) for h in ours if isinstance(h, logging.StreamHandler)]
    yield text
    for handler, stream in before:
        handler.setStream(stream)


@pytest.mark.django_db
def test_a_mistyped_receipt_link_leaves_no_token_in_the_logs(client: Client, written: StringIO) -> None:
    client.get("/take-action/receipt/0123456789abcdef/")
    client.post("/take-action/receipt/0123456789abcdef/?email=ana@example.org")

    assert "404 at actions:receipt" in written.getvalue()
    assert "0123456789abcdef" not in written.getvalue()
    assert "ana@example.org" not in written.getvalue()


@pytest.mark.django_db
def test_taking_an_action_logs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        action: Action = take(create_campaign(), own_words="parrot talk")

    for canary in ("ana@example.org", "Muster", "Main Street", "parrot", action.receipt_token):
        assert canary not in "\n".join(r.getMessage() for r in caplog.records if r.name != "django.db.backends")
