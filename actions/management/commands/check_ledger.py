"""Recount the ledger and say where counters, rows and the table of states differ."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from actions.audit import findings, recount


class Command(BaseCommand):
    """Prints the totals that the rows give. Exit code 1 where anything is wrong. Changes nothing."""

    help = "Recount the ledger and compare it with the counters."

    def handle(self, **_: Any) -> None:
        """Print the totals, then each finding on a line of its own."""
        found = findings()
        totals: dict[str, int] = {}
        for counters in recount().values():
            for counter, value in counters.items():
                totals[counter] = totals.get(counter, 0) + value
        self.stdout.write(", ".join(f"{counter}: {value}" for counter, value in totals.items()) or "no action yet")
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("Counters, rows and states agree.")
