"""The table of a message's life, walked by whatever may happen to a message, in any order."""

import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.delivery.outcomes import Outcome
from actions.retries import GIVE_UP_AFTER, RETRY_AFTER, Next, after_lost_lease, after_try
from actions.states import FINAL, LIFE, TOLD, IllegalStep, State, check_step

WALKS = int(os.environ.get("STATE_WALKS", "2000"))  # `make faults` walks 100,000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Life:
    """One message and a clock: what may happen to it, by the rules alone."""

    drops_repeats: bool
    state: State = State.HELD
    clock: timedelta = timedelta(0)
    since: timedelta = timedelta(0)  # when it came into its state
    first_due: timedelta = timedelta(0)
    due: timedelta = timedelta(0)
    attempts: int = 0
    body_started: bool = False
    may_have_arrived: bool = False
    seen: list[State] = field(default_factory=list)

    def go(self, following: Next) -> None:
        check_step(self.state, following.state)
        if following.state == State.QUEUED and self.state not in (State.SENDING, State.QUEUED):
            self.first_due = self.clock
        self.state, self.since = following.state, self.clock
        self.due = self.clock + (following.wait or timedelta(0))
        self.seen.append(self.state)

    def meet(self, event: str, outcome: Outcome) -> None:
        """Let one thing happen, where it can."""
        tried: dict[str, Any] = {
            "attempts": self.attempts, "trying_for": self.clock - self.first_due, "drops_repeats": self.drops_repeats,
        }
        if event == "an hour goes by":
            self.pass_time(HOUR)
        elif event == "a day goes by":
            self.pass_time(DAY)
        elif event == "confirmed" and self.state == State.HELD:
            self.go(Next(State.QUEUED))
        elif event == "seat empty" and self.state == State.HELD:
            self.go(Next(State.WAITING))
        elif event == "seat filled" and self.state == State.WAITING:
            self.go(Next(State.QUEUED))
        elif event == "no route" and self.state in (State.HELD, State.QUEUED, State.WAITING) and not self.body_started:
            self.go(Next(State.SELF_SERVE))
        elif event == "withdrawn" and self.state in (State.HELD, State.QUEUED, State.WAITING) and not self.body_started:
            self.go(Next(State.WITHDRAWN))
        elif event == "paused" and self.state == State.QUEUED and not self.body_started:
            self.go(Next(State.WAITING))
        elif event == "claimed" and self.state == State.QUEUED and self.due <= self.clock:
            self.attempts += 1
            self.may_have_arrived = self.body_started
            self.go(Next(State.SENDING))
        elif event == "body leaves" and self.state == State.SENDING:
            self.body_started = True
        elif event == "answered" and self.state == State.SENDING:
            self.go(after_try(outcome, may_have_arrived=self.may_have_arrived, **tried))
            self.body_started = self.may_have_arrived or outcome == Outcome.UNKNOWN
        elif event == "worker died" and self.state == State.SENDING:
            self.go(after_lost_lease(may_have_arrived=self.body_started, **tried))
        elif event == "given back" and self.state in (State.DELIVERED, State.UNKNOWN):
            self.go(Next(State.RETURNED))
        elif event == "acknowledged" and self.state == State.UNKNOWN:
            self.go(Next(State.DELIVERED))

    def pass_time(self, lasts: timedelta) -> None:
        """Move the clock; whatever has reached its deadline goes where the table says."""
        self.clock += lasts
        row = LIFE[self.state]
        since = self.first_due if self.state == State.QUEUED else self.since
        if row.lasts is None or row.then is None or self.clock - since < row.lasts:
            return
        if self.state == State.SENDING:
            self.meet("worker died", Outcome.UNKNOWN)
        elif self.state == State.QUEUED and self.body_started:
            self.go(Next(State.UNKNOWN))
        else:
            self.go(Next(row.then))


EVENTS = (
    "an hour goes by", "a day goes by", "confirmed", "seat empty", "seat filled", "no route", "withdrawn", "paused",
    "claimed", "body leaves", "answered", "worker died", "given back", "acknowledged",
)
# Most walks should get far: the steps on the way out are likelier than the rest.
LIKELY = (*EVENTS, "confirmed", "confirmed", "claimed", "claimed", "body leaves", "answered", "answered")


