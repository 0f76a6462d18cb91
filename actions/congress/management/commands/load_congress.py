"""Load who represents whom: members, ZIP codes and ZIP prefixes."""

from argparse import ArgumentParser
from typing import Any

import click
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from actions.congress.loading import File, go_back, load, read_files
from actions.congress.models import Kind, Member, Seat
from actions.congress.source import BadData, source_at


class Command(BaseCommand):
    """Read, check, then switch. What does not pass changes nothing."""

    help = "Load members of Congress, ZIP codes and ZIP prefixes from a directory or an address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say where from."""
        parser.add_argument(
            "--from", dest="place", metavar="DIR|URL", default=settings.CONGRESS_DATA_DIR,
            help="directory or https address with the files (default: the setting CONGRESS_DATA_DIR)",
        )
        parser.add_argument(
            "--accept-changes", action="store_true",
            help="a person has looked: let many seats change hands at once",
        )
        parser.add_argument(
            "--go-back", dest="kind", choices=Kind.values, help="use the file before the one in use, and load nothing"
        )

    def handle(self, *_args: Any, place: str, accept_changes: bool, kind: str | None, **_options: Any) -> None:
        """Load, and say what is in use now."""
        try:
            if kind:
                self._go_back(Kind(kind))
            else:
                self._load(place, accept_changes)
        except BadData as error:
            raise CommandError(f"{error} Nothing was changed; what was in use before still is.") from error

    def _load(self, place: str, accept_changes: bool) -> None:
        if not place:
            raise CommandError("Say where the files are: --from DIR or URL, or the setting CONGRESS_DATA_DIR.")
        now = timezone.now()
        files = read_files(source_at(place), now, accept_changes=accept_changes)
        rows = sum(file.rows for file in files)
        with click.progressbar(
            length=rows, label="Loading", hidden=not self.stdout.isatty() or not rows
        ) as bar:
            new = load(files, now, bar.update)
        if not new:
            self.stdout.write("Nothing changed: the files are those already in use.")
        for file in files:
            self.stdout.write(_line(file))
        self._vacant()

    def _go_back(self, kind: Kind) -> None:
        dataset = go_back(kind, timezone.now())
        self.stdout.write(f"In use again: {dataset.source} as fetched {dataset.fetched_at:%Y-%m-%d %H:%M} UTC.")

    def _vacant(self) -> None:
        held = Member.objects.current().values("seat_id")
        vacant = [seat.key for seat in Seat.objects.exclude(pk__in=held)]
        if vacant:
            self.stdout.write(f"Vacant: {', '.join(vacant)}.")


def _line(file: File) -> str:
    rows = file.same_as.rows if file.same_as else file.rows
    return f"{file.kind.label}: {rows:,}, Congress {file.congress}{'' if file.same_as else ', new'}."
