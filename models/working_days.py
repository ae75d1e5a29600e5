"""Working days in the Netherlands: what "within two working days" means. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache

from models.delays import today as day_of

LIBERATION_DAY = "liberation_day"


def easter(year: int) -> date:
    """Give Easter Sunday (the Gregorian computus in Gauss's form, valid from 1583).

    >>> easter(2026).isoformat()
    '2026-04-05'
    """
    century = year // 100
    moon = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    moon -= moon // 28 * (1 - 29 // (moon + 1) * ((21 - year % 19) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    return date(year, 3, 28) + timedelta(days=moon - weekday)


@cache
def named_days(year: int) -> Mapping[date, str]:
    """Give the public holidays of the Netherlands with their names (slugs), those in a weekend and 5 May included.

    >>> named_days(2026)[date(2026, 12, 25)]
    'christmas_day'
    """
    sunday = easter(year)
    king = date(year, 4, 27)
    # Where two fall together (Ascension Day was on 5 May in 2016) the one on which nobody works names the day.
    return {
        date(year, 1, 1): "new_years_day",
        sunday: "easter_sunday",
        sunday + timedelta(days=1): "easter_monday",
        king if king.weekday() != 6 else king - timedelta(days=1): "kings_day",
        date(year, 5, 5): LIBERATION_DAY,
        sunday + timedelta(days=39): "ascension_day",
        sunday + timedelta(days=49): "pentecost_sunday",
        sunday + timedelta(days=50): "pentecost_monday",
        date(year, 12, 25): "christmas_day",
        date(year, 12, 26): "boxing_day",
    }


def holiday(day: date) -> str | None:
    """Give the name (slug) of the public holiday that a day is."""
    return named_days(day.year).get(day)


@cache
def holidays(year: int) -> frozenset[date]:
    """Give the days on which hardly anybody works; on most Liberation Days people do."""
    return frozenset(day for day, name in named_days(year).items() if name != LIBERATION_DAY)


def is_working_day(day: date) -> bool:
    """Whether a desk works on this day.

    >>> is_working_day(date(2026, 4, 27)), is_working_day(date(2026, 4, 28))
    (False, True)
    """
    return day.weekday() < 5 and day not in holidays(day.year)


def working_days_after(start: date, today: date) -> int:
    """Count the working days after ``start`` up to and including ``today``.

    >>> working_days_after(date(2026, 11, 20), date(2026, 11, 23))  # from Friday to Monday
    1
    """
    days = (today - start).days
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))


def add_working_days(day: date, number: int) -> date:
    """Give the ``number``-th working day after a day (0: that day itself, whatever it is).

    >>> add_working_days(date(2026, 12, 24), 2).isoformat()  # a Thursday; Christmas is on Friday and Saturday
    '2026-12-29'
    """
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day


def promised_day(asked_at: datetime, number: int, timezone: str) -> date:
    """Give the last day on which somebody who asked at a moment (aware) is told something."""
    return add_working_days(day_of(asked_at, timezone), number)
