"""When gateways are closed: windows of Eastern wall-clock time, over midnight, week's end and changes of the clock."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.delivery.maintenance import DAYS, parse_windows

HOUSE = "daily 00:00-06:00"
SENATE = "sun 00:00-06:00, wed 05:00-07:00"
EASTERN = ZoneInfo("America/New_York")


def utc(text: str) -> datetime:
    """Read "2026-07-01 04:00" or "2026-07-01 04:00:59"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def end(windows: str, now: str) -> str | None:
    """Return when the stretch that `now` lies in is over; both in UTC, to the minute."""
    found = parse_windows(windows).ends_at(utc(now))
    if found is None:
        return None
    assert found.tzinfo is not None
    assert found == found.replace(second=0, microsecond=0)
    return found.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("windows", "now", "ends"),
    [
        (HOUSE, "2026-07-01 03:59:59.999999", None),
        (HOUSE, "2026-07-01 04:00", "2026-07-01 10:00"),  # midnight of summer in Washington
        (HOUSE, "2026-07-01 09:59:59.999999", "2026-07-01 10:00"),
        (HOUSE, "2026-07-01 10:00", None),
        (HOUSE, "2026-12-01 05:00", "2026-12-01 11:00"),  # midnight of winter
        (SENATE, "2026-08-02 04:00", "2026-08-02 10:00"),  # a Sunday
        (SENATE, "2026-08-03 04:00", None),  # a Monday
        (SENATE, "2026-08-05 09:00", "2026-08-05 11:00"),  # a Wednesday
        (SENATE, "2026-08-05 11:00", None),
        ("sun 00:00-24:00", "2026-08-02 20:00", "2026-08-03 04:00"),
    ],
)
def test_a_gateway_is_closed_from_the_first_to_the_last_moment_of_its_window(
    windows: str, now: str, ends: str | None
) -> None:
    assert end(windows, now) == ends


@pytest.mark.parametrize(
    ("windows", "now", "ends"),
    [
        ("sat 23:00-02:00", "2026-08-02 03:30", "2026-08-02 06:00"),  # Saturday evening
        ("sat 23:00-02:00", "2026-08-02 05:30", "2026-08-02 06:00"),  # Sunday morning
        ("sat 23:00-02:00", "2026-08-01 05:30", None),  # Saturday morning
        ("sun 23:00-02:00", "2026-08-03 05:30", "2026-08-03 06:00"),  # Monday, in another week
        ("sat 22:00-00:00", "2026-08-02 03:59", "2026-08-02 04:00"),
        ("daily 23:00-01:00", "2026-08-05 04:30", "2026-08-05 05:00"),
    ],
)
def test_a_window_may_cross_midnight(windows: str, now: str, ends: str | None) -> None:
    assert end(windows, now) == ends


@pytest.mark.parametrize(
    "windows",
    [
        "sun 00:00-06:00, sun 06:00-08:00",  # they touch
        "sun 05:00-08:00, sun 00:00-06:00",  # they overlap, and the later stands first
        "sat 22:00-03:00, sun 02:00-08:00",
        "sun 00:00-08:00, sun 01:00-02:00",  # one lies inside the other
        "sun 00:00-08:00, sun 00:00-08:00",
    ],
)
def test_the_end_is_that_of_the_whole_closed_stretch(windows: str) -> None:
    assert end(windows, "2026-08-02 05:30") == "2026-08-02 12:00"


def test_a_stretch_may_last_almost_a_week() -> None:
    windows = ", ".join(f"{day} 00:00-24:00" for day in DAYS[:6]) + ", sun 00:01-24:00"

    assert end(windows, "2026-08-03 04:00") == "2026-08-09 04:00"
    assert end(windows, "2026-08-09 04:00") is None


@pytest.mark.parametrize(
    ("windows", "now", "ends"),
    [
        # The House's night of 2026-11-01 has seven hours, that of 2027-03-14 five.
        (HOUSE, "2026-11-01 04:00", "2026-11-01 11:00"),
        (HOUSE, "2027-03-14 05:00", "2027-03-14 10:00"),
        (SENATE, "2026-11-01 05:30", "2026-11-01 11:00"),
        # The clock shows 01:00 to 02:00 twice in a row.
        ("daily 01:00-02:00", "2026-11-01 05:30", "2026-11-01 07:00"),
        ("daily 01:00-02:00", "2026-11-01 06:30", "2026-11-01 07:00"),
        # Between the two times that it shows 01:15, it shows 01:45.
        ("daily 00:00-01:30", "2026-11-01 04:30", "2026-11-01 05:30"),
        ("daily 00:00-01:30", "2026-11-01 05:45", None),
        ("daily 00:00-01:30", "2026-11-01 06:15", "2026-11-01 06:30"),
        # It never shows 02:00 to 03:00, …
        ("daily 02:00-03:00", "2027-03-13 07:30", "2027-03-13 08:00"),
        ("daily 02:00-03:00", "2027-03-14 06:59:59", None),
        ("daily 02:00-03:00", "2027-03-14 07:00", None),
        ("daily 02:00-03:00", "2027-03-15 06:30", "2027-03-15 07:00"),
        # … so that what ends within that hour ends at 03:00, what begins there begins then, …
        ("daily 00:00-02:30", "2027-03-14 06:30", "2027-03-14 07:00"),
        ("daily 02:30-04:00", "2027-03-14 06:59", None),
        ("daily 02:30-04:00", "2027-03-14 07:00", "2027-03-14 08:00"),
        # … and what lies on both sides of it is one stretch.
        ("daily 01:00-02:00, daily 03:00-04:00", "2027-03-14 06:30", "2027-03-14 08:00"),
        ("daily 01:00-02:00, daily 03:00-04:00", "2027-03-15 05:30", "2027-03-15 06:00"),
    ],
)
def test_windows_follow_the_clock_on_the_wall_when_it_is_changed(windows: str, now: str, ends: str | None) -> None:
    assert end(windows, now) == ends


