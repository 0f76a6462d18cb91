"""End what has reached its deadline, and forget whom we no longer need to know."""

from typing import Any

from django.core.management.base import BaseCommand

from actions.tasks import purge
from newsletter.tasks import purge_mail


class Command(BaseCommand):
    """The same that beat has done each hour. Safe to run at any time."""

    help = "End what is over: letters past their deadline, senders, mails and addresses past their time."

    def handle(self, **_: Any) -> None:
        """Run both purges."""
        purge()
        purge_mail()
