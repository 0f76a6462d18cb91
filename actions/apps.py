"""What supporters do."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from actions.checks import delivery_agent, gateways


class ActionsConfig(AppConfig):
    """The action ledger, the outbox of messages, counters and receipts."""

    name = "actions"
    verbose_name = _("Actions and messages")

    def ready(self) -> None:
        """Have who delivers, and how, checked at every start."""
        register(delivery_agent)
        register(gateways)
