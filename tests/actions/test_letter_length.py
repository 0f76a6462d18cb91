"""How long a letter may be: one number, said in the form, counted live, checked on the server, never cut."""

import re

import pytest
from django.test import Client

from campaigns.models import Campaign, CampaignText
from tests.actions.posting import find, page, review

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("statement", "room", "said"), [(2500, 1500, "1,500"), (3200, 800, "800"), (4000, 0, "0")])
def test_own_words_have_the_room_that_the_statement_leaves(
    client: Client, campaign: Campaign, statement: int, room: int, said: str
) -> None:
    CampaignText.publish(campaign, subject_en="Please pass it", statement_en="x" * statement)

    form = page(find(client))

    found = re.search(r'data-count="([0-9]+)"', form)
    assert found is not None
    assert int(found[1]) == room
    assert f"up to {said} characters" in form


@pytest.mark.parametrize("letters", ["x", "é", "🌟", "x\n"])
def test_the_last_character_that_fits_is_taken_and_one_more_is_refused(
    client: Client, campaign: Campaign, letters: str
) -> None:
    fits = (letters * 1500)[:1499] + "y"

    taken, refused = review(client, own_words=fits), review(client, own_words=fits + "y")

    assert taken.status_code == 200
    assert refused.status_code == 422
    assert "Use at most 1500 characters. This has 1501." in page(refused)


def test_line_ends_count_once_as_they_do_in_the_browser(client: Client, campaign: Campaign) -> None:
    words = "\r\n".join(["My town needs this."] * 75)  # 75 lines of 19 characters and 74 ends of lines

    assert len(words.replace("\r\n", "\n")) == 1499
    assert review(client, own_words=words).status_code == 200


def test_what_is_refused_is_not_cut(client: Client, campaign: Campaign) -> None:
    words = "All of this must come back. " * 60

    assert words.strip() in page(review(client, own_words=words))
