"""What is stored about what supporters do: the ledger, the outbox of messages, gateways, and the counters."""

from actions.models.attempts import Attempt
from actions.models.calls import Call, CallOutcome
from actions.models.counters import Counter, CounterDelta, CounterTotal, count, read_counters
from actions.models.courses import Certificate, Enrolment
from actions.models.gateways import Gateway, Office
from actions.models.ledger import Action, Sender
from actions.models.notices import OutcomeNotice
from actions.models.outbox import Message
from actions.models.queue import Try
from actions.models.submissions import HeldBecause, Submission
from actions.models.target_files import TargetFile

__all__ = [
    "Action", "Attempt", "Call", "CallOutcome", "Certificate", "Counter", "CounterDelta", "CounterTotal", "Enrolment",
    "Gateway", "HeldBecause", "Message", "Office", "OutcomeNotice", "Sender", "Submission", "TargetFile", "Try",
    "count", "read_counters",
]
