"""Calendar days and wall clocks: what is due when, over midnight and over the change of the clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import delays

HERE = "Europe/Amsterdam"
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        ("2026-11-24T09:00", "2026-11-24T08:00"),
        ("2026-07-24T09:00", "2026-07-24T07:00"),
        ("2026-03-29T01:59", "2026-03-29T00:59"),
        ("2026-03-29T02:30", "2026-03-29T01:30"),
        ("2026-03-29T03:00", "2026-03-29T01:00"),
        ("2026-10-25T01:59", "2026-10-24T23:59"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),
        ("2026-10-25T03:00", "2026-10-25T02:00"),
    ],
)
def test_a_wall_clock_time_is_one_moment(local: str, moment: str) -> None:
    assert delays.moment(datetime.fromisoformat(local), HERE) == utc(moment)


def test_of_a_double_hour_both_are_the_same_on_the_wall() -> None:
    both = {delays.local_now(utc(f"2026-10-25T0{hour}:30"), HERE) for hour in (0, 1)}
    assert both == {datetime(2026, 10, 25, 2, 30)}


def test_a_skipped_hour_is_read_as_the_hour_after() -> None:
    assert delays.local_now(delays.moment(datetime(2026, 3, 29, 2, 30), HERE), HERE) == datetime(2026, 3, 29, 3, 30)


@given(moments)
def test_what_is_allowed_next_is_the_first_moment_by_day(when: datetime) -> None:
    found = delays.next_allowed(when, HERE)
    assert found >= when and not delays.is_quiet(found, HERE)
    assert delays.next_allowed(found, HERE) == found
    if delays.is_quiet(when, HERE):
        assert delays.local_now(found, HERE).time() == time(8)
        assert found - when <= timedelta(hours=12)
        assert delays.is_quiet(found - timedelta(minutes=1), HERE)
    else:
        assert found == when


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("20:59", False), ("21:00", True), ("23:59", True), ("00:00", True), ("07:59", True), ("08:00", False)],
)
def test_the_night_is_from_nine_to_eight(clock: str, quiet: bool) -> None:
    for day in ("2026-11-24", "2026-07-24", "2026-03-29", "2026-10-25"):
        local = datetime.fromisoformat(f"{day}T{clock}")
        assert delays.is_quiet(delays.moment(local, HERE), HERE) is quiet


@pytest.mark.parametrize(
    ("then", "now", "days"),
    [
        ("2026-11-24T22:59", "2026-11-24T23:00", 1),
        ("2026-11-24T08:00", "2026-11-24T22:59", 0),
        ("2026-11-24T08:00", "2026-11-26T08:00", 2),
        ("2026-11-24T22:00", "2026-11-26T05:00", 2),
        ("2026-03-28T12:00", "2026-03-30T10:00", 2),
        ("2026-10-24T12:00", "2026-10-26T12:00", 2),
        ("2026-12-31T12:00", "2027-01-01T12:00", 1),
        ("2026-11-26T08:00", "2026-11-24T08:00", -2),
    ],
)
def test_days_are_counted_as_people_count_them(then: str, now: str, days: int) -> None:
    assert delays.days_since(utc(then), utc(now), HERE) == days


def test_today_is_that_of_the_place() -> None:
    late = utc("2026-11-24T23:30")
    assert delays.today(late, HERE) == date(2026, 11, 25)
    assert delays.today(late, "America/New_York") == date(2026, 11, 24)
