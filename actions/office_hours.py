"""When the offices of Congress in Washington are likely to answer: on weekdays from nine to five, Eastern time.

A hint and no promise: each office keeps hours of its own, and most are open longer while Congress meets.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WASHINGTON = ZoneInfo("America/New_York")
OPENS, CLOSES = time(9), time(17)


@dataclass(frozen=True)
class Hours:
    """Whether somebody is likely to answer now, and the next time somebody is; aware, in Washington's zone."""

    is_open: bool
    now: datetime
    opens: datetime


def hours_at(now: datetime) -> Hours:
    """Return what a caller at `now` (aware) may expect."""
    there = now.astimezone(WASHINGTON)
    is_open = is_working_day(there.date()) and OPENS <= there.time() < CLOSES
    day = there.date() if there.time() < OPENS else there.date() + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return Hours(is_open, there, datetime.combine(day, OPENS, WASHINGTON))


def is_working_day(day: date) -> bool:
    """Tell whether offices work: not on weekends, nor on federal holidays (5 U.S.C. 6103)."""
    return day.weekday() < 5 and day not in federal_holidays(day.year)


def federal_holidays(year: int) -> frozenset[date]:
    """Return the eleven holidays as offices keep them; one on a weekend is kept on the weekday beside it."""
    monday, thursday = 0, 3
    fixed = [date(year, 1, 1), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    return frozenset({
        *map(_kept, fixed),
        _kept(date(year + 1, 1, 1)),  # which may be kept on the last day of this year
        _nth(year, 1, monday, 3), _nth(year, 2, monday, 3), _last(year, 5, monday), _nth(year, 9, monday, 1),
        _nth(year, 10, monday, 2), _nth(year, 11, thursday, 4),
    })


def _kept(day: date) -> date:
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def _nth(year: int, month: int, weekday: int, count: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))


def _last(year: int, month: int, weekday: int) -> date:
    day = _nth(year, month, weekday, 4)
    return day + timedelta(days=7) if (day + timedelta(days=7)).month == month else day
