"""Help on one day of which the time is still open.

The matching file format knows a moment (``once``) and a week (``weekly``). This is a week that begins and ends on the
same day: each window is a stretch in which the help would fit, and who can come in one of them can help.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from models import values

HELP_LASTS = timedelta(hours=2)
"""How long help is taken to last where nobody said so."""
PARTS = {"morning": ("09:00", "12:00"), "afternoon": ("12:00", "17:00"), "evening": ("17:00", "21:30")}
"""The hours of the three parts of a day in which neighbours help."""
_DAY = (PARTS["morning"][0], PARTS["evening"][1])
_STEP = timedelta(minutes=30)
"""People choose their hours from half hours: who can come from half past nine to half past eleven can help too."""
Span = tuple[datetime, datetime]


def spans(day: date, part: str | None, not_before: datetime | None = None) -> list[Span]:
    """Give every stretch of `HELP_LASTS` in a part of a day (None: the whole day), one each half hour.

    Parameters
    ----------
    not_before : datetime, optional
        Naive and local: what begins earlier has passed.

    Returns
    -------
    list of (datetime, datetime)
        Naive and local; the rest of it where less is left, empty where the day, or that part of it, has passed.
    """
    first, last = (_at(day, clock) for clock in (_DAY if part is None else PARTS[part]))
    while not_before is not None and first < not_before:
        first += _STEP
    return _within(first, last) if first < last else []


def end(field: str, typed: str, start: datetime) -> datetime:
    """Read until when something lasts that begins then: that day, ``24:00`` at the latest; empty: `HELP_LASTS`.

    Raises
    ------
    Invalid
        ``time`` for the field.
    """
    midnight = _at(start.date(), "24:00")
    if not typed.strip():
        return min(start + HELP_LASTS, midnight)
    return midnight if typed.strip() == "24:00" else datetime.combine(start.date(), values.clock(field, typed))


def clock_of_end(start: datetime, until: datetime) -> str:
    """Give the clock on which something ends, as `end` reads it."""
    return "24:00" if until.date() > start.date() else f"{until:%H:%M}"


def _within(first: datetime, last: datetime) -> list[Span]:
    """Give each stretch of `HELP_LASTS` between two moments, or all of it where it is shorter."""
    starts = [first + number * _STEP for number in range(max((last - HELP_LASTS - first) // _STEP, 0) + 1)]
    return [(start, min(start + HELP_LASTS, last)) for start in starts]


def _at(day: date, clock: str) -> datetime:
    """24:00 is the end of the day."""
    return datetime.combine(day, time.min) + timedelta(hours=int(clock[:2]), minutes=int(clock[3:]))


def as_when(day: date, fitting: list[Span]) -> dict[str, Any]:
    """Give ``when`` of the matching file format for stretches of one day."""
    windows = [{"day": values.DAYS[day.weekday()], "from": f"{a:%H:%M}", "to": f"{b:%H:%M}"} for a, b in fitting]
    return {"kind": "weekly", "windows": windows, "from": day.isoformat(), "until": day.isoformat()}


def of(when: Mapping[str, Any]) -> date | None:
    """Give the one day on which help is wanted, at a time that is known or still open; None where there may be more."""
    if when.get("kind") == "once":
        return datetime.fromisoformat(str(when["start"])).date()
    if when.get("kind") != "weekly" or when.get("until") != when["from"]:
        return None
    day = date.fromisoformat(str(when["from"]))
    return day if all(window["day"] == values.DAYS[day.weekday()] for window in when["windows"]) else None


def is_open(when: Mapping[str, Any]) -> bool:
    """Whether help is wanted on one day, at a time that is still open."""
    return when.get("kind") == "weekly" and of(when) is not None


def stretches(when: Mapping[str, Any]) -> list[Span]:
    """Give the stretches (naive, local) of which help on one day takes one; none where it may be on more days."""
    if when.get("kind") == "once":
        return [(datetime.fromisoformat(str(when["start"])), datetime.fromisoformat(str(when["end"])))]
    day = of(when)
    if day is None:
        return []
    asked = [(_at(day, window["from"]), _at(day, window["to"])) for window in when["windows"]]
    return [span for window in asked for span in _within(*window)]


def hours(when: Mapping[str, Any]) -> list[tuple[str, str]] | None:
    """Give between which hours (``09:00``) help on one day would fit; None where any time of the day will do."""
    found: list[tuple[str, str]] = []
    for start, end in sorted((window["from"], window["to"]) for window in when["windows"]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return None if found == [_DAY] else found