@settings(max_examples=WALKS, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(LIKELY), st.sampled_from(Outcome)), max_size=60), st.booleans(),
)
def test_whatever_happens_in_whatever_order_no_step_is_illegal_and_time_alone_ends_it(
    events: list[tuple[str, Outcome]], drops_repeats: bool
) -> None:
    life = Life(drops_repeats)
    for event, outcome in events:
        life.meet(event, outcome)

    for _ in range(200):  # nothing happens any more: only days go by
        if life.state in FINAL:
            break
        life.pass_time(DAY)

    assert life.state in FINAL
    after_delivery = life.seen[life.seen.index(State.DELIVERED) + 1:] if State.DELIVERED in life.seen else []
    assert set(after_delivery) <= {State.RETURNED}


@settings(max_examples=WALKS, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(LIKELY), st.sampled_from(Outcome)), max_size=60))
def test_where_repeats_would_count_nothing_leaves_again_once_it_may_have_arrived(
    events: list[tuple[str, Outcome]]
) -> None:
    life = Life(drops_repeats=False)
    bodies_without_a_no = 0

    for event, outcome in events:
        if event == "body leaves" and life.state == State.SENDING and not life.body_started:
            bodies_without_a_no += 1
        told_no = event == "answered" and life.state == State.SENDING and outcome != Outcome.UNKNOWN
        life.meet(event, outcome)
        bodies_without_a_no = 0 if told_no else bodies_without_a_no
        assert bodies_without_a_no <= 1


@pytest.mark.parametrize(("old", "new"), [
    (State.DELIVERED, State.QUEUED), (State.WITHDRAWN, State.SENDING), (State.HELD, State.DELIVERED),
    (State.SELF_SERVE, State.DELIVERED), (State.FAILED, State.QUEUED),
])
def test_a_step_the_table_does_not_allow_raises(old: State, new: State) -> None:
    with pytest.raises(IllegalStep):
        check_step(old, new)


def test_every_state_has_a_deadline_that_leads_somewhere_or_is_an_end() -> None:
    for state, row in LIFE.items():
        assert (row.lasts is None) == (row.then is None) == (state in FINAL)
        assert row.then is None or row.then in row.next


def test_senders_are_told_of_steps_that_the_table_allows() -> None:
    for old, new in TOLD:
        check_step(old, new)


@pytest.mark.parametrize(("outcome", "drops_repeats", "state"), [
    (Outcome.DELIVERED, False, State.DELIVERED),
    (Outcome.REFUSED, False, State.FAILED),
    (Outcome.NOT_ENABLED, False, State.SELF_SERVE),
    (Outcome.TRY_LATER, False, State.QUEUED),
    (Outcome.UNKNOWN, False, State.UNKNOWN),
    (Outcome.UNKNOWN, True, State.QUEUED),
])
def test_what_a_try_leads_to(outcome: Outcome, drops_repeats: bool, state: State) -> None:
    assert after_try(outcome, attempts=1, trying_for=HOUR, drops_repeats=drops_repeats).state == state


def test_what_got_no_answer_once_is_never_said_not_to_have_arrived() -> None:
    following = after_try(
        Outcome.TRY_LATER, attempts=9, trying_for=GIVE_UP_AFTER + HOUR, drops_repeats=True, may_have_arrived=True
    )

    assert following.state == State.UNKNOWN


def test_gaps_grow_to_twelve_hours_and_stretch_to_what_the_far_end_asks() -> None:
    gaps = [
        after_try(Outcome.TRY_LATER, attempts=n, trying_for=HOUR, drops_repeats=True).wait for n in range(1, 9)
    ]
    asked = after_try(Outcome.TRY_LATER, attempts=1, trying_for=HOUR, drops_repeats=True, retry_after=4000)

    assert gaps == [*RETRY_AFTER, RETRY_AFTER[-1], RETRY_AFTER[-1]]
    assert asked.wait == timedelta(seconds=4000)
