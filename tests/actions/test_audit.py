"""The recount: it finds what is wrong, says so without a name, and finds nothing where all is well."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from actions.audit import findings
from actions.delivery.outcomes import Outcome, Result
from actions.models import Action, CounterDelta, Message
from actions.states import State
from actions.tasks import check_ledger, purge, sweep
from tests.factories import create_campaign, settle, take, take_many

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def letters() -> list[Message]:
    take_many(create_campaign(), 4)
    rows = Message.objects.claim("house", 2)
    settle(rows[0], Result(Outcome.DELIVERED))
    settle(rows[1], Result(Outcome.TRY_LATER, "http_503"))
    return list(Message.objects.filter(gateway="house").order_by("pk"))


def test_where_all_is_well_it_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_ledger")

    assert findings() == []
    assert "actions: 4, pledges: 0, messages: 1" in capsys.readouterr().out


def test_a_counter_that_differs_is_found() -> None:
    CounterDelta.objects.filter(counter="messages").delete()

    (found,) = findings()

    assert found.startswith("messages of campaign")
    assert found.endswith("0 shown, 1 in rows")
    with pytest.raises(CommandError, match="0 shown, 1 in rows"):
        call_command("check_ledger")


@pytest.mark.parametrize(("wrong", "what"), [
    ({"state": State.FAILED}, "ended without a time"),
    ({"finished_at": timezone.now()}, "going on, with a time of its end"),
    ({"letter": None}, "going on without a letter"),
    ({"state": State.HELD}, "held, of an action that counts"),
    ({"state": State.WITHDRAWN, "finished_at": timezone.now(), "body_started_at": timezone.now()}, "withdrawn"),
    ({"news_since": timezone.now() - timedelta(hours=2)}, "whose sender was not told"),
    ({"queued_at": timezone.now() - timedelta(days=9)}, "past the deadline of queued"),
    ({"state": State.UNKNOWN, "changed_at": timezone.now() - timedelta(days=8)}, "past the deadline of unknown"),
    ({"state": State.WAITING, "changed_at": timezone.now() - timedelta(days=91)}, "past the deadline of waiting"),
    ({"state": State.SENDING, "lease_id": "x", "lease_ends": timezone.now() - timedelta(hours=2)}, "with a lease"),
])
def test_a_row_that_the_table_does_not_allow_is_found(
    wrong: dict[str, object], what: str, caplog: pytest.LogCaptureFixture
) -> None:
    last = Message.objects.filter(gateway="house").latest("pk")
    Message.objects.filter(pk=last.pk).update(**wrong)

    check_ledger()

    assert any(what in line for line in findings())
    assert what in caplog.text


def test_what_the_tasks_of_each_hour_have_put_right_is_no_finding() -> None:
    Message.objects.filter(state=State.QUEUED).update(queued_at=timezone.now() - timedelta(days=9))
    before = findings()

    purge()
    sweep()

    assert before
    assert findings() == []


def test_a_counted_action_that_is_no_more_is_found() -> None:
    Action.objects.filter(pk=take(create_campaign()).pk).update(counted_at=None)

    assert any("does not count, and yet under way" in line for line in findings())
