"""Which Congress sits when: the 1st began in 1789, and each lasts two years from 3 January of an odd one."""

from datetime import date, timedelta


def congress_of(day: date) -> int:
    """Return the number of the Congress that sits on a day."""
    # On 1 and 2 January the old Congress still sits.
    return ((day - timedelta(days=2)).year - 1789) // 2 + 1


def years_of(congress: int) -> str:
    """Return the years of a Congress as people say them, such as "2021–2022"."""
    first = 1789 + (congress - 1) * 2
    return f"{first}–{first + 1}"
