"""Puts letters into the outbox: `python -m tests.faults.fill 150` with DATABASE_URL set.

Each is of another person, to one seat of the House, the next seat for the next letter.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polaris_site.settings")
django.setup()

from django.db import transaction  # noqa: E402  # wants the settings

from actions.congress.models import Seat  # noqa: E402
from actions.models import Action  # noqa: E402
from campaigns.models import Campaign  # noqa: E402
from tests.factories import create_campaign, person, submission  # noqa: E402

AT_ONCE = 100  # letters a transaction


def fill(campaign: Campaign, number: int, first: int = 0, source: str = "") -> None:
    """Store letters that are due now, to one seat after the other, and wake nobody."""
    house = list(Seat.objects.filter(chamber="house").order_by("pk"))
    for begin in range(first, first + number, AT_ONCE):
        with transaction.atomic():
            for count in range(begin, min(begin + AT_ONCE, first + number)):
                seat = house[count % len(house)]
                Action.objects.take(submission(
                    campaign, person=person(email=f"p{source}{count}@example.org"), seats=[seat],
                    home=(seat.state, seat.district), source=source,
                ))


if __name__ == "__main__":
    fill(create_campaign(), int(sys.argv[1]))
