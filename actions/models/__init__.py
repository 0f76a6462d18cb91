"""What is stored about what supporters do: the ledger, the outbox of messages, gateways, and the counters."""

from actions.models.attempts import Attempt
from actions.models.counters import Counter, CounterDelta, CounterTotal, count, read_counters
from actions.models.gateways import Gateway, Office
from actions.models.ledger import Action, HeldBecause, Sender, Submission
from actions.models.outbox import Message
from actions.models.queue import Try

__all__ = [
    "Action", "Attempt", "Counter", "CounterDelta", "CounterTotal", "Gateway", "HeldBecause", "Message", "Office",
    "Sender", "Submission", "Try", "count", "read_counters",
]
