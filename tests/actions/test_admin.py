"""What staff may say of letters: given back, or accepted after all; by permission, in the history, counted at once."""

import pytest
from django.conf import LazySettings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client

from actions.congress.models import Seat
from actions.delivery.outcomes import Outcome, Result
from actions.models import Message, Office, read_counters
from actions.states import State
from tests.factories import create_campaign, settle, take_many

pytestmark = pytest.mark.django_db

LIST = "/admin/actions/message/"


def staff(client: Client, *permissions: str) -> Client:
    """Sign somebody in who has these permissions and no others."""
    user = User.objects.create_user("ana", password="only for tests", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions, content_type__app_label="actions"))
    client.force_login(user)
    return client


@pytest.fixture
def letters(settings: LazySettings) -> list[Message]:
    """One letter delivered, one whose fate is unknown, one not tried."""
    settings.CWC_HOUSE_DROPS_REPEATS = False
    take_many(create_campaign(), 3)
    for row, outcome in zip(Message.objects.claim("house", 2), (Outcome.DELIVERED, Outcome.UNKNOWN), strict=True):
        settle(row, Result(outcome))
    return list(Message.objects.filter(gateway="house").order_by("pk"))


def mark(client: Client, action: str, letters: list[Message]) -> str:
    chosen = {"action": action, "_selected_action": [row.pk for row in letters]}
    return client.post(LIST, chosen, follow=True).content.decode()


def states(letters: list[Message]) -> list[str]:
    return [Message.objects.get(pk=row.pk).state for row in letters]


def test_what_an_office_gave_back_is_uncounted_and_noted(client: Client, letters: list[Message]) -> None:
    page = mark(staff(client, "view_message", "change_message"), "mark_returned", letters)

    assert states(letters) == [State.RETURNED, State.RETURNED, State.QUEUED]
    assert "2 letters changed." in page
    assert "1 letter stays as it is" in page
    assert LogEntry.objects.count() == 2
    assert read_counters()["messages"] == 0


def test_what_an_office_has_after_all_is_counted(client: Client, letters: list[Message]) -> None:
    before = read_counters()["messages"]

    mark(staff(client, "view_message", "change_message"), "mark_accepted", letters)

    assert states(letters) == [State.DELIVERED, State.DELIVERED, State.QUEUED]
    assert read_counters()["messages"] == before + 1


def test_who_may_only_look_marks_nothing(client: Client, letters: list[Message]) -> None:
    page = mark(staff(client, "view_message"), "mark_returned", letters)

    assert states(letters) == [State.DELIVERED, State.UNKNOWN, State.QUEUED]
    assert "mark_returned" not in page


def test_staff_enter_where_an_office_takes_mail_and_nothing_else(client: Client) -> None:
    seat = Seat.objects.get(state="NJ", senate_class=1)
    office = Office.objects.create(seat=seat, takes_part=True)

    staff(client, "view_office", "change_office").post(
        f"/admin/actions/office/{office.pk}/change/",
        {"email": "office@example.org", "takes_part": "", "failures": "9"},
    )

    office.refresh_from_db()
    assert (office.email, office.takes_part, office.failures) == ("office@example.org", True, 0)
