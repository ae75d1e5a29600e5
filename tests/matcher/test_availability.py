"""When people can: windows, periods over midnight, absences."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import EVERY_HOUR, Away, Flexible, Once, Volunteer, Weekly, Window
from matcher import availability as when
from tests.matcher.invented import HERE, several_windows, whens, window


def volunteer(*windows: Window, away: tuple[Away, ...] = ()) -> Volunteer:
    return Volunteer("v", HERE, windows=windows, away=away)


def once(start: str, end: str) -> Once:
    return Once(datetime.fromisoformat(start), datetime.fromisoformat(end))


TUESDAY = once("2026-12-08T13:30", "2026-12-08T15:30")


def test_a_period_must_be_covered_whole() -> None:
    assert when.has_time(volunteer(window("tue", "13:30", "15:30")), TUESDAY)
    assert not when.has_time(volunteer(window("tue", "13:31", "15:30")), TUESDAY)
    assert not when.has_time(volunteer(window("tue", "13:30", "15:29")), TUESDAY)
    assert not when.has_time(volunteer(window("wed", "13:30", "15:30")), TUESDAY)


def test_adjoining_windows_count_together() -> None:
    assert when.has_time(volunteer(window("tue", "12:00", "14:00"), window("tue", "14:00", "17:00")), TUESDAY)
    assert not when.has_time(volunteer(window("tue", "12:00", "14:00"), window("tue", "14:01", "17:00")), TUESDAY)


def test_a_night_is_looked_at_day_by_day() -> None:
    night = once("2026-12-06T22:00", "2026-12-07T02:00")  # Sunday into Monday: round the end of the week
    assert when.has_time(volunteer(window("sun", "20:00", "24:00"), window("mon", "00:00", "03:00")), night)
    assert not when.has_time(volunteer(window("sun", "20:00", "24:00")), night)
    assert not when.has_time(volunteer(window("sun", "20:00", "23:59"), window("mon", "00:00", "03:00")), night)


def test_a_begun_minute_counts_whole() -> None:
    seconds = Once(datetime(2026, 12, 8, 13, 30, 30), datetime(2026, 12, 8, 15, 29, 1))
    assert when.period_span(seconds) == when.period_span(TUESDAY)


def test_longer_than_a_week_needs_every_hour() -> None:
    fortnight = once("2026-12-01T10:00", "2026-12-15T10:00")
    assert when.has_time(volunteer(*EVERY_HOUR), fortnight)
    assert not when.has_time(volunteer(*EVERY_HOUR[:6], window("sun", "00:00", "23:59")), fortnight)


def test_both_ends_of_an_absence_are_included() -> None:
    day = date(2026, 12, 8)
    for first, last, can in (
        (day, day, False),
        (day - timedelta(3), day, False),
        (day, day + timedelta(3), False),
        (day + timedelta(1), day + timedelta(3), True),
        (day - timedelta(3), day - timedelta(1), True),
    ):
        assert when.has_time(volunteer(*EVERY_HOUR, away=(Away(first, last),)), TUESDAY) is can


def test_an_evening_until_midnight_leaves_the_next_day_alone() -> None:
    evening = once("2026-12-08T20:00", "2026-12-09T00:00")
    tomorrow = (Away(date(2026, 12, 9), date(2026, 12, 9)),)
    assert when.has_time(volunteer(*EVERY_HOUR, away=tomorrow), evening)
    assert not when.has_time(volunteer(*EVERY_HOUR, away=tomorrow), once("2026-12-08T20:00", "2026-12-09T00:01"))


def test_weekly_help_needs_one_whole_window_and_outlives_a_holiday() -> None:
    asked = Weekly((window("mon", "09:00", "11:00"), window("thu", "14:00", "16:00")), date(2026, 12, 1))
    holiday = (Away(date(2026, 12, 1), date(2027, 1, 31)),)
    assert when.has_time(volunteer(window("thu", "13:00", "17:00"), away=holiday), asked)
    assert not when.has_time(volunteer(window("mon", "10:00", "12:00")), asked)
    assert not when.has_time(volunteer(*EVERY_HOUR), Weekly((), date(2026, 12, 1)))


def test_weekly_help_of_one_day_has_no_other_day() -> None:
    day = date(2026, 12, 8)
    asked = Weekly((window("tue", "09:00", "11:00"), window("tue", "10:00", "12:00")), day, day, heeds_absence=True)
    free = window("tue", "10:00", "12:00")
    assert when.has_time(volunteer(free), asked)
    assert when.has_time(volunteer(free, away=(Away(day + timedelta(1), day + timedelta(3)),)), asked)
    assert not when.has_time(volunteer(free, away=(Away(day, day),)), asked)
    assert when.horizon(asked, datetime(2026, 11, 22)) is None


def test_flexible_help_needs_any_time_at_all() -> None:
    assert when.has_time(volunteer(window("sat", "23:59", "24:00")), Flexible())
    assert not when.has_time(volunteer(), Flexible())


def test_certificates_count_on_the_day_of_the_help() -> None:
    now = datetime(2026, 11, 22, 9)
    assert when.help_day(TUESDAY, now) == date(2026, 12, 8)
    assert when.help_day(Weekly((), date(2026, 12, 1)), now) == date(2026, 12, 1)
    assert when.help_day(Flexible(), now) == date(2026, 11, 22)


def minute_by_minute(windows: tuple[Window, ...], asked: Once) -> bool:
    """The slow and obvious way: is somebody free in every minute of it?"""
    moment = asked.start.replace(second=0)
    while moment < asked.end:
        clock = moment.hour * 60 + moment.minute
        if not any(w.day == moment.weekday() and w.start <= clock < w.end for w in windows):
            return False
        moment += timedelta(minutes=1)
    return True


@given(several_windows, whens)
def test_bits_say_what_minutes_say(windows: tuple[Window, ...], asked: object) -> None:
    if isinstance(asked, Once):
        assert when.has_time(volunteer(*windows), asked) == minute_by_minute(windows, asked)


@given(several_windows, st.integers(0, 10_079), st.integers(1, 10_080))
def test_words_and_running_totals_hold_the_same_minutes_as_the_mask(
    windows: tuple[Window, ...], start: int, length: int
) -> None:
    mask, span = when.week_mask(windows), when.span_mask(start, length)
    assert span.bit_count() == length
    words = when.mask_words(mask) & when.mask_words(span)
    before = when.minutes_before(mask)
    held = (mask & span).bit_count()
    assert int(np.bitwise_count(words).sum()) == held == before[start + length] - before[start]


@pytest.mark.parametrize("wrong", [(7, 0, 60), (0, 60, 60), (0, 90, 60), (0, -1, 60), (0, 0, 1441)])
def test_a_window_must_lie_in_a_day(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="window"):
        Window(*wrong)


def test_nothing_ends_before_it_begins() -> None:
    start = datetime(2026, 12, 8, 13)
    with pytest.raises(ValueError, match="period"):
        Once(start, start)
    with pytest.raises(ValueError, match="absence"):
        Away(date(2026, 12, 2), date(2026, 12, 1))
    with pytest.raises(ValueError, match="weekly"):
        Weekly((), date(2026, 12, 2), date(2026, 12, 1))
