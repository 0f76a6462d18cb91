"""What one try leads to, and when the next one is due: the rules alone, without a database or a clock."""

from dataclasses import dataclass
from datetime import timedelta
from random import uniform

from actions.delivery.outcomes import Outcome
from actions.states import State

# What comes after each try that took nothing; the last one repeats until GIVE_UP_AFTER.
RETRY_AFTER = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(hours=6), timedelta(hours=12),
)
GIVE_UP_AFTER = timedelta(days=7)


def jitter() -> float:
    """Return by how much to stretch a wait, at random."""
    return uniform(0.9, 1.1)  # noqa: S311  # no secret


@dataclass(frozen=True)
class Next:
    """The state a message goes to, and how long it waits there until its next try."""

    state: State
    wait: timedelta | None = None


def after_try(
    outcome: Outcome, *, attempts: int, trying_for: timedelta, drops_repeats: bool, may_have_arrived: bool = False,
    retry_after: int | None = None, jitter: float = 1.0,
) -> Next:
    """Return where a message goes after a try that counts.

    `attempts` counts this one; `trying_for` is the time since the letter was first due. `may_have_arrived`: an
    earlier try ended without an answer. `retry_after` is what the far end asked for, in seconds; `jitter`
    stretches the wait, so that letters that were turned away together do not come back together.
    """
    if outcome == Outcome.DELIVERED:
        return Next(State.DELIVERED)
    if outcome == Outcome.REFUSED:
        return Next(State.FAILED)
    if outcome == Outcome.NOT_ENABLED:
        return Next(State.SELF_SERVE)
    unknown = outcome == Outcome.UNKNOWN
    if unknown and not drops_repeats:
        return Next(State.UNKNOWN)
    if trying_for > GIVE_UP_AFTER:
        return Next(State.UNKNOWN if unknown or may_have_arrived else State.FAILED)
    gap = RETRY_AFTER[min(max(attempts, 1), len(RETRY_AFTER)) - 1]
    return Next(State.QUEUED, max(gap * jitter, timedelta(seconds=retry_after or 0)))


def after_lost_lease(
    *, attempts: int, trying_for: timedelta, drops_repeats: bool, may_have_arrived: bool, jitter: float = 1.0
) -> Next:
    """Return where a message goes whose worker died. `may_have_arrived`: a body of it has begun to leave, ever.

    The first death costs no time; a message whose workers keep dying waits longer each time, like any other.
    """
    if may_have_arrived and not drops_repeats:
        return Next(State.UNKNOWN)
    following = after_try(
        Outcome.TRY_LATER, attempts=attempts, trying_for=trying_for, drops_repeats=drops_repeats,
        may_have_arrived=may_have_arrived, jitter=jitter,
    )
    if following.state == State.QUEUED and attempts <= 1:
        return Next(State.QUEUED, timedelta(0))
    return following
