"""Days, times and moments of help, written as people read them; the same in mails, on the phone and on paper."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from babel.dates import format_date, get_day_names

from models import one_day
from models.values import DAYS

Translate = Callable[[str], str]


def listed(parts: Iterable[str], language: str) -> str:
    """Write one after another, with the comma of the language."""
    return ("، " if language == "ar" else ", ").join(parts)


# Where the weekday goes, and what stands between; all others write it as Dutch does.
_DAYS = {"ar": "EEEE، d MMMM{}", "pl": "EEEE, d MMMM{}", "tr": "d MMMM{} EEEE", "uk": "EEEE, d MMMM{}"}


def day(of: date, language: str, today: date) -> str:
    """Write a day with its weekday, ``dinsdag 24 november``; with the year where it is another one."""
    pattern = _DAYS.get(language, "EEEE d MMMM{}")
    return _date(of, pattern.format("" if of.year == today.year else " y"), language)


@lru_cache(maxsize=4096)  # a page says the same few days over and over
def _date(of: date, pattern: str, language: str) -> str:
    return str(format_date(of, pattern, locale=language))


def clock(of: time) -> str:
    """Write a time of day, ``9:30``; the sentence around it adds ``uur``."""
    return f"{of.hour}:{of.minute:02}"


def period(start: datetime, end: datetime, gettext: Translate) -> str:
    """Write from when until when (naive, local), ``13:30 tot 15:30 uur``."""
    return _hours(clock(start.time()), clock(end.time()), gettext)


def weekday(of: date, language: str) -> str:
    """Write the day of the week, ``dinsdag``."""
    return _date(of, "EEEE", language)


def date_alone(of: date, language: str, today: date) -> str:
    """Write a day without its weekday, ``24 november``; with the year where it is another one."""
    return _date(of, "d MMMM" if of.year == today.year else "d MMMM y", language)


def weekly(days: Sequence[date], language: str, today: date, gettext: Translate) -> str:
    """Write a weekly series, ``Elke dinsdag van 1 december tot en met 26 januari 2027``.

    Parameters
    ----------
    days : sequence of date
        On which they meet, in order; weeks may be left out.
    """
    return gettext("Every %(weekday)s from %(first)s until %(last)s") % {
        "weekday": weekday(days[0], language),
        "first": date_alone(days[0], language, today),
        "last": date_alone(days[-1], language, today),
    }


def every(day: date, language: str, gettext: Translate) -> str:
    """Write on which day of each week, ``Elke dinsdag``."""
    return gettext("Every %(weekday)s") % {"weekday": weekday(day, language)}


def from_until(days: Sequence[date], language: str, today: date, gettext: Translate) -> str:
    """Write from when until when a weekly series goes on, ``Van 1 december tot en met 26 januari 2027``."""
    return gettext("From %(first)s until %(last)s") % {
        "first": date_alone(days[0], language, today),
        "last": date_alone(days[-1], language, today),
    }


def not_on(days: Sequence[date], language: str, today: date, gettext: Translate) -> str:
    """Write which weeks of a weekly series are left out, ``Niet op 29 december``; nothing where none is."""
    weeks = (days[-1] - days[0]).days // 7
    missing = [day for week in range(weeks) if (day := days[0] + timedelta(weeks=week)) not in days]
    if not missing:
        return ""
    return gettext("Not on %(days)s") % {
        "days": listed((date_alone(day, language, today) for day in missing), language)
    }


def moment(start: datetime, end: datetime, days: Sequence[date], language: str, today: date, gettext: Translate) -> str:
    """Write a moment to choose from in one line: ``dinsdag 8 december, 13:30 tot 15:30 uur``, or for which weeks.

    Parameters
    ----------
    days : sequence of date
        On which they would meet, that of ``start`` (naive, local) first.
    """
    hours = period(start, end, gettext)
    if len(days) == 1:
        return listed((day(days[0], language, today), hours), language)
    parts = (listed((weekly(days, language, today, gettext), hours), language), not_on(days, language, today, gettext))
    return ". ".join(part for part in parts if part)


def capital(text: str) -> str:
    """Begin with a capital, and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def when(given: Mapping[str, Any], language: str, today: date, gettext: Translate) -> str:
    """Write when help is wanted: a moment, some hours of each week, or together to be chosen.

    Parameters
    ----------
    given : mapping
        ``when`` of the matching file format.
    """
    if given.get("kind") == "once":
        start, end = datetime.fromisoformat(str(given["start"])), datetime.fromisoformat(str(given["end"]))
        return listed((day(start.date(), language, today), period(start, end, gettext)), language)
    if only := one_day.of(given):  # at a time that is still open
        return _within(day(only, language, today), one_day.hours(given), language, gettext)
    if given.get("kind") == "weekly":
        return gettext("Every week: %(times)s") % {"times": _weekly(given["windows"], language, gettext)}
    return gettext("On a day that suits you both")


def _within(on: str, hours: Sequence[tuple[str, str]] | None, language: str, gettext: Translate) -> str:
    if hours is None:
        return gettext("%(day)s, at a time that suits you both") % {"day": on}
    spans = [
        gettext("between %(start)s and %(end)s") % {"start": start.removeprefix("0"), "end": end.removeprefix("0")}
        for start, end in hours
    ]
    return listed([on, *spans], language)


def _weekly(windows: list[Mapping[str, str]], language: str, gettext: Translate) -> str:
    names = get_day_names("wide", locale=language)
    parts = []
    for window in windows:
        start, end = (window[key].removeprefix("0") for key in ("from", "to"))
        parts.append(f"{names[DAYS.index(window['day'])]} {_hours(start, end, gettext)}")
    return listed(parts, language)


def _hours(start: str, end: str, gettext: Translate) -> str:
    return gettext("%(start)s to %(end)s") % {"start": start, "end": end}
