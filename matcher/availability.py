"""When people can: a week as 10,080 minutes, each a bit of one whole number; local wall-clock time throughout."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from matcher.types import MINUTES_A_DAY, MINUTES_A_WEEK, Away, Flexible, Once, Volunteer, Weekly, When, Window

FULL_WEEK = (1 << MINUTES_A_WEEK) - 1
WORDS_A_WEEK = -(-MINUTES_A_WEEK // 64)
# From this many hours a week on, more time makes nobody a better match for a flexible request.
AMPLE_HOURS = 8
WEEKLY_DAYS, FLEXIBLE_DAYS = 56, 28


def span_mask(start: int, length: int) -> int:
    """Bits for `length` minutes from minute `start` of the week, going round after Sunday."""
    if length >= MINUTES_A_WEEK:
        return FULL_WEEK
    bits = ((1 << length) - 1) << start
    return (bits & FULL_WEEK) | (bits >> MINUTES_A_WEEK)


def week_mask(windows: Iterable[Window]) -> int:
    """The minutes of the week that these windows hold; adjoining and overlapping ones flow together.

    Examples
    --------
    >>> morning, noon = Window(0, 540, 720), Window(0, 720, 1020)
    >>> week_mask([morning, noon]) == week_mask([Window(0, 540, 1020)])
    True
    """
    mask = 0
    for window in windows:
        mask |= span_mask(*window_span(window))
    return mask


def window_span(window: Window) -> tuple[int, int]:
    """First minute in the week, and how many."""
    return window.day * MINUTES_A_DAY + window.start, window.minutes


def period_span(period: Once) -> tuple[int, int]:
    """First minute in the week and how many a period needs; a begun minute counts whole, a week is the most."""
    start = period.start.replace(second=0, microsecond=0)
    length = -((start - period.end) // timedelta(minutes=1))
    first = start.weekday() * MINUTES_A_DAY + start.hour * 60 + start.minute
    return first, min(length, MINUTES_A_WEEK)


def period_days(period: Once) -> tuple[date, date]:
    """First and last date that a period touches; one that ends at midnight leaves the next day alone."""
    return period.start.date(), (period.end - timedelta(microseconds=1)).date()


def dated(when: When) -> tuple[date, date] | None:
    """First and last date on which an absence leaves a volunteer out; None for help that outlives one."""
    match when:
        case Once():
            return period_days(when)
        case Weekly() if when.heeds_absence:
            return when.start, when.until or when.start
        case _:
            return None


def needed_spans(when: When) -> tuple[tuple[int, int], ...]:
    """What is asked of the week: one span for `once`, one a window for `weekly`, none for `flexible`."""
    match when:
        case Once():
            return (period_span(when),)
        case Weekly():
            return tuple(dict.fromkeys(window_span(window) for window in when.windows))
        case Flexible():
            return ()


def help_day(when: When, now: datetime) -> date:
    """The day on which certificates must be valid; today for flexible help."""
    return now.date() if isinstance(when, Flexible) else fixed_help_day(when)


def fixed_help_day(when: Once | Weekly) -> date:
    """The day on which certificates must be valid, for help that has a date."""
    return when.start.date() if isinstance(when, Once) else when.start


def is_away(away: Iterable[Away], first: date, last: date) -> bool:
    """Whether any absence touches these days, both included."""
    return any(absence.first <= last and first <= absence.last for absence in away)


def spans_covered(mask: int, when: When) -> int:
    """How many of the asked spans lie wholly within the mask."""
    return sum(need & mask == need for need in (span_mask(*span) for span in needed_spans(when)))


def has_time(volunteer: Volunteer, when: When) -> bool:
    """Whether there is enough shared time for a match at all (the hard constraint `time`).

    `once`: the whole period; `weekly`: at least one whole window; `flexible`: any time at all. And no absence on the
    days that are `dated`.
    """
    mask = week_mask(volunteer.windows)
    if isinstance(when, Flexible):
        return mask != 0
    days = dated(when)
    return spans_covered(mask, when) > 0 and not (days and is_away(volunteer.away, *days))


def mask_words(mask: int) -> NDArray[np.uint64]:
    """The mask as 158 words of 64 minutes, the earliest minute in the lowest bit of the first."""
    return np.frombuffer(mask.to_bytes(WORDS_A_WEEK * 8, "little"), dtype="<u8").astype(np.uint64)


def minutes_before(mask: int) -> NDArray[np.int32]:
    """How many minutes of the mask lie before each minute of two weeks in a row, shape (20161,).

    The minutes held in a span are then one subtraction, for any number of spans at once.
    """
    raw = np.frombuffer(mask.to_bytes(MINUTES_A_WEEK // 8, "little"), dtype=np.uint8)
    bits = np.unpackbits(raw, bitorder="little").astype(np.int32)
    return np.concatenate([np.zeros(1, np.int32), np.cumsum(np.tile(bits, 2), dtype=np.int32)])


def horizon(when: When, now: datetime) -> tuple[int, int] | None:
    """First and last day (ordinals) over which absences of a volunteer count less; None where one leaves them out.

    Weekly help: the eight weeks from its start, or from today; flexible help: the coming four weeks.
    """
    today = now.date().toordinal()
    match when:
        case Weekly(heeds_absence=False):
            first = max(when.start.toordinal(), today)
            last = first + WEEKLY_DAYS - 1
            return first, last if when.until is None else max(first, min(last, when.until.toordinal()))
        case Flexible():
            return today, today + FLEXIBLE_DAYS - 1
        case _:
            return None


def present(days_away: NDArray[np.float64], days: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Share of days without absences; absences that overlap are counted twice, all of them at the most."""
    return np.asarray(1 - np.minimum(days_away / days, 1.0))


def days_away(away: Iterable[Away], first: int, last: int) -> int:
    """How many days (ordinals, both included) fall in an absence; one that falls in two is counted once."""
    gone: set[int] = set()
    for absence in away:
        gone.update(range(max(absence.first.toordinal(), first), min(absence.last.toordinal(), last) + 1))
    return len(gone)
