"""What an office's system says later: a file is taken whole and once, and counters follow."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from actions.acknowledgements import take_files
from actions.audit import findings
from actions.delivery.outcomes import Outcome, Result
from actions.models import Message, read_counters
from actions.states import State
from actions.tasks import tell_senders
from newsletter.models import OutgoingMail
from tests.factories import create_campaign, settle, take_many

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters() -> list[Message]:
    """Three letters: two delivered, the fate of the third unknown."""
    take_many(create_campaign(), 3)
    rows = Message.objects.claim("house", 3)
    for row, outcome in zip(rows, (Outcome.DELIVERED, Outcome.DELIVERED, Outcome.REFUSED), strict=True):
        settle(row, Result(outcome))
    Message.objects.filter(pk=rows[2].pk).update(state=State.UNKNOWN, finished_at=None, news_since=None)
    return rows


def drop(folder: Path, text: str, name: str = "today.csv", age: int = 60) -> Path:
    """Put a file into the folder that has been quiet for so many seconds."""
    file = folder / name
    file.write_text(text)
    written = file.stat().st_mtime - age
    os.utime(file, (written, written))
    return file


def states(letters: list[Message]) -> list[str]:
    return [Message.objects.get(pk=row.pk).state for row in letters]


def test_a_file_gives_letters_back_and_settles_what_was_unknown(letters: list[Message], tmp_path: Path) -> None:
    first, _, unknown = letters
    file = drop(tmp_path, (
        "delivery_id,state,reason\n"
        f"{first.delivery_id},returned,not a constituent!\n{unknown.delivery_id},accepted,\n"
    ))

    changed = take_files(tmp_path)

    assert changed == 2
    assert states(letters) == [State.RETURNED, State.DELIVERED, State.DELIVERED]
    assert read_counters()["messages"] == 2
    assert Message.objects.get(pk=first.pk).error == "returned notaconstituent"
    assert not file.exists()
    assert (tmp_path / "today.csv.done").exists()
    assert findings() == []


def test_whoever_wrote_a_letter_that_came_back_is_told(letters: list[Message], tmp_path: Path) -> None:
    drop(tmp_path, f"delivery_id,state\n{letters[0].delivery_id},returned\n")
    take_files(tmp_path)

    assert tell_senders() == 1

    assert OutgoingMail.objects.get().to == "p0@example.org"


def test_the_same_file_twice_changes_nothing_more(letters: list[Message], tmp_path: Path) -> None:
    text = f"delivery_id,state\n{letters[0].delivery_id},returned\n"
    drop(tmp_path, text)
    take_files(tmp_path)

    drop(tmp_path, text, name="again.csv")

    assert take_files(tmp_path) == 0
    assert read_counters()["messages"] == 1


@pytest.mark.parametrize("text", [
    "", "id,status\nx,y\n", "delivery_id,state\nshort,returned\n", "delivery_id,state\n{good},maybe\n",
    "delivery_id,state\n{good},returned\n{good}\n", "<html></html>", "delivery_id,state\n{good},returned\n\x00,\x00\n",
])
def test_a_file_that_cannot_be_read_is_set_aside_and_nothing_of_it_is_taken(
    letters: list[Message], tmp_path: Path, text: str
) -> None:
    drop(tmp_path, text.replace("{good}", letters[0].delivery_id))

    assert take_files(tmp_path) == 0

    assert states(letters)[0] == State.DELIVERED
    assert [file.name for file in tmp_path.iterdir()] == ["today.csv.bad"]


def test_a_file_that_may_still_be_written_is_left_for_later(letters: list[Message], tmp_path: Path) -> None:
    file = drop(tmp_path, f"delivery_id,state\n{letters[0].delivery_id},returned\n", age=0)

    assert take_files(tmp_path) == 0
    assert file.exists()


def test_ids_that_are_not_ours_and_letters_that_were_never_taken_change_nothing(
    letters: list[Message], tmp_path: Path
) -> None:
    withdrawn = letters[1]
    Message.objects.filter(pk=withdrawn.pk).update(state=State.WITHDRAWN)
    drop(tmp_path, f"delivery_id,state\n{'a' * 32},returned\n{withdrawn.delivery_id},accepted\n")

    assert take_files(tmp_path) == 0
    assert Message.objects.get(pk=withdrawn.pk).state == State.WITHDRAWN


@pytest.mark.parametrize(("state", "facts"), [
    (State.QUEUED, {"due": timezone.now()}), (State.UNCONFIRMED, {"finished_at": timezone.now()}),
])
def test_a_late_word_settles_what_was_asked_again_or_given_up(
    letters: list[Message], tmp_path: Path, state: State, facts: dict[str, object]
) -> None:
    Message.objects.filter(pk=letters[2].pk).update(state=state, body_started_at=timezone.now(), **facts)
    drop(tmp_path, f"delivery_id,state\n{letters[2].delivery_id},accepted\n")

    assert take_files(tmp_path) == 1

    assert states(letters)[2] == State.DELIVERED
    assert read_counters()["messages"] == 3
    assert findings() == []


def test_one_file_that_cannot_be_renamed_stops_no_other(letters: list[Message], tmp_path: Path) -> None:
    first = drop(tmp_path, f"delivery_id,state\n{letters[0].delivery_id},returned\n", name="a.csv")
    (tmp_path / "a.csv.done").mkdir()  # in the way
    (tmp_path / "a.csv.done" / "something").touch()
    drop(tmp_path, f"delivery_id,state\n{letters[1].delivery_id},returned\n", name="b.csv")

    take_files(tmp_path)

    assert states(letters)[:2] == [State.RETURNED, State.RETURNED]
    assert first.exists()


def test_a_folder_that_is_missing_is_an_empty_one(tmp_path: Path) -> None:
    assert take_files(tmp_path / "nowhere") == 0
