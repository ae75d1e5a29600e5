"""The days and hours at which help is asked and given: as the text says, else as is usual for its kind."""

import random
import re
from datetime import date, datetime, time, timedelta

WEEKDAYS = (
    ("maandag", "monday"),
    ("dinsdag", "tuesday"),
    ("woensdag", "wednesday"),
    ("donderdag", "thursday"),
    ("vrijdag", "friday"),
    ("zaterdag", "saturday", "weekend"),
    ("zondag", "sunday"),
)
_WEEKDAY = re.compile(rf"\b({'|'.join(name for names in WEEKDAYS for name in names)})", re.IGNORECASE)
MORNING, AFTERNOON, EVENING = "morning", "afternoon", "evening"
_STARTS = {
    MORNING: (time(9), time(9, 30), time(10), time(10), time(10, 30), time(11)),
    AFTERNOON: (time(13), time(13, 30), time(14), time(14, 30), time(15), time(15, 30), time(16)),
    EVENING: (time(18, 30), time(19), time(19), time(19, 30), time(20)),
}
_PARTS = (
    (MORNING, re.compile(r"ochtend|'s morgens|\bmornings?\b", re.IGNORECASE)),
    (AFTERNOON, re.compile(r"(?<!goede)(?<!goeden)(?<!tussen de )middag|(?<!good )\bafternoons?\b", re.IGNORECASE)),
    (EVENING, re.compile(r"(?<!goeden)avond|(?<!good )\bevenings?\b", re.IGNORECASE)),
)
# How many of a hundred are in the morning, and in the evening; the others are in the afternoon.
_USUAL = (40, 22)
_SHARES = {
    "child-minding": (10, 25),
    "cooking-meals": (25, 35),
    "garden": (60, 0),
    "groceries": (70, 5),
    "homework": (0, 35),
    "hospital-escort": (65, 0),
    "hosting": (60, 10),
    "light-housework": (65, 0),
    "moving-help": (75, 0),
    "outings": (35, 5),
    "pets": (55, 15),
    "respite-care": (45, 10),
    "transport": (50, 10),
    "walking-together": (50, 8),
    "wheelchair-outing": (40, 0),
}
_MINUTES = {
    "event-help": 180,
    "garden": 120,
    "groceries": 60,
    "hospital-escort": 150,
    "outings": 180,
    "phone-buddy": 30,
}
_IN_WEEKENDS = frozenset(("event-help", "moving-help", "outings", "wheelchair-outing"))


def named_weekday(text: str) -> int | None:
    """Give the first weekday that a text names (Monday: 0): who writes "woensdag" means a Wednesday."""
    named = _WEEKDAY.search(text)
    if named is None:
        return None
    return next(day for day, names in enumerate(WEEKDAYS) if named[1].casefold() in names)


def help_day(text: str, kind: str, first: date, rng: random.Random) -> date:
    """Give the day, at or after the first possible, that suits: the one that was named, else mostly a working day."""
    wanted, instead = named_weekday(text), rng.randrange(5)
    stays = rng.random() < (0.6 if kind in _IN_WEEKENDS else 0.12)
    if wanted is None and (first.weekday() < 5 or stays):
        return first
    return first + timedelta(days=((instead if wanted is None else wanted) - first.weekday()) % 7)


def help_hours(text: str, kind: str, day: date, rng: random.Random) -> tuple[datetime, datetime]:
    """Give from when until when the help is, on the wall clock."""
    mark, part = rng.randrange(100), AFTERNOON
    mornings, evenings = _SHARES.get(kind, _USUAL)
    if mark < mornings:
        part = MORNING
    elif mark >= 100 - evenings:
        part = EVENING
    part = next((name for name, said in _PARTS if said.search(text)), part)
    start = datetime.combine(day, rng.choice(_STARTS[part]))
    return start, start + timedelta(minutes=_MINUTES.get(kind, 90))
