"""What somebody's words already say: filled in on the page, said so, and theirs to change."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matcher import Clue, Clues, read_clues, read_day, read_time
from models import preferences
from models.one_day import PARTS
from web.ask.forms import LANGUAGES

_DAYTIME = ("morning", "afternoon")


@dataclass(frozen=True, slots=True)
class WhenRead:
    """What was read: answers for the page about when, and the words that led to one of them."""

    answers: dict[str, Any] = field(default_factory=dict)
    words: Sequence[str] = ()


def when_read(text: str, today: date) -> WhenRead:
    """Read how often, on which days and at what time of day; nothing where the words do not say how often.

    A date says that it is once; a day of the week alone does not.
    """
    clues = read_clues(text)
    often = clues.first("often")
    day = read_day(text, today)
    words = [clue.words for clue in clues.found if clue.about == "often" and clue.value == often]
    if often == "weekly":
        week, said = _week(clues)
        answers: dict[str, Any] = {"how": often, **week}
        words += said
    elif often == "once" or (day.day is not None and not day.bare):
        answers = {"how": "once"}
        if day.day is not None:
            answers["date"] = day.day.isoformat()
        starts, said = _starts(text, clues)
        if starts is not None:
            answers["starts"] = starts
        words += [*day.words, *said]
    else:
        return WhenRead()
    # "elke dinsdagmiddag" says it all: what stands within it is not said again.
    words = [one for one in words if not any(one != other and one in other for other in words)]
    return WhenRead(answers, list(dict.fromkeys(words)))


def _starts(text: str, clues: Clues) -> tuple[str | None, list[str]]:
    """Give from what time, or else in which part of the day, and in which words that was read."""
    time = read_time(text)
    parts = set(clues.of("part"))
    if time.clock is not None or len(parts) != 1 or not parts <= PARTS.keys() or parts & set(clues.of("no_part")):
        return time.clock, list(time.words)
    return parts.pop(), [clue.words for clue in clues.found if clue.about == "part"]


def _week(clues: Clues) -> tuple[dict[str, Any], list[str]]:
    """Give the week as it is ticked, and in which words it was read."""
    # What suits and does not suit at once is not understood: then it is left to themselves.
    days = [int(day) for day in clues.of("day") if day not in clues.of("no_day")]
    parts = [part for part in clues.of("part") if part not in clues.of("no_part")]
    if not days and not parts:
        return {}, []
    whole = [part for part in _DAYTIME if part not in clues.of("no_part")]
    others = [day for day in range(7) if str(day) not in clues.of("no_day")]
    ticked = {day: parts or whole for day in days or others if parts or whole}
    if not ticked:
        return {}, []
    used = {("day", str(day)) for day in days} | {("part", part) for part in parts}
    return {"week": {"parts": ticked, "times": {}}}, [c.words for c in clues.found if (c.about, c.value) in used]


@dataclass(frozen=True, slots=True)
class AboutRead:
    """The languages and what is at home that the words speak of, and those words."""

    languages: Sequence[str] = ()
    language_words: Sequence[str] = ()
    traits: Sequence[str] = ()
    home_words: Sequence[str] = ()


def _told(clues: Sequence[Clue]) -> tuple[list[str], list[str]]:
    return [clue.value for clue in clues], [clue.words for clue in clues]


def about_read(text: str) -> AboutRead:
    """Read in which languages somebody can be helped and what is at their home, of what can be ticked."""
    found = read_clues(text).found
    spoken = [clue for clue in found if clue.about == "language" and clue.value in LANGUAGES]
    home = [clue for clue in found if clue.about == "home" and clue.value in preferences.HOME]
    return AboutRead(*_told(spoken), *_told(home))
