"""A finished course: counted once, whatever is pressed how often, and what its receipt says."""

from datetime import timedelta

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from actions.models import Action, Certificate, Enrolment, OutcomeNotice, read_counters
from actions.tasks import purge
from campaigns.models import Campaign, Kind, Status
from newsletter.models import Subscriber
from tests.actions.learning import do_all, enrolment_of, finish, finished, right, start
from tests.actions.test_course import text
from tests.factories import create_campaign, create_course, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Campaign:
    return create_course(3, slug="the-course")


class TestFinish:
    """Counted once, and only when everything is done."""

    def test_a_finished_course_is_an_action_and_leads_to_the_receipt(self, client: Client, course: Campaign) -> None:
        mine = start(client, course)
        do_all(client, course, mine)

        answer = finish(client, mine)

        action = Action.objects.get()
        assert answer["Location"] == action.get_absolute_url()
        assert (action.kind, action.person_key, action.email_key) == (Kind.TRAINING, "", "")
        assert read_counters()["actions"] == read_counters(course)["actions"] == 1
        assert not Certificate.objects.exists()
        assert not Subscriber.objects.exists()
        assert "You finished the course on" in text(client.get(mine))

    def test_again_and_again_it_counts_once(self, client: Client, course: Campaign) -> None:
        mine = start(client, course)
        do_all(client, course, mine)

        leads_to = {finish(client, mine, name=name)["Location"] for name in ("Ana", "Ana", "", "Bea")}
        do_all(client, course, mine)
        leads_to.add(finish(client, mine)["Location"])

        assert leads_to == {Action.objects.get().get_absolute_url()}
        assert read_counters()["actions"] == 1
        assert Certificate.objects.get().name == "Ana"

    def test_what_is_not_done_cannot_be_finished(self, client: Client, course: Campaign) -> None:
        mine = start(client, course)
        client.post(f"{mine}1/", {"answer": right(course.lessons.all()[0]).pk})

        answer = finish(client, mine, name="Ana Muster")

        assert answer["Location"] == mine
        assert not Action.objects.exists()
        assert not Certificate.objects.exists()

    def test_two_learners_count_twice(self, client: Client, course: Campaign) -> None:
        finished(client, course)
        finished(client, course)

        assert read_counters()["actions"] == 2

    def test_boxes_are_kept_only_where_they_are_ticked(self, client: Client, course: Campaign) -> None:
        finished(client, course, email="ana@example.org", outcome="on")
        finished(client, course, email="bea@example.org", news="on", outcome="on")

        assert OutcomeNotice.objects.count() == 2
        assert Subscriber.objects.count() == 1

    @pytest.mark.parametrize(("typed", "words"), [
        ({"email": "not an address"}, "Enter an email address in the form"),
        ({"news": "on"}, "Enter your email address, or untick the boxes."),
        ({"name": "x" * 81}, "Use at most 80 characters"),
    ], ids=["email", "no email", "name"])
    def test_a_mistake_is_said_and_nothing_is_counted(
        self, client: Client, course: Campaign, typed: dict[str, str], words: str
    ) -> None:
        mine = start(client, course)
        do_all(client, course, mine)

        answer = finish(client, mine, **typed)

        assert answer.status_code == 422
        assert words in text(answer)
        assert not Action.objects.exists()

    def test_a_filled_trap_holds_it_and_the_certificate_is_made_all_the_same(
        self, client: Client, course: Campaign
    ) -> None:
        finished(client, course, name="Ana Muster", website="https://spam.example")

        assert Action.objects.get().counted_at is None
        assert read_counters()["actions"] == 0
        assert Certificate.objects.count() == 1

    def test_a_course_closed_meanwhile_may_be_read_and_is_not_counted(self, client: Client, course: Campaign) -> None:
        mine, done = start(client, course), finished(client, course, name="Ana Muster")
        do_all(client, course, mine)
        Campaign.objects.filter(pk=course.pk).update(status=Status.ARCHIVED)

        answer = finish(client, mine, name="Bea")

        page = text(client.get(answer["Location"]))
        assert "This course is closed." in page
        assert "finishing it does not count now" in page
        assert 'name="act" value="finish"' not in page
        assert "Text 2" in text(client.get(f"{mine}2/"))
        assert "Ana Muster" in text(client.get(f"{done}certificate/"))
        assert Action.objects.count() == Certificate.objects.count() == 1

    def test_what_expires_leaves_the_action(self, client: Client, course: Campaign) -> None:
        finished(client, course)

        with time_machine.travel(timezone.now() + timedelta(days=181)):
            purge()

        assert not Enrolment.objects.exists()
        assert read_counters()["actions"] == Action.objects.count() == 1


class TestReceipt:
    """The part of the receipt that is about a course."""

    def test_it_leads_to_the_certificate_or_to_a_name_for_it_and_shows_none(
        self, client: Client, course: Campaign
    ) -> None:
        with_name = enrolment_of(finished(client, course, name="Ana Muster"))
        without = enrolment_of(finished(client, course))

        pages = [
            text_of_the_part(enrolment.action) for enrolment in (with_name, without)
        ]

        assert with_name.certificate_url in pages[0]
        assert "Ana" not in pages[0]
        assert "Put a name on your certificate" in pages[1]

    def test_it_says_so_when_the_progress_is_deleted(self, client: Client, course: Campaign) -> None:
        mine = finished(client, course)
        action = enrolment_of(mine).action
        Enrolment.objects.all().delete()
        assert action
        action.refresh_from_db()

        assert "href" not in text_of_the_part(Action.objects.get(pk=action.pk))
        assert "You finished the course." in text_of_the_part(Action.objects.get(pk=action.pk))


def text_of_the_part(action: Action | None) -> str:
    return render_to_string("actions/receipt/_training.html", {"action": action})


def test_letters_have_no_course(client: Client) -> None:
    assert "href" not in text_of_the_part(take(create_campaign()))