@pytest.mark.parametrize("zone", [UTC, EASTERN, timezone(timedelta(hours=5, minutes=30))])
def test_the_zone_that_now_is_told_in_makes_no_difference(zone: timezone | ZoneInfo) -> None:
    windows = parse_windows(HOUSE)

    for now in (utc("2026-11-01 05:30"), utc("2026-11-01 06:30")):  # both are 01:30 in Washington
        assert windows.ends_at(now.astimezone(zone)) == utc("2026-11-01 11:00")


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        parse_windows(HOUSE).ends_at(datetime(2026, 7, 1, 4, 0))  # noqa: DTZ001 - this is what it is about


WINDOW = st.tuples(st.sampled_from(["daily", *DAYS]), st.integers(0, 23), st.integers(0, 59), st.integers(1, 12 * 60))
DAYS_BEFORE = st.sampled_from([utc("2026-10-31 00:00"), utc("2027-03-13 00:00"), utc("2026-08-01 00:00")])
SECONDS = st.integers(0, 3 * 86_400)


@given(drawn=st.lists(WINDOW, min_size=1, max_size=3), day_before=DAYS_BEFORE, seconds=SECONDS)
def test_every_moment_up_to_the_end_lies_in_a_window_and_the_end_in_none(
    drawn: list[tuple[str, int, int, int]], day_before: datetime, seconds: int
) -> None:
    now = day_before + timedelta(seconds=seconds)
    rows = [(day, hour * 60 + minute, (hour * 60 + minute + lasts) % 1440) for day, hour, minute, lasts in drawn]
    text = ", ".join(f"{day} {start // 60:02}:{start % 60:02}-{to // 60:02}:{to % 60:02}" for day, start, to in rows)

    def is_closed(moment: datetime) -> bool:
        """Tell it row by row from what the clock shows, as a person would."""
        wall = moment.astimezone(EASTERN)
        minute, today, yesterday = wall.hour * 60 + wall.minute, DAYS[wall.weekday()], DAYS[wall.weekday() - 1]
        return any(
            (day in ("daily", today) and start <= minute and (minute < to or to < start))
            or (day in ("daily", yesterday) and to < start and minute < to)
            for day, start, to in rows
        )

    try:
        ends = parse_windows(text).ends_at(now)
    except ValueError:
        assert all(is_closed(now + timedelta(minutes=minute)) for minute in range(7 * 1440))
        return

    assert (ends is not None) == is_closed(now)
    if ends is not None:
        assert ends > now
        assert not is_closed(ends)
        assert is_closed(ends - timedelta(seconds=1))
        assert all(is_closed(now + timedelta(minutes=n)) for n in range((ends - now) // timedelta(minutes=1)))


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_a_setting_left_empty_means_never_closed(text: str) -> None:
    assert parse_windows(text).ends_at(utc("2026-08-02 04:30")) is None


def test_capitals_and_spaces_make_no_difference() -> None:
    assert parse_windows("  Sun  00:00-06:00 ,WED 05:00-07:00 ") == parse_windows(SENATE)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nightly 00:00-06:00", "'nightly 00:00-06:00' is not a maintenance window: write daily or one of mon, tue"),
        ("sunday 00:00-06:00", "such as 'sun 00:00-06:00'"),
        ("00:00-06:00", "such as"),
        ("daily", "such as"),
        ("daily 0:00-6:00", "such as"),
        ("daily 00:00", "such as"),
        ("daily 00:00–06:00", "such as"),
        ("daily 00:00 - 06:00", "such as"),
        ("daily 22:00-24:01", "such as"),
        ("daily 24:00-02:00", "such as"),
        ("daily 00:60-06:00", "such as"),
        ("daily ٠٠:00-06:00", "such as"),
        ("sun 00:00-06:00 wed 05:00-07:00", "commas stand between windows"),
        ("daily 00:00-06:00,", "'' is not a maintenance window"),
        ("daily 00:00-06:00; sun 05:00-07:00", "commas stand between windows"),
        ("daily 06:00-06:00", "ends when it begins"),
    ],
)
def test_a_setting_that_cannot_be_read_says_how_to_write_it(text: str, words: str) -> None:
    with pytest.raises(ValueError, match="window") as caught:
        parse_windows(text)

    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "daily 00:00-24:00",
        "daily 00:00-12:00, daily 12:00-00:00",
        "daily 06:00-05:00, daily 04:00-07:00",
        ", ".join(f"{day} 00:00-24:00" for day in DAYS),
    ],
)
def test_windows_that_leave_no_minute_open_are_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="the whole week"):
        parse_windows(text)
