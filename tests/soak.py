"""`make soak`: 200 actions through the form in ten minutes, then every place that counts must agree.

SOAK_ACTIONS and SOAK_SECONDS change the size. Real ZIP codes are used where CONGRESS_DATA_DIR has them.
"""

import csv
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import requests

from tests.running import Site, Visitor, received, running_site, wait_until

ACTIONS = int(os.environ.get("SOAK_ACTIONS", "200"))
SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
# Addresses of these demonstration campaigns take letters.
SLUGS = ("enablers-act", "fund-legal-help")


def zip_codes() -> list[str]:
    """Return ZIPs that lie in one district alone, or one that needs no table."""
    table = Path(os.environ.get("CONGRESS_DATA_DIR") or "-", "zip_districts_119.csv")
    if not table.exists():
        return ["07030"]
    with table.open(newline="") as file:
        times = Counter(row["zip"] for row in csv.DictReader(file))
    return [code for code, rows in times.items() if rows == 1]


def shown_on_page(site: Site) -> list[int]:
    """Return the three counters as the Take Action page shows them."""
    page = requests.get(f"{site.url}/take-action/", timeout=10).text
    return [int(re.sub(r"\D", "", number)) for number in re.findall(r"<dd>([\d.,\s]+)</dd>", page)[:3]]


def check(site: Site) -> dict[str, int]:
    """Compare database, gateway log, counters.json and page. Raises AssertionError where two differ."""
    in_database = {
        "actions": len(site.rows("SELECT 1 FROM actions_action WHERE counted_at IS NOT NULL")),
        "messages": len(site.rows("SELECT 1 FROM actions_message WHERE state = 'delivered'")),
        "pledges": 0,
    }
    ids = [line["delivery_id"] for line in received(site.var / "gateway" / "received.jsonl") if line["status"] < 300]
    stored = [row[0] for row in site.rows("SELECT delivery_id FROM actions_message WHERE state = 'delivered'")]
    counters = site.counters()
    assert sorted(ids) == sorted(stored), "the gateway holds other letters than the database says"
    assert {name: counters[name] for name in in_database} == in_database, (counters, in_database)
    assert shown_on_page(site) == list(in_database.values()), (shown_on_page(site), in_database)
    return in_database


def main() -> int:
    """Run the soak on a site of its own, and say what came of it."""
    codes, began = zip_codes(), time.monotonic()
    var = Path(tempfile.mkdtemp(prefix="polaris-soak-"))
    try:
        with running_site(var) as site:
            slowest = 0.0
            for number in range(ACTIONS):
                due = began + number * SECONDS / ACTIONS
                time.sleep(max(0.0, due - time.monotonic()))
                started = time.monotonic()
                Visitor(site.url, random.choice(SLUGS)).act(  # no secret
                    zip_code=random.choice(codes),
                    own_words="" if number % 3 else f"Soak letter {number}, in somebody’s own words. 🌟",
                )
                slowest = max(slowest, time.monotonic() - started)
                if number % 20 == 19:
                    print(f"{number + 1} of {ACTIONS} actions", flush=True)
            unsent = "SELECT 1 FROM actions_message WHERE state IN ('queued', 'sending')"
            wait_until("everything sent", lambda: not site.rows(unsent), within=120)
            counted = check(site)
        assert counted["actions"] == ACTIONS, counted
        print(
            f"{counted['actions']} actions and {counted['messages']} messages: database, gateway, counters.json and "
            f"page agree. Slowest way through the form: {slowest:.2f} s of server time for four requests."
        )
    finally:
        shutil.rmtree(var, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
