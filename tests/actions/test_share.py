"""Graphics to share, and "I shared it": counted once and only once, without asking who it was."""

import re
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from actions.models import Action, HeldBecause, OutcomeNotice, Sender, read_counters
from actions.views import tickets
from campaigns.models import Campaign, Status
from newsletter.models import ConsentEvent, Subscriber
from tests.factories import create_campaign, create_share_campaign
from tests.faults.test_parallel import AT_A_TIME, side_by_side

pytestmark = pytest.mark.django_db
PAGE = "/take-action/spread/"


@pytest.fixture
def campaign() -> Campaign:
    return create_share_campaign(slug="spread", graphics=2)


def opened(client: Client, code: str = "") -> str:
    """Press "I shared it"; return the address of the page of one's own."""
    response = client.post(PAGE, {"act": "shared", **({"code": code} if code else {})})
    assert response.status_code == 302
    return str(response["Location"])


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_each_graphic_stands_there_with_its_files_words_and_description(client: Client, campaign: Campaign) -> None:
    page = text_of(client.get(PAGE))

    for graphic in campaign.graphics.all():
        at = f"/take-action/spread/graphic/{graphic.pk}/"
        assert f'src="{at}square.webp" alt="One star in a night sky."' in page
        for size in ("square", "story", "wide"):
            for form in ("png", "svg"):
                assert f'href="{at}{size}.{form}?download"' in page
        assert f'id="caption-{graphic.pk}"' in page
        assert f'data-copy="alt-{graphic.pk}"' in page
    files = re.findall(r'(?:src|href)="(/take-action/spread/graphic/[^"]+)"', page)
    assert len(files) == 2 * 7
    assert {client.get(file).status_code for file in files} == {200}


def test_the_page_is_the_same_for_everyone(client: Client, campaign: Campaign) -> None:
    first, second = client.get(PAGE), Client().get(PAGE)

    assert first.content == second.content
    assert first["Cache-Control"] == "no-store"
    assert not first.cookies


def test_links_to_share_carry_the_code_of_the_campaign_and_nobodys_name(
    client: Client, campaign: Campaign, settings: LazySettings
) -> None:
    settings.SITE_URL = "https://act.example.org"
    link = "https://act.example.org/es/take-action/spread/?code=spread"

    page = text_of(client.get("/es/take-action/spread/")).replace("&amp;", "&")

    assert f'value="{link}"' in page
    ways = re.findall(r'<a class="button button--quiet" href="([a-z]+:[^"]+)" rel="noreferrer">', page)
    assert [urlsplit(way).netloc or urlsplit(way).scheme for way in ways] == [
        "wa.me", "www.facebook.com", "bsky.app", "x.com", "mailto", "sms",
    ]
    for way in ways:
        values = [value for many in parse_qs(urlsplit(way).query).values() for value in many]
        assert any(value.endswith(link) for value in values), way
        assert "utm" not in way


def test_a_campaign_without_graphics_is_shared_by_its_link(client: Client) -> None:
    create_share_campaign(slug="spread", graphics=0)

    page = text_of(client.get(PAGE))

    assert "The graphics" not in page
    assert 'id="share-link"' in page


def test_i_shared_it_counts_and_keeps_nothing_about_anybody(client: Client, campaign: Campaign) -> None:
    address = opened(client, code="spread")
    page = client.get(address)

    answer = client.post(address, {})

    action = Action.objects.get()
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    assert (answer.status_code, answer["Location"]) == (302, action.get_absolute_url())
    assert (action.kind, action.source, action.language) == ("share", "spread", "en")
    assert (action.person_key, action.email_key) == ("", "")
    assert action.counted_at
    assert read_counters() == {"actions": 1, "messages": 0, "pledges": 0}
    assert not Sender.objects.exists()
    assert not Subscriber.objects.exists()
    assert client.get(action.get_absolute_url()).status_code == 200


def test_opening_the_page_counts_nothing(client: Client, campaign: Campaign) -> None:
    address = opened(client)
    client.get(address)
    client.head(address)

    assert not Action.objects.exists()


def test_reload_back_and_a_second_press_lead_to_the_same_receipt(client: Client, campaign: Campaign) -> None:
    address = opened(client)
    receipt = client.post(address, {})["Location"]

    answers = [client.get(address), client.post(address, {}), Client().post(address, {"email": "not an address"})]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, receipt)] * 3
    assert read_counters()["actions"] == Action.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_posted_thirty_times_at_once_it_counts_once() -> None:
    create_share_campaign(slug="spread")
    address = opened(Client())

    def press() -> tuple[int, str]:
        response = Client().post(address, {"email": "ana@example.org", "outcome": "on"})
        return response.status_code, response["Location"]

    answers = side_by_side([partial(press)] * 30, AT_A_TIME)

    assert set(answers) == {(302, Action.objects.get().get_absolute_url())}
    assert read_counters()["actions"] == 1
    assert OutcomeNotice.objects.count() == 1


def test_consent_is_kept_with_what_was_ticked_and_nothing_else(client: Client, campaign: Campaign) -> None:
    client.post(opened(client), {"email": "ana@example.org", "news": "on"})
    client.post(opened(client), {"email": "ben@example.org", "outcome": "on"})
    client.post(opened(client), {"email": ""})

    assert Action.objects.counted().count() == 3
    assert Subscriber.objects.get().email == "ana@example.org"
    assert ConsentEvent.objects.get().page == "share"
    assert OutcomeNotice.objects.get().to == "ben@example.org"


