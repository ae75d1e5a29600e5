"""The days of the week in a text, and which of them are refused."""

import re
from dataclasses import dataclass

from matcher.language.denials import also_denied, is_denied

NAMES = (
    ("maandag", "monday"), ("dinsdag", "tuesday"), ("woensdag", "wednesday"), ("donderdag", "thursday"),
    ("vrijdag", "friday"), ("zaterdag", "saturday"), ("zondag", "sunday"),
)  # fmt: skip
NUMBERS = {name: number for number, names in enumerate(NAMES) for name in names}
NAME = "(?:" + "|".join(NUMBERS) + ")"
DAY = rf"(?P<day>{NAME})(?:s|en| ?(?:ochtend|morgen|middag|avond))?"
"""One day of the week as a pattern, with its part of the day; the group ``day`` is its name."""
_DAY = re.compile(rf"(?<!\w){DAY}(?!\w)")


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week that is named: 0 is Monday; ``denied`` where it is named to refuse it."""

    start: int
    words: str
    number: int
    denied: bool


def weekdays(plain: str, *, within: str | None = None) -> list[Weekday]:
    """Find the days of the week in a normalised text, in its order.

    Parameters
    ----------
    within : str, optional
        The same text with parts of it blanked out: only what is left is searched.
    """
    found: list[Weekday] = []
    before: int | None = None
    for match in _DAY.finditer(plain if within is None else within):
        denied = is_denied(plain, *match.span()) or (before is not None and also_denied(plain, before, *match.span()))
        before = match.end() if denied else None
        found.append(Weekday(match.start(), match.group(), NUMBERS[match["day"]], denied))
    return found
