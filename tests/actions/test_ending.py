"""How a campaign ends: on a page of its own, once, with what becomes of its letters and who is told."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import Permission, User
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from actions.consents import keep_consents
from actions.delivery.outcomes import Outcome, Result
from actions.ending import EndForm, end
from actions.models import Action, Message, OutcomeNotice
from actions.outcome_mails import tell_outcomes
from actions.states import State
from actions.tasks import look_after, purge
from campaigns.models import Campaign, Status
from newsletter.models import OutgoingMail
from tests.actions.posting import page
from tests.factories import create_campaign, create_congress, person, settle, submission, take

pytestmark = pytest.mark.django_db


def said(**given: str) -> dict[str, str]:
    """Return what the page of the end posts."""
    return {
        "status": "won", "outcome_en": "The bill became law.", "outcome_es": "", "letters": "withdraw",
        "button_en": "See what came of it", "button_es": "", "step": "end", **given,
    }


def address(campaign: Campaign) -> str:
    return f"/admin/campaigns/campaign/{campaign.pk}/end/"


def ask_to_be_told(action: Action, email: str, language: str = "en") -> None:
    action.language = language
    keep_consents(action, email, {"outcome": True}, page="letter")


def told() -> list[str]:
    return sorted(mail.to for mail in OutgoingMail.objects.filter(kind="outcome"))


def acts(campaign: Campaign, email: str, **given: Any) -> Action:
    """Somebody writes and asks to be told."""
    action = take(campaign, person=person(email=email), **given)
    ask_to_be_told(action, email)
    return action


def to_house(action: Action) -> Message:
    """Return the letter that goes through a gateway; the others are for their sender to send."""
    return action.messages.get(seat__chamber="house")


@pytest.fixture
def campaign() -> Campaign:
    return create_campaign(slug="a-fair-law", title="A fair law")


def test_the_page_says_what_is_open_and_shows_the_mail_before_anything_happens(
    admin_client: Client, campaign: Campaign
) -> None:
    acts(campaign, "one@example.org")
    acts(campaign, "two@example.org", home=("NY", 1))

    first = page(admin_client.get(address(campaign)))
    sure = page(admin_client.post(address(campaign), said(step="check")))

    assert "Queued: 2" in first
    assert "2 people asked to be told" in first
    assert "The bill became law." in sure
    assert "It was won on" in sure
    assert "End this campaign now" in sure
    campaign.refresh_from_db()
    assert campaign.status == Status.OPEN
    assert not told()


def test_one_press_ends_it_tells_everybody_and_forgets_their_addresses(
    admin_client: Client, campaign: Campaign
) -> None:
    acts(campaign, "one@example.org")

    first = admin_client.post(address(campaign), said())
    again = admin_client.post(address(campaign), said(outcome_en="Something else.", status="lost"))

    assert (first.status_code, again.status_code) == (302, 302)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.outcome_en) == (Status.WON, "The bill became law.")  # type: ignore[attr-defined]  # a column of the translation
    assert campaign.closed_at
    assert told() == ["one@example.org"]
    assert not OutcomeNotice.objects.exists()
    look_after()
    assert told() == ["one@example.org"]


@pytest.mark.parametrize("wrong", [{"outcome_en": " "}, {"status": "open"}, {"letters": "?"}, {"status": ""}])
def test_an_end_without_words_or_way_is_refused(
    admin_client: Client, campaign: Campaign, wrong: dict[str, str]
) -> None:
    response = admin_client.post(address(campaign), said(**wrong))

    assert response.status_code == 200
    campaign.refresh_from_db()
    assert campaign.status == Status.OPEN


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SCHEDULED, Status.WON])
def test_what_has_not_begun_or_is_over_cannot_end(admin_client: Client, status: Status) -> None:
    campaign = create_campaign(status=status, opens_at=timezone.now() + timedelta(days=1))

    response = admin_client.post(address(campaign), said(status="lost"))

    assert response.status_code == 302
    campaign.refresh_from_db()
    assert campaign.status == status


def test_only_who_may_change_campaigns_may_end_one(client: Client, campaign: Campaign) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_campaign"))
    client.force_login(reader)

    assert client.get(address(campaign)).status_code == 403
    assert client.post(address(campaign), said()).status_code == 403
    assert "End this campaign" not in page(client.get(f"/admin/campaigns/campaign/{campaign.pk}/change/"))
    assert Campaign.objects.get().status == Status.OPEN


def test_the_status_field_ends_nothing_and_the_button_leads_to_the_page(
    admin_client: Client, campaign: Campaign
) -> None:
    shown = page(admin_client.get(f"/admin/campaigns/campaign/{campaign.pk}/change/"))

    assert address(campaign) in shown
    assert 'value="won"' not in shown
    assert 'value="paused"' in shown


def test_unsent_letters_end_with_it_and_the_receipt_says_how(
    admin_client: Client, client: Client, campaign: Campaign
) -> None:
    action = take(campaign)

    admin_client.post(address(campaign), said())
    look_after()

    assert to_house(action).state == State.WITHDRAWN
    assert OutgoingMail.objects.filter(kind="news").count() == 1
    assert "It was won on" in page(client.get(action.get_absolute_url()))


def test_letters_may_go_out_after_the_end_but_nothing_that_nobody_confirmed(
    admin_client: Client, client: Client, campaign: Campaign
) -> None:
    action = take(campaign)
    held = take(campaign, person=person(email="held@example.org"), doubt="check")

    admin_client.post(address(campaign), said(letters="send"))
    look_after()

    assert to_house(action).state == State.QUEUED
    assert to_house(held).state == State.WITHDRAWN
    (claimed,) = Message.objects.claim(to_house(action).gateway, 10)
    assert settle(claimed, Result(Outcome.DELIVERED))
    confirmed = client.get(f"/take-action/confirm/{held.confirm_token}/")
    assert "campaign ended before this was confirmed" in page(confirmed)


def test_what_waited_while_paused_goes_out_after_an_end_that_lets_it(campaign: Campaign) -> None:
    create_congress()
    action = take(campaign)
    Campaign.objects.update(status=Status.PAUSED)
    look_after()
    assert to_house(action).state == State.WAITING

    Campaign.objects.get().end(Status.LOST, sends_after_end=True)
    look_after()

    assert to_house(action).state == State.QUEUED


def test_a_deadline_stops_nobodys_letter(campaign: Campaign) -> None:
    action = take(campaign)
    held = take(campaign, person=person(email="held@example.org"), doubt="check")

    Campaign.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    held.confirm()
    look_after()

    assert to_house(action).state == State.QUEUED
    assert to_house(held).state == State.QUEUED


def test_only_whose_action_counts_is_told(campaign: Campaign) -> None:
    acts(campaign, "counts@example.org")
    acts(campaign, "held@example.org", doubt="check", home=("NY", 1))
    acts(campaign, "disowned@example.org", home=("NY", 2)).disown()
    acts(campaign, "withdrawn@example.org", home=("NY", 3)).withdraw()

    campaign.end(Status.WON, outcome_en="It passed.")
    look_after()

    assert told() == ["counts@example.org"]
    assert OutcomeNotice.objects.count() == 2  # disowning deleted one at once
    purge()
    assert OutcomeNotice.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        purge()
    assert not OutcomeNotice.objects.exists()


def test_a_notice_that_is_too_old_goes_untold(campaign: Campaign, settings: LazySettings) -> None:
    acts(campaign, "one@example.org")

    with time_machine.travel(timezone.now() + timedelta(days=settings.OUTCOME_NOTICE_DAYS, minutes=1)):
        campaign.end(Status.WON, outcome_en="It passed.")
        look_after()
        purge()

    assert not told()
    assert not OutcomeNotice.objects.exists()


def test_who_takes_a_letter_back_and_writes_again_is_told(campaign: Campaign) -> None:
    acts(campaign, "one@example.org").withdraw()
    acts(campaign, "one@example.org")

    campaign.end(Status.WON, outcome_en="It passed.")
    look_after()

    assert told() == ["one@example.org"]


def test_the_mail_is_neutral_outside_and_in_the_readers_language_inside(campaign: Campaign) -> None:
    ask_to_be_told(take(campaign), "es@example.org", "es")

    campaign.end(Status.LOST, outcome_en="The bill fell.")
    look_after()

    mail = OutgoingMail.objects.get(kind="outcome")
    assert "fair law" not in mail.subject.lower()
    assert "The bill fell." in mail.text
    assert "/es/take-action/a-fair-law/" in mail.text
    assert "http" in mail.text


def test_a_long_list_is_told_in_batches_and_nobody_twice(campaign: Campaign) -> None:
    emails = [f"p{number}@example.org" for number in range(7)]
    action = take(campaign)
    for email in emails:
        OutcomeNotice.objects.ask(campaign, email, action_id=action.pk, language="en")
    campaign.end(Status.ARCHIVED, outcome_en="We rest.")

    assert [tell_outcomes(at_most=3) for _ in range(4)] == [3, 3, 1, 0]

    assert told() == emails


def test_what_dies_between_mail_and_notice_loses_nobody(campaign: Campaign) -> None:
    acts(campaign, "one@example.org")
    campaign.end(Status.WON, outcome_en="It passed.")

    def die_before_it_commits() -> None:
        with transaction.atomic():
            assert tell_outcomes() == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        die_before_it_commits()

    assert not told()
    assert OutcomeNotice.objects.count() == 1
    look_after()
    assert told() == ["one@example.org"]


def test_an_unreadable_address_stops_nobody_else(campaign: Campaign) -> None:
    acts(campaign, "lost@example.org")
    acts(campaign, "one@example.org", home=("NY", 1))
    with connection.cursor() as cursor:
        first = OutcomeNotice.objects.order_by("pk").values_list("pk", flat=True)[0]
        cursor.execute('UPDATE actions_outcomenotice SET "to" = %s WHERE id = %s', ["nonsense", first])
    campaign.end(Status.WON, outcome_en="It passed.")

    look_after()

    assert told() == ["one@example.org"]


def test_a_campaign_that_opens_again_mails_nobody_a_second_time(admin_client: Client, campaign: Campaign) -> None:
    acts(campaign, "one@example.org")
    admin_client.post(address(campaign), said(letters="send"))
    again = Campaign.objects.get()
    again.status = Status.OPEN
    again.note_times()
    again.save()
    assert (again.closed_at, again.sends_after_end) == (None, False)

    admin_client.post(address(campaign), said(status="lost"))
    look_after()

    assert told() == ["one@example.org"]
    assert Campaign.objects.get().status == Status.LOST


class TestAtTheSameMoment:
    """Real threads, each with its connection to the database."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture(autouse=True)
    def connections(self) -> Iterator[None]:
        """Leave all connections to the threads."""
        yield
        connection.close()

    def test_eight_presses_end_it_once_and_eight_sweeps_tell_once(self) -> None:
        campaign = create_campaign()
        emails = sorted(f"p{number}@example.org" for number in range(12))
        action = Action.objects.take(submission(campaign))[0]
        for email in emails:
            OutcomeNotice.objects.ask(campaign, email, action_id=action.pk, language="en")

        def press(number: int) -> bool:
            try:
                form = EndForm(said(status=["won", "lost"][number % 2], outcome_en=f"By {number}."))
                assert form.is_valid()
                ended = end(campaign, form)
                tell_outcomes()
                return ended
            finally:
                connection.close()

        connection.close()
        with ThreadPoolExecutor(8) as pool:
            ended = list(pool.map(press, range(8)))

        assert sum(ended) == 1
        assert Campaign.objects.get().outcome_en == f"By {ended.index(True)}."  # type: ignore[attr-defined]  # a column of the translation
        assert told() == emails
