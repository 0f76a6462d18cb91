"""What staff have not translated yet is shown in English, says so, and is marked as English."""

import pytest
from django.test import Client

from campaigns.models import Status
from tests.factories import create_campaign

pytestmark = pytest.mark.django_db

NOTE = "Algunas partes de esta página todavía no están traducidas"
HALF_SPANISH = {
    "title_en": "A fair law", "title_es": "Una ley justa",
    "summary_en": "Why it matters.", "summary_es": "Por qué importa.",
    "button_en": "Write", "button_es": "Escribir", "body_en": "# Reasons\n\nThere are many.",
}


def page(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("status", [Status.OPEN, Status.WON])
def test_missing_words_stand_in_english_with_a_note(status: Status) -> None:
    create_campaign(slug="half", status=status, **HALF_SPANISH)

    spanish = page("/es/take-action/half/")

    assert NOTE in spanish
    assert '<div lang="en"><h2>Reasons</h2>' in spanish
    assert "<h1>Una ley justa</h1>" in spanish


def test_a_card_says_that_its_campaign_is_in_english() -> None:
    create_campaign(slug="half", position=1, **HALF_SPANISH | {"title_es": ""})

    spanish = page("/es/take-action/")

    assert '<span class="chip waiting">En inglés</span>' in spanish
    assert '<a href="/es/take-action/half/"><span lang="en">A fair law</span></a>' in spanish


def test_a_letter_without_translation_says_so() -> None:
    campaign = create_campaign(slug="half", **HALF_SPANISH)
    campaign.texts.update(statement_es="")

    assert "Esta carta todavía no está traducida" in page("/es/take-action/half/")


def test_words_in_both_languages_need_no_note() -> None:
    create_campaign(slug="whole", position=1, **HALF_SPANISH, body_es="# Razones\n\nHay muchas.")

    for path in ("/es/take-action/whole/", "/take-action/whole/", "/es/take-action/", "/take-action/"):
        shown = page(path)
        assert NOTE not in shown, path
        assert "En inglés" not in shown, path
        assert 'lang="en"><h2>' not in shown, path
