"""When a gateway is closed for maintenance, by the clock on the wall in Washington."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # in the order of datetime.weekday()
DAY = 24 * 60  # minutes
WEEK = 7 * DAY  # minutes
_MINUTE = timedelta(minutes=1)
_WINDOW = re.compile(
    f"(?P<day>daily|{'|'.join(DAYS)}) +"
    "(?P<start>([01][0-9]|2[0-3]):[0-5][0-9])-(?P<end>([01][0-9]|2[0-3]):[0-5][0-9]|24:00)"
)


@dataclass(frozen=True)
class Windows:
    """The minutes of a week in which a gateway is closed; it is open in at least one."""

    closed: frozenset[int] = field(default=frozenset(), repr=False)  # counted from Monday 00:00, Eastern

    def ends_at(self, now: datetime) -> datetime | None:
        """Return when the closed stretch that `now` lies in is over, in UTC; None while the gateway is open.

        Walks minute by minute through time as it passes, so that a change of the clock needs no rule of its own.
        """
        if now.tzinfo is None:
            raise ValueError("a time without its zone cannot be placed")
        moment = now.astimezone(UTC)
        if not self._closed_at(moment):
            return None
        moment = moment.replace(second=0, microsecond=0)
        while self._closed_at(moment):
            moment += _MINUTE
        return moment

    def _closed_at(self, moment: datetime) -> bool:
        wall = moment.astimezone(EASTERN)
        return wall.weekday() * DAY + wall.hour * 60 + wall.minute in self.closed


def parse_windows(text: str) -> Windows:
    """Read a setting such as "sun 00:00-06:00, wed 05:00-07:00"; empty means never closed.

    A window whose end is not after its start ends on the next day. Raises ValueError for what cannot be read.
    """
    closed: set[int] = set()
    for part in text.lower().split(",") if text.strip() else ():
        window = _WINDOW.fullmatch(part.strip())
        if window is None:
            raise ValueError(
                f"{part.strip()!r} is not a maintenance window: write daily or one of {', '.join(DAYS)}, and two"
                " times of Eastern time, such as 'sun 00:00-06:00'; commas stand between windows"
            )
        start, end = _minute_of_day(window["start"]), _minute_of_day(window["end"])
        if start == end:
            raise ValueError(f"the window {part.strip()!r} ends when it begins; a whole day is written 00:00-24:00")
        for day in range(7) if window["day"] == "daily" else (DAYS.index(window["day"]),):
            minutes = range(start, end if end > start else end + DAY)
            closed.update((day * DAY + minute) % WEEK for minute in minutes)
    if len(closed) == WEEK:
        raise ValueError("these maintenance windows would close the gateway for the whole week")
    return Windows(frozenset(closed))


def _minute_of_day(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])
