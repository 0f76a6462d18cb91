"""What supporters do."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActionsConfig(AppConfig):
    """The action ledger, the outbox of messages, counters and receipts."""

    name = "actions"
    verbose_name = _("Actions and messages")