@pytest.mark.parametrize(("typed", "said"), [
    ({"news": "on"}, "Enter your email address, or untick the boxes."),
    ({"outcome": "on", "email": "nonsense"}, "Enter an email address in the form"),
    ({"email": "a" * 300 + "@example.org", "news": "on"}, "Email"),
])
def test_what_there_is_to_mend_is_said_and_counts_nothing(
    client: Client, campaign: Campaign, typed: dict[str, str], said: str
) -> None:
    answer = client.post(opened(client), typed)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "There is a problem" in text_of(answer)
    assert not Action.objects.exists()


def test_a_trap_that_is_filled_in_holds_it(client: Client, campaign: Campaign) -> None:
    answer = client.post(opened(client), {"website": "https://example.org"})

    action = Action.objects.get()
    assert answer.status_code == 302
    assert (action.held_because, action.counted_at) == (HeldBecause.CHECK, None)
    assert read_counters()["actions"] == 0


def test_faster_than_a_person_is_held(client: Client, campaign: Campaign, settings: LazySettings) -> None:
    settings.MIN_FORM_SECONDS = 3
    client.post(opened(client), {})
    slow = opened(client)
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        client.post(slow, {})

    assert [bool(action.counted_at) for action in Action.objects.order_by("pk")] == [False, True]


def test_a_link_that_was_cut_or_forged_leads_nowhere(client: Client, campaign: Campaign) -> None:
    address = opened(client)
    other = create_share_campaign(slug="other")
    letter = tickets.mint(campaign, "call")

    for path in (
        f"{address[:-9]}/", f"{PAGE}shared/nonsense/", address.replace("/spread/", f"/{other.slug}/"),
        f"{PAGE}shared/{letter}/",
    ):
        for answer in (client.get(path), client.post(path, {})):
            assert answer.status_code == 404, path
            assert "This link leads nowhere" in text_of(answer)
    assert not Action.objects.exists()


def test_a_page_that_lay_open_too_long_begins_afresh_with_its_code(client: Client, campaign: Campaign) -> None:
    address = opened(client, code="spread")

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        answer = client.get(address)
        assert not Action.objects.exists()
        assert answer.status_code == 302
        assert answer["Location"] != address
        client.post(answer["Location"], {})
        client.post(answer["Location"], {})

    assert Action.objects.get().source == "spread"


def test_a_receipt_is_found_again_however_old_the_page_is(client: Client, campaign: Campaign) -> None:
    address = opened(client)
    receipt = client.post(address, {})["Location"]

    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert client.get(address)["Location"] == receipt


@pytest.mark.parametrize("status", [Status.PAUSED, Status.WON, Status.ARCHIVED])
def test_a_campaign_that_ended_meanwhile_says_so_and_counts_nothing(
    client: Client, campaign: Campaign, status: Status
) -> None:
    address, used = opened(client), opened(client)
    receipt = client.post(used, {})["Location"]
    Campaign.objects.update(status=status, outcome_en="It is done.")

    seen, posted, again = client.get(address), client.post(address, {}), client.post(PAGE, {"act": "shared"})

    assert [answer.status_code for answer in (seen, posted, again)] == [200, 200, 200]
    assert "was not sent and does not count" in text_of(posted)
    assert "It is done." in text_of(posted)
    assert client.post(used, {})["Location"] == receipt
    assert Action.objects.count() == 1


def test_a_campaign_that_is_no_longer_public_is_not_there(client: Client, campaign: Campaign) -> None:
    address = opened(client)
    Campaign.objects.update(status=Status.DRAFT)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("typed", [{}, {"act": "nonsense"}, {"act": ["shared", "x"]}, {"step": "zip", "zip": "07030"}])
def test_what_no_form_of_ours_posts_is_refused(client: Client, campaign: Campaign, typed: dict[str, Any]) -> None:
    assert client.post(PAGE, typed).status_code == 400
    assert not Action.objects.exists()


def test_another_website_cannot_have_it_counted(client: Client, campaign: Campaign) -> None:
    address = opened(client)

    answer = client.post(address, {}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert not Action.objects.exists()


def test_other_kinds_have_no_such_page(client: Client) -> None:
    letter = create_campaign(slug="a-fair-law")
    ticket = tickets.mint(letter, "shared", code="")

    client.post(f"/take-action/a-fair-law/shared/{ticket}/", {})

    assert not Action.objects.exists()


CODES = [
    ("spread", "spread"), ("a-1", ""), ("x" * 40, ""), ("x" * 41, ""), ("ana-muster-1970", ""), ("Spread", ""),
    ("a b", ""), ("", ""),
    ("<script>", ""), ("spread\n", ""), ("é", ""), ("../..", ""), ("a" * 9000, ""),
]


@pytest.mark.parametrize(("given", "kept"), CODES)
def test_a_code_is_carried_where_it_is_one(client: Client, campaign: Campaign, given: str, kept: str) -> None:
    page = text_of(client.get(PAGE, {"code": given}))
    client.post(opened(client, code=given), {})

    assert (f'name="code" value="{kept}"' in page) == bool(kept)
    assert ('name="code"' in page) == bool(kept)
    assert Action.objects.get().source == kept


def test_a_letter_keeps_the_code_of_the_link_that_led_to_it(client: Client) -> None:
    from_link = Client()
    create_campaign(slug="a-fair-law")
    create_campaign(slug="spread")
    page = text_of(from_link.get("/take-action/a-fair-law/?code=spread"))

    assert '<input type="hidden" name="code" value="spread">' in page
    assert 'name="code"' not in text_of(client.get("/take-action/a-fair-law/?code=SPREAD!"))
