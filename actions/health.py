"""How gateways and offices are, as their answers tell: who rests, who is back, and what goes out at once then.

Health decays by itself: a success forgets every failure, and a rest ends by the clock.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from actions.delivery.outcomes import Outcome, Result
from actions.gateways import CHAMBERS
from actions.models import Gateway, Message, Office, Try
from actions.models.gateways import FAILING_OFFICES

LONGEST_WISH = timedelta(hours=1)  # a gateway that asks to be left alone for longer is asked again after this
WISH = 60  # seconds; where a gateway says "too many" and not for how long


@dataclass
class _Heard:
    """What a group of tries tells. Offices go by the keys of their seats."""

    alive: dict[int, datetime] = field(default_factory=dict)  # → when the latest try began that was answered
    failing: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)  # offices that say that they take nothing
    wish: int | None = None  # seconds the gateway asks to be left alone
    gateway_alive: datetime | None = None  # when the latest try began that told nothing of an office


def note(gateway: str, tries: list[Try]) -> None:
    """Note what tries tell of the gateway and its offices; what waited for one that is back is due at once."""
    heard = _listen(gateway, tries)
    answered = max([*heard.alive.values(), *filter(None, [heard.gateway_alive])], default=None)
    if not (answered or heard.failing or heard.closed or heard.wish is not None):
        return
    trouble = heard.failing or heard.closed or heard.wish is not None
    if not trouble and not Gateway.objects.troubled(gateway) and not Office.objects.failing(heard.alive).exists():
        return  # nearly always: nothing to write
    with transaction.atomic():
        # The gateway's row is locked before any office's, here and wherever both are: nobody waits in a circle.
        row = Gateway.objects.named(gateway)
        begun, back = _note_offices(heard)
        if heard.wish is not None:
            row.rest("asked_to_wait", min(timedelta(seconds=max(heard.wish, 1)), LONGEST_WISH))
        elif answered:
            if row.recover(answered):
                Message.objects.make_due(gateway)
        elif begun and row.count_failing(begun) >= FAILING_OFFICES:
            row.rest("many_offices_failing")
        if back:
            Message.objects.make_due(gateway, back)


def _listen(gateway: str, tries: list[Try]) -> _Heard:
    heard = _Heard()
    for one in tries:
        seat_id, result = one.message.seat_id, one.result
        if _is_ours(result):
            continue
        if seat_id is None:
            # Of one target nothing is kept, for many have one letter each; its answer tells that the gateway lives.
            if result.outcome not in (Outcome.TRY_LATER, Outcome.UNKNOWN):
                heard.gateway_alive = max(one.started_at, heard.gateway_alive or one.started_at)
            continue
        if result.outcome == Outcome.NOT_ENABLED and gateway in CHAMBERS:
            heard.closed.add(seat_id)
        if result.status == 429:  # it speaks of all that we send, not of one letter
            heard.wish = max(heard.wish or 0, result.retry_after or WISH)
        elif result.outcome in (Outcome.TRY_LATER, Outcome.UNKNOWN):
            heard.failing.add(seat_id)
        else:
            heard.alive[seat_id] = max(one.started_at, heard.alive.get(seat_id, one.started_at))
    heard.failing -= heard.alive.keys()
    return heard


def _is_ours(result: Result) -> bool:
    """Tell whether a letter ended here, so that nothing is known of the far end."""
    refused_here = result.status is None and result.outcome in (Outcome.REFUSED, Outcome.NOT_ENABLED)
    return refused_here or result.error.startswith("letter_")


def _note_offices(heard: _Heard) -> tuple[int, list[int]]:
    """Write down how offices are; return how many begin to fail, and the seats of those that are back."""
    for seat_id in heard.failing:
        Office.objects.get_or_create(seat_id=seat_id)
    for seat_id in heard.closed:
        Office.objects.leave(seat_id)
    begun, back = 0, []
    known = Office.objects.filter(seat__in=heard.failing | heard.alive.keys())
    for office in known.select_for_update().order_by("pk"):
        if office.seat_id in heard.failing:
            begun += office.fails()
        elif office.failures:
            office.recovers()
            back.append(office.seat_id)
    return begun, back
