"""One person, one campaign, one office, one message; and what happens to everybody else."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from actions.models import Action, Message, Sender, Submission, read_counters
from actions.states import State
from actions.tasks import purge
from campaigns.models import Campaign, Status
from tests.factories import create_campaign, create_congress, person, submission, take

pytestmark = pytest.mark.django_db


def states(action: Action) -> list[str]:
    return [message.state for message in action.messages.order_by("seat__chamber", "pk")]


def test_an_action_is_stored_whole_and_counted_once() -> None:
    create_congress()
    campaign = create_campaign()

    action = take(campaign, own_words="I live here and I care.")

    assert states(action) == [State.QUEUED, State.SELF_SERVE, State.SELF_SERVE]
    assert read_counters()["actions"] == 1
    assert read_counters()["messages"] == 0
    letter = action.messages.get(seat__chamber="house").read_letter()
    assert letter is not None
    assert (letter.office, letter.own_words) == ("HNJ08", "I live here and I care.")


def test_nothing_personal_can_be_read_in_the_database() -> None:
    take(create_campaign(), person=person(first_name="Zebulon", address1="77 Canary Street"), own_words="parrot talk")

    with connection.cursor() as cursor:
        dump = ""
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # the names come from the database itself
            dump += repr(cursor.fetchall())

    for canary in ("Zebulon", "Canary", "parrot", "ana@example.org"):
        assert canary not in dump


def test_the_same_one_time_key_ends_on_the_same_receipt() -> None:
    campaign = create_campaign()
    reviewed = submission(campaign)

    first, is_new = Action.objects.take(reviewed)
    again, is_new_again = Action.objects.take(reviewed)

    assert (is_new, is_new_again) == (True, False)
    assert first == again
    assert Message.objects.count() == 3


@pytest.mark.parametrize("again", [
    {"email": "ANA@example.org"}, {"email": "ana+again@example.org"}, {"first_name": "ANÁ"}, {"last_name": "Mus ter"},
])
def test_a_second_submission_by_one_person_is_held_and_confirming_shows_the_first(again: dict[str, str]) -> None:
    campaign = create_campaign()
    first = take(campaign)

    second = take(campaign, person=person(**again))

    assert states(second) == [State.HELD] * 3
    assert second.confirm() == first
    assert states(second) == [State.WITHDRAWN] * 3
    assert read_counters()["actions"] == 1


def test_a_second_name_under_a_counted_mailbox_counts_once_the_mailbox_confirms() -> None:
    campaign = create_campaign()
    take(campaign)

    second = take(campaign, person=person(first_name="Ben"))
    counted_before = read_counters()["actions"]
    confirmed = second.confirm()

    assert counted_before == 1
    assert confirmed == second
    assert states(second) == [State.QUEUED, State.SELF_SERVE, State.SELF_SERVE]
    assert read_counters()["actions"] == 2


def test_confirming_twice_counts_once() -> None:
    action = take(create_campaign(), doubt="check")

    action.confirm()
    action.confirm()

    assert read_counters()["actions"] == 1


def test_the_same_person_may_act_in_another_campaign() -> None:
    take(create_campaign())
    take(create_campaign())

    assert read_counters()["actions"] == 2


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_submissions_of_one_review_make_one_action() -> None:
    reviewed = submission(create_campaign())

    tokens = _in_parallel([reviewed] * 50)

    assert len(set(tokens)) == 1
    assert Action.objects.count() == 1
    assert Message.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_fifty_parallel_reviews_by_one_person_one_counts_and_the_others_are_held() -> None:
    campaign = create_campaign()
    reviews = [submission(campaign, once=secrets.token_hex(8)) for _ in range(50)]

    _in_parallel(reviews)

    assert Action.objects.filter(counted_at__isnull=False).count() == 1
    assert Action.objects.filter(counted_at=None).count() == 49
    assert read_counters()["actions"] == 1


def _in_parallel(reviews: list[Submission]) -> list[str]:
    def one(review: Submission) -> str:
        try:
            return Action.objects.take(review)[0].receipt_token
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, reviews))


def test_who_stops_everything_may_write_again() -> None:
    campaign = create_campaign()
    first = take(campaign)

    stopped = first.withdraw()
    counted_after_stopping = read_counters()["actions"]
    second = take(campaign, own_words="A better letter, with care.")

    assert stopped == 1
    assert states(first) == [State.WITHDRAWN] * 3
    assert counted_after_stopping == 0
    assert states(second) == [State.QUEUED, State.SELF_SERVE, State.SELF_SERVE]
    assert read_counters()["actions"] == 1


def test_who_has_written_to_one_office_by_hand_has_acted_whatever_is_stopped() -> None:
    campaign = create_campaign()
    first = take(campaign)
    first.messages.filter(state=State.SELF_SERVE).update(self_sent_at=timezone.now())

    first.withdraw()

    assert read_counters()["actions"] == 1


def test_a_held_letter_confirmed_after_the_end_is_not_sent() -> None:
    campaign = create_campaign()
    held = take(campaign, doubt="check")
    Campaign.objects.filter(pk=campaign.pk).update(status=Status.LOST)

    Action.objects.get(pk=held.pk).confirm()

    assert states(held) == [State.WITHDRAWN] * 3
    assert read_counters()["actions"] == 0


def test_a_letter_to_an_empty_seat_waits() -> None:
    create_congress()

    action = take(create_campaign(), home=("CA", 14))

    assert states(action)[0] == State.WAITING


def test_while_a_new_congress_is_being_seated_letters_to_the_house_wait() -> None:
    create_congress()
    campaign = create_campaign()

    with time_machine.travel("2027-01-03 17:30:00+00:00", tick=False):
        action = take(campaign)

    assert states(action) == [State.WAITING, State.SELF_SERVE, State.SELF_SERVE]


def test_without_credentials_the_sender_sends_by_hand(settings: LazySettings) -> None:
    settings.CWC_HOUSE_KEY = ""

    action = take(create_campaign())

    assert states(action) == [State.SELF_SERVE] * 3


def test_people_are_forgotten_28_days_after_their_last_letter_and_totals_stay() -> None:
    action = take(create_campaign())
    action.messages.filter(state=State.QUEUED).move(State.QUEUED, State.WITHDRAWN)

    with time_machine.travel(timezone.now() + timedelta(days=27)):
        purge()
        kept = Sender.objects.count()
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        purge()

    assert kept == 1
    assert Sender.objects.count() == 0
    assert [message.letter for message in action.messages.all()] == [None] * 3
    assert read_counters()["actions"] == 1


def test_a_held_action_that_nobody_confirms_ends_after_seven_days_and_is_never_counted() -> None:
    action = take(create_campaign(), doubt="check")

    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        purge()
        action.confirm()

    assert states(action) == [State.EXPIRED] * 3
    assert read_counters()["actions"] == 0
