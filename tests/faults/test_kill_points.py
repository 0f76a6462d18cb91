"""A process dies at each point of a letter's way: what can be known is decided, the rest is never sent again."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.figures import record, size
from tests.faults.programs import congress, run
from tests.faults.servers import Postgres, counted, rows
from tests.running import times_accepted

pytestmark = pytest.mark.processes

KILLS = size(3, 200)  # at each point
# What has come of a letter in the end, and how often its office has it, where repeats would count. Between the
# permission for the body and the commit of the answer nobody but the office can know.
KNOWN = {
    "before-claim": ("delivered", 1),
    "claimed": ("delivered", 1),
    "connected": ("delivered", 1),
    "permitted": ("unknown", 0),
    "body-sent": ("unknown", 1),
    "answered": ("unknown", 1),
    "before-commit": ("unknown", 1),
    "committed": ("delivered", 1),
}
REPEATS = {"where repeats would count": False, "where repeats are dropped": True}


@pytest.mark.parametrize("dropped", REPEATS.values(), ids=REPEATS)
def test_killed_at_any_point_nothing_is_doubled_and_only_what_nobody_can_know_is_parked(
    postgres: Postgres, tmp_path: Path, dropped: bool
) -> None:
    url, log = postgres.new_database(), tmp_path / "gateway" / "received.jsonl"
    with congress(log.parent, keep_repeats=not dropped) as gateway:
        deaths = json.loads(run(
            "dying", str(KILLS), DATABASE_URL=url, CWC_HOUSE_URL=gateway.url, CWC_SENATE_URL=gateway.url,
            CWC_HOUSE_DROPS_REPEATS=str(dropped), VAR_DIR=str(tmp_path),
        ))

    stored = rows(
        url, "SELECT source, m.state, delivery_id FROM actions_message m JOIN actions_action a ON a.id = action_id"
    )
    times = times_accepted(log)
    found = Counter((point, state, times[delivery_id]) for point, state, delivery_id in stored)
    parked = sum(number for (_, state, _), number in found.items() if state == "unknown")
    record(
        fault=f"killed at {len(KNOWN)} points, repeats {'dropped' if dropped else 'kept'}",
        size=f"{len(stored)} kills", accepted=len(times), delivered=len(stored) - parked, parked=parked,
        doubled=sum(number > 1 for number in times.values()),
    )

    assert deaths == dict.fromkeys(KNOWN, KILLS)
    expected = dict.fromkeys(KNOWN, ("delivered", 1)) if dropped else KNOWN
    assert found == {(point, *end): KILLS for point, end in expected.items()}
    assert counted(url) == len(stored) - parked
