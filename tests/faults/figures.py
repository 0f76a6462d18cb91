"""How large these tests are, and what they measured: small for `make test`, full for `make faults`."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass

FULL = os.environ.get("FAULTS") == "full"


def size(small: int, full: int) -> int:
    """Return how many of something this run takes."""
    return full if FULL else small


@dataclass(frozen=True)
class Measured:
    """What one test found: the fault it injected, how much it sent through, and figures by name."""

    fault: str
    size: str
    figures: dict[str, object]


_measured: list[Measured] = []


def record(*, fault: str, size: object, **figures: object) -> None:
    """Keep a line for the table at the end. Call it before the assertions, so that a failure is in the table too."""
    _measured.append(Measured(fault, str(size), figures))


def table() -> list[str]:
    """Return what was measured, a line a test; empty where nothing was."""
    faults = max((len(one.fault) for one in _measured), default=0)
    sizes = max((len(one.size) for one in _measured), default=0)
    return [
        f"{one.fault:{faults}}  {one.size:>{sizes}}  "
        + ", ".join(f"{name} {_shown(value)}" for name, value in one.figures.items())
        for one in _measured
    ]


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that `percent` of all values do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * percent / 100), 1) - 1] if ordered else 0.0


def _shown(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
