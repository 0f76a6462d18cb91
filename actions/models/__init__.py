"""What is stored about what supporters do: the ledger, the outbox of messages, and the counters."""

from actions.models.counters import Counter, CounterDelta, CounterTotal, count, read_counters
from actions.models.ledger import Action, Sender, Submission
from actions.models.outbox import Attempt, Gateway, LeaseLost, Message

__all__ = [
    "Action", "Attempt", "Counter", "CounterDelta", "CounterTotal", "Gateway", "LeaseLost", "Message", "Sender",
    "Submission", "count", "read_counters",
]
