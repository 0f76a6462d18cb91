"""When an office in Washington is likely to answer."""

from datetime import date, datetime

import pytest

from actions.office_hours import WASHINGTON, federal_holidays, hours_at


@pytest.mark.parametrize(("when", "is_open", "opens"), [
    ("2026-11-24T13:59:59+00:00", False, "2026-11-24T09:00"),  # a Tuesday, a second before nine
    ("2026-11-24T14:00:00+00:00", True, "2026-11-25T09:00"),
    ("2026-11-24T21:59:59+00:00", True, "2026-11-25T09:00"),
    ("2026-11-24T22:00:00+00:00", False, "2026-11-25T09:00"),
    ("2026-11-26T15:00:00+00:00", False, "2026-11-27T09:00"),  # Thanksgiving
    ("2026-11-27T23:00:00+00:00", False, "2026-11-30T09:00"),  # Friday evening
    ("2026-07-01T13:30:00+00:00", True, "2026-07-02T09:00"),  # summer time
    ("2026-07-02T23:00:00+00:00", False, "2026-07-06T09:00"),  # the Fourth is a Saturday, kept on Friday
    ("2027-12-30T23:00:00+00:00", False, "2028-01-03T09:00"),  # New Year's Day is a Saturday, kept on 31 December
    ("2026-11-24T06:00:00-08:00", True, "2026-11-25T09:00"),  # a caller on the other coast
])
def test_hours(when: str, is_open: bool, opens: str) -> None:
    hours = hours_at(datetime.fromisoformat(when))

    assert hours.is_open is is_open
    assert hours.opens == datetime.fromisoformat(opens).replace(tzinfo=WASHINGTON)


def test_the_holidays_of_2026_as_the_office_of_personnel_management_lists_them() -> None:
    assert {day for day in federal_holidays(2026) if day.year == 2026} == {
        date(2026, 1, 1), date(2026, 1, 19), date(2026, 2, 16), date(2026, 5, 25), date(2026, 6, 19), date(2026, 7, 3),
        date(2026, 9, 7), date(2026, 10, 12), date(2026, 11, 11), date(2026, 11, 26), date(2026, 12, 25),
    }
