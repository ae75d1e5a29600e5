"""At what time of day, read by rule: only whole and half hours, and only where one time is sure."""

import re
from dataclasses import dataclass

from matcher.language.denials import is_denied
from matcher.language.normalise import normalise

_DUTCH = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf")
_ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_HOURS = {word: number for words in (_DUTCH, _ENGLISH) for number, word in enumerate(words, 1)}
_DIGITS = "(?<![0-9.:,-])(?P<hour>[0-9]{1,2})"
_WORD = "(?<![0-9.:,-])(?P<hour>[0-9]{1,2}|" + "|".join(_HOURS) + ")"
_MINUTES = "[:.](?P<minute>[0-9]{2})"
_HALF_DAY = r"(?P<half>[ap])\.?m(?:\.|\b)"
_EARLIEST, _LATEST = "06:00", "23:00"
_TIMES = tuple(
    re.compile(rf"(?<!\w){pattern}(?![\w:])")
    for pattern in (
        # In Dutch "half drie" is half past two; "half two" in English is something else.
        rf"(?P<to>half) (?P<hour>{'|'.join(_DUTCH)})",
        r"om (?P<to>half) (?P<hour>[0-9]{1,2})",
        rf"(?P<past>half past) {_WORD}",
        rf"{_DIGITS}{_MINUTES} ?(?:{_HALF_DAY}|uur|u|h)",
        rf"(?:om|at) {_DIGITS}{_MINUTES}(?! ?(?:{_HALF_DAY}|uur|u\b|h\b|euro|%))",
        rf"{_DIGITS}[uh](?P<minute>[0-9]{{2}})",
        rf"om {_WORD} uur",
        rf"{_WORD} ?(?:o'clock|{_HALF_DAY})",
        rf"(?P<odd>kwart (?:voor|over)|quarter (?:to|past)) {_WORD}",
    )
)
# "Goedemiddag" greets.
_NO_GREETING = r"(?<!\w)(?<!goede )(?<!goeden )(?<!good )(?!goede)"
_PARTS = {
    part: re.compile(rf"{_NO_GREETING}(?:{words})(?!\w)")
    for part, words in {
        "morning": r"\w*ochtends?|'s morgens|in de morgen|mornings?",
        "afternoon": r"\w*middags?|afternoons?",
        "evening": r"\w*avonds?|evenings?",
    }.items()
}
# An edge or a guess is not a time to begin at.
_EDGE = re.compile(
    r"(?:\b(?:tot|na|voor|over|tussen|van|vanaf|sinds|rond|omstreeks|ongeveer|circa|uiterlijk|en|before|after|until|till"
    r"|by|between|from|since|around|about|to|past|and)(?: om| at| de| the)?|[-–])$"
)
_ONWARD = re.compile(r" ?(?:-|–|tot\b|to\b|until\b|till\b|t/m\b)")


@dataclass(frozen=True, slots=True)
class TimeRead:
    """The time of day that was read (``"14:30"``), and in which words."""

    clock: str | None = None
    words: tuple[str, ...] = ()


def read_time(text: str) -> TimeRead:
    """Read at what time help is needed; nothing where that is not sure. Never fails.

    Without more words one to six o'clock is in the afternoon and nine to twelve in the daytime; of seven and eight
    nobody can tell.

    Examples
    --------
    >>> read_time("Dinsdag om half drie naar de kapper").clock
    '14:30'
    >>> read_time("om 8 uur").clock is None, read_time("om 8 uur 's avonds").clock
    (True, '20:00')
    """
    plain = normalise(text)
    parts = [part for part, pattern in _PARTS.items() if pattern.search(plain)]
    clocks, words = set[str | None](), []
    for pattern in _TIMES:
        for match in pattern.finditer(plain):
            unsure = _EDGE.search(plain[max(0, match.start() - 20) : match.start()].rstrip()) or _ONWARD.match(
                plain[match.end() : match.end() + 8]
            )
            clocks.add(None if unsure or is_denied(plain, *match.span()) else _clock(match, parts))
            words.append((match.start(), match.group()))
    if len(clocks) != 1 or (clock := clocks.pop()) is None:
        return TimeRead()
    return TimeRead(clock, tuple(dict.fromkeys(said for _start, said in sorted(words))))


def _clock(match: re.Match[str], parts: list[str]) -> str | None:
    said = match.groupdict()
    hour, minute = _HOURS.get(said["hour"]) or int(said["hour"]), int(said.get("minute") or 0)
    if said.get("odd") or ((said.get("to") or said.get("past") or said.get("half")) and not 1 <= hour <= 12):
        return None
    if said.get("to"):
        hour, minute = hour - 1 or 12, 30
    elif said.get("past"):
        minute = 30
    if said.get("half"):
        hour = hour % 12 + (12 if said["half"] == "p" else 0)
    elif hour <= 12 and not said["hour"].startswith("0"):
        hour = _of_the_day(hour, minute, parts)
    clock = f"{hour:02}:{minute:02}"
    return clock if hour < 24 and minute in (0, 30) and _EARLIEST <= clock <= _LATEST else None


def _of_the_day(hour: int, minute: int, parts: list[str]) -> int:
    """Give the hour on a clock of 24 hours; 24 where nobody can tell."""
    after_noon = hour if hour == 12 else hour + 12
    if len(parts) > 1:
        return 24
    if parts == ["morning"]:
        return hour if 5 <= hour <= 11 else 24
    if parts == ["afternoon"]:
        return after_noon if hour <= 6 or hour == 12 else 24
    if parts == ["evening"]:
        return after_noon if 5 <= hour <= 11 else 24
    if hour < 6 or (hour, minute) == (6, 0):
        return after_noon
    return hour if hour >= 9 else 24
