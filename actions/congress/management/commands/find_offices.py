"""Say which offices of Congress ZIP codes lead to, for people and for programs."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from actions.congress.lookup import find_offices


class Command(BaseCommand):
    """One JSON object a line, in the order asked."""

    help = "Print which offices of Congress each ZIP code leads to, one JSON object a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take ZIPs, or - for one a line on standard input."""
        parser.add_argument("zips", nargs="+", metavar="ZIP", help="a ZIP code; - reads one a line from standard input")

    def handle(self, *_args: Any, zips: list[str], **_options: Any) -> None:
        """Look each one up."""
        for text in _inputs(zips):
            self.stdout.write(json.dumps(asdict(find_offices(text))))


def _inputs(zips: list[str]) -> Iterator[str]:
    for text in zips:
        if text == "-":
            # Bytes, because a line that is no text must not end the others' answers.
            lines = (line.decode(errors="replace").strip() for line in sys.stdin.buffer)
            yield from (line for line in lines if line)
        else:
            yield text
