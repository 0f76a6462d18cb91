"""When a Congress begins: every two years, on 3 January of an odd year at noon in Washington."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

WASHINGTON = ZoneInfo("America/New_York")


def begins(congress: int) -> datetime:
    """Return the moment a Congress begins (20th Amendment, section 1; so for the 74th and later)."""
    return datetime(1787 + 2 * congress, 1, 3, 12, tzinfo=WASHINGTON)


def congress_on(moment: datetime) -> int:
    """Return the number of the Congress that sits at `moment`, which must know its time zone."""
    year = moment.astimezone(UTC).year
    congress = (year - 1787) // 2
    return congress if moment >= begins(congress) else congress - 1


def is_turnover(moment: datetime) -> bool:
    """Tell whether many seats may change hands at once: 1 to 20 January of an odd year."""
    day = moment.astimezone(WASHINGTON).date()
    return day.year % 2 == 1 and day.month == 1 and day.day <= 20
