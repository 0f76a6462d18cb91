"""The page that shows the parts of all pages: at the machine of a demonstration, and nowhere else."""

import pytest
from django.conf import LazySettings
from django.test import Client

from actions.states import Word
from campaigns.models import Kind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demonstration(settings: LazySettings) -> None:
    settings.DEMONSTRATION = True


def test_it_shows_every_word_of_a_receipt_and_every_kind_of_campaign(client: Client) -> None:
    for path in ("/styleguide/", "/es/styleguide/"):
        page = client.get(path).content.decode()

        for word in Word.values:
            assert f'class="office {word}"' in page, word
        for kind in Kind.values:
            assert f"img/{kind}." in page, kind
        assert "error-summary" in page


def test_nobody_else_sees_it(client: Client, settings: LazySettings) -> None:
    assert client.get("/styleguide/", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/styleguide/", HTTP_X_FORWARDED_FOR="192.0.2.7").status_code == 404

    settings.DEMONSTRATION = False
    assert client.get("/styleguide/").status_code == 404
