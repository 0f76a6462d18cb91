"""The table of a message's life, walked at random."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.states import FINAL, LIFE, IllegalStep, State, check_step


@settings(max_examples=2000)
@given(st.lists(st.integers(min_value=0), max_size=30))
def test_every_walk_stays_inside_the_table_and_can_end(choices: list[int]) -> None:
    state = State.HELD
    for choice in choices:
        following = sorted(LIFE[state].next)
        if not following:
            break
        following_state = following[choice % len(following)]
        check_step(state, following_state)
        state = State(following_state)

    steps = 0
    while LIFE[state].lasts is not None:  # nothing happens any more: deadlines alone must end it
        then = LIFE[state].then
        assert then is not None
        assert then in LIFE[state].next
        state, steps = then, steps + 1
        assert steps < len(LIFE)
    assert state in FINAL


@pytest.mark.parametrize(("old", "new"), [
    (State.DELIVERED, State.QUEUED), (State.WITHDRAWN, State.SENDING), (State.HELD, State.DELIVERED),
    (State.SELF_SERVE, State.DELIVERED), (State.FAILED, State.QUEUED),
])
def test_a_step_the_table_does_not_allow_raises(old: State, new: State) -> None:
    with pytest.raises(IllegalStep):
        check_step(old, new)
