"""What somebody's words already say about when: filled in on the page, said so, and theirs to change."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from matcher import Clues, read_clues

_DAYTIME = ("morning", "afternoon")
_SOON = {"morgen": 1, "tomorrow": 1, "overmorgen": 2}


@dataclass(frozen=True, slots=True)
class WhenRead:
    """What was read: answers for the page about when, and the words that it was read in."""

    answers: dict[str, Any] = field(default_factory=dict)
    words: Sequence[str] = ()


def when_read(text: str, today: date) -> WhenRead:
    """Read how often, on which days and at what time of day; nothing where the words do not say how often."""
    clues = read_clues(text)
    often = clues.first("often")
    if often is None:
        return WhenRead()
    words = [clue.words for clue in clues.found if clue.about in ("often", "day", "part")]
    # "elke dinsdagmiddag" says it all: what stands within it is not said again.
    words = [one for one in words if not any(one != other and one in other for other in words)]
    answers = _once(clues, words, today) if often == "once" else _weekly(clues)
    return WhenRead({"how": often, **answers}, list(dict.fromkeys(words)))


def _once(clues: Clues, words: Sequence[str], today: date) -> dict[str, Any]:
    days = clues.of("day")
    soon = next((days_on for word, days_on in _SOON.items() if word in words), None)
    if soon is None and len(days) == 1:
        soon = (int(days[0]) - today.weekday()) % 7 or 7  # on a Tuesday, "next Tuesday" is not today
    return {} if soon is None else {"date": (today + timedelta(days=soon)).isoformat()}


def _weekly(clues: Clues) -> dict[str, Any]:
    days, parts = [int(day) for day in clues.of("day")], list(clues.of("part"))
    if not days and not parts:
        return {}
    ticked = {day: parts or list(_DAYTIME) for day in days or range(7)}
    return {"week": {"parts": ticked, "times": {}}}
