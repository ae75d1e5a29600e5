"""Which day a text speaks of, read by rule: only where it is sure, for a wrong day is worse than none.

Everything that says something of a day is gathered: some of it names a day ("5 December", "tomorrow"), some only
narrows it down ("next week", "a Tuesday", "not on Monday"). A day is read where one is named and all else agrees.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from matcher.language.denials import is_denied
from matcher.language.normalise import normalise
from matcher.language.weekdays import DAY, NAME, NUMBERS, weekdays

FARTHEST = timedelta(days=731)
"""A day that is further away is not read: two years, a leap day included."""
WITHOUT_YEAR = timedelta(days=270)
"""And without its year none that is further than this: "on 20 November" of three days later was last week."""
_MONTHS = {
    name: number
    for number, names in enumerate((
        "januari|january|jan", "februari|february|feb", "maart|march|mrt|mar", "april|apr", "mei|may", "juni|june|jun",
        "juli|july|jul", "augustus|august|aug", "september|sept|sep", "oktober|october|okt|oct", "november|nov",
        "december|dec",
    ), 1)
    for name in names.split("|")
}  # fmt: skip
_MONTH = "(?:" + "|".join(_MONTHS) + r")\b\.?"
# The others may be a name or a verb too: "Jan 5", "I may", "march".
_LONG_MONTH = "(?:" + "|".join(name for name in _MONTHS if len(name) > 3 and name != "march") + ")"
_NUMBER = "(?P<number>[0-9]{1,2})"
_FIRST = "(?<![0-9.:,/-])"
_TH = "(?:ste|de|e|st|nd|rd|th)"
_YEAR = "(?:,? (?P<year>[0-9]{4})(?![0-9]))?"
_LIST = "(?:-|/|,|&|t/m|en|of|tot|and|or|to|until|through|tot en met)"
# What is counted is no date: "2-3 times", "5/12 years".
_COUNTED = (
    "(?! ?(?:uur|uren|u|hours?|keer|x|maal|times?|jaar|jarige?|years?|dagen|days?|weken|weeks?|maanden|months?|min"
    "|minuten|minutes?|personen|people|mensen|kinderen|children|km|kilo|kg|euro|am|pm|procent|%)(?!\\w))"
)
_WEEKS = {"een": 1, "1": 1, "a": 1, "one": 1, "twee": 2, "2": 2, "two": 2, "drie": 3, "3": 3, "three": 3}
_COUNT = "(?P<weeks>" + "|".join(_WEEKS) + ")"
_OVER = f"over {_COUNT} we(?:ek|ken)"
_NEXT_WEEK = "(?:volgende|next) week"
_THIS_WEEK = "(?:deze|this) week"
_SHORT_DAYS = ("ma|mon", "di|tue|tues", "wo|wed", "do|thu|thur|thurs", "vr|fri", "za|sat", "zo|sun")
_SHORT = {short: number for number, names in enumerate(_SHORT_DAYS) for short in names.split("|")}
_SHORT_DAY = re.compile(
    rf"(?<!\w)(?P<day>{'|'.join(_SHORT)})\.?,? (?=[0-9]{{1,2}}{_TH}?(?: {_MONTH}|[-/][0-9])|{_MONTH} [0-9])"
)
# An edge of time is not the day itself, and since when is not until when.
_EDGE = re.compile(
    r"\b(?:vanaf|tot|tot en met|t/m|voor|na|week van|week of|from|until|till|by|before|after|rond|omstreeks|around)"
    rf"(?: (?:op|on|de|the))?(?: {NAME},?(?: (?:de|the))?)?$"
)
_LONG_GONE = re.compile(rf"\b(?:sinds|since|afgelopen|vorige|last)(?: week)?(?: (?:op|on|de|the))?(?: {NAME},?)?$")
_LAST_WEEK = re.compile(rf"(?<!\w){NAME}(?: van| of)? (?:vorige|afgelopen|last) week(?!\w)")
_OF_THE_PAST = re.compile(
    r"\b(?:geboren|born|overleden|overleed|died|passed away|viel|gevallen|fell|geweest|geleden|ago)\b"
)
_ADDRESS = re.compile(r"(?:straat|weg|laan|plein|hof|nummer|nr\.?|street|road) $")
_END_OF_SENTENCE = re.compile(r"[.!?;] ")


@dataclass(frozen=True, slots=True)
class DayRead:
    """The day that was read, and in which words; ``bare`` where only a day of the week is named."""

    day: date | None = None
    words: tuple[str, ...] = ()
    bare: bool = False


@dataclass(frozen=True, slots=True)
class _Mention:
    """Something that is said of the day: which one it is, or which ones it can be."""

    start: int
    words: str
    day: date | None = None
    among: frozenset[date] | None = None
    weekday: int | None = None
    bare: bool = False
    denied: bool = False

    def agrees(self, day: date) -> bool:
        can_be = (self.among is None or day in self.among) and self.weekday in (None, day.weekday())
        return can_be != self.denied


_Rule = Callable[[re.Match[str], date], _Mention | None]


def read_day(text: str, today: date) -> DayRead:
    """Read on which day help is needed; nothing where that is not sure. Never fails.

    Parameters
    ----------
    text : str
        In Dutch or English; the first 10,000 characters are read.
    today : date
        From which "tomorrow" and "next week" are counted.

    Examples
    --------
    >>> read_day("Volgende week dinsdag, dus op 1 december", date(2026, 11, 23)).day
    datetime.date(2026, 12, 1)
    >>> read_day("Op 16 december, een dinsdag", date(2026, 11, 23))
    DayRead(day=None, words=(), bare=False)
    """
    mentions = sorted(_mentions(normalise(text), today), key=lambda mention: mention.start)
    named = [mention for mention in mentions if mention.day and not mention.bare and not mention.denied]
    if not named:
        # A day of the week alone is the next one, unless anything else is said that we cannot count with.
        if any(not mention.bare and not mention.denied for mention in mentions):
            return DayRead()
        named = [mention for mention in mentions if mention.bare and not mention.denied]
    days = {mention.day for mention in named if mention.day}
    day = next(iter(days), None)
    if day is None or len(days) > 1 or not today <= day <= today + FARTHEST:
        return DayRead()
    if not all(mention.agrees(day) for mention in mentions):
        return DayRead()
    return DayRead(day, tuple(dict.fromkeys(mention.words for mention in named)), named[0].bare)


def _mentions(plain: str, today: date) -> Iterator[_Mention]:
    """Give all that is said of a day: the longest phrases first, and no word is read twice."""
    for match in _SHORT_DAY.finditer(plain):
        yield _Mention(match.start(), match.group(), weekday=_SHORT[match["day"]])
    rest = _LAST_WEEK.sub(lambda match: "\0" * len(match.group()), plain)
    for pattern, rule in _RULES:
        read: list[tuple[int, int]] = []
        for match in pattern.finditer(rest):
            found = rule(match, today)
            if found is None:
                continue
            read.append(match.span())
            if (kept := _in_its_place(found, plain, match.end())) is not None:
                yield kept
        for start, end in read:
            rest = rest[:start] + "\0" * (end - start) + rest[end:]
    for one in weekdays(plain, within=rest):
        upcoming = today + timedelta(days=(one.number - today.weekday()) % 7 or 7)  # never today itself
        found = _Mention(one.start, one.words, upcoming, weekday=one.number, bare=True, denied=one.denied)
        if (kept := _in_its_place(found, plain, one.start + len(one.words))) is not None:
            yield kept


def _in_its_place(mention: _Mention, plain: str, end: int) -> _Mention | None:
    """Look at the words around: long ago is no day at all, an edge is none that can be filled in."""
    before = plain[max(0, mention.start - 60) : mention.start].rstrip()
    around = _END_OF_SENTENCE.split(before)[-1] + " " + _END_OF_SENTENCE.split(plain[end : end + 60])[0]
    if _LONG_GONE.search(before) or _OF_THE_PAST.search(around):
        return None
    if _EDGE.search(before):
        return _Mention(mention.start, mention.words, among=frozenset())
    if mention.day and not mention.bare and is_denied(plain, mention.start, end):
        return _Mention(mention.start, mention.words, among=frozenset({mention.day}), denied=True)
    return mention


# ---- the rules: what a phrase says -----------------------------------------------------------------------------------


def _words(match: re.Match[str]) -> str:
    return match.group().strip(" .,\0")


def _exactly(match: re.Match[str], day: date | None) -> _Mention:
    """One day; or one that does not exist, with which nothing agrees."""
    return _Mention(match.start(), _words(match), day, frozenset({day} if day else ()))


@lru_cache(maxsize=128)
def _upcoming(today: date, month: int = 0, number: int = 0) -> frozenset[date]:
    """Days of the coming two years of one month, or with one number."""
    days = (today + timedelta(days=ahead) for ahead in range(FARTHEST.days + 1))
    return frozenset(day for day in days if month in (0, day.month) and number in (0, day.day))


def _of_the_calendar(match: re.Match[str], today: date) -> _Mention:
    parts = match.groupdict()
    month = _MONTHS.get((parts.get("name") or "").rstrip("."), 0) or int(parts.get("month") or 0)
    year = parts.get("year")
    if year and len(year) == 4 and int(year) < today.year - 1:
        # The day of a birth or an operation: it says nothing of when help is needed.
        return _Mention(match.start(), _words(match), among=frozenset(), denied=True)
    return _exactly(match, _date(int(parts["number"]), month, year, today))


def _perhaps(match: re.Match[str], today: date) -> _Mention | None:
    """Two numbers that may be a date or not: never filled in, but another day makes it unsure."""
    day = _date(int(match["number"]), int(match["month"]), None, today)
    if (
        day is None
        or match.group() == "24/7"
        or _ADDRESS.search(match.string[max(0, match.start() - 9) : match.start()])
    ):
        return None
    return _Mention(match.start(), _words(match), among=frozenset({day}))


def _or_hours(match: re.Match[str], today: date) -> _Mention | None:
    """Two numbers after a day: "Tuesday 9-12" may well be from nine to twelve."""
    after_weekday = not match.string[: match.start()].endswith(("op ", "on ", "date ", "datum "))
    if after_weekday and "-" in match.group() and int(match["number"]) < int(match["month"]):
        return _perhaps(match, today)
    return _of_the_calendar(match, today)


def _date(number: int, month: int, year: str | None, today: date) -> date | None:
    this_century = 2000 if year and len(year) == 2 else 0
    for one in [int(year) + this_century] if year else (today.year, today.year + 1):
        try:
            found = date(one, month, number)
        except ValueError:
            continue
        if found >= today:
            return found if found <= today + (FARTHEST if year else WITHOUT_YEAR) else None
    return None


def _several(match: re.Match[str], _today: date) -> _Mention:
    return _Mention(match.start(), _words(match), among=frozenset())


def _in_a_week(ahead: int) -> _Rule:
    def rule(match: re.Match[str], today: date) -> _Mention:
        monday = today + timedelta(days=7 * ahead - today.weekday())
        return _exactly(match, monday + timedelta(days=NUMBERS[match["day"]]))

    return rule


def _weeks_on(match: re.Match[str], today: date) -> _Mention:
    """So many weeks after a day: sure only while that day is still to come this week, else people count in two ways."""
    ahead = NUMBERS[match["day"]] - today.weekday()
    if ahead <= 0:
        return _several(match, today)
    return _exactly(match, today + timedelta(days=ahead + 7 * _WEEKS[match["weeks"]]))


def _soon(days: int) -> _Rule:
    def rule(match: re.Match[str], today: date) -> _Mention:
        weeks = match.groupdict().get("weeks")
        return _exactly(match, today + timedelta(days=days + 7 * _WEEKS.get(weeks or "", 0)))

    return rule


def _coming(match: re.Match[str], today: date) -> _Mention:
    ahead = (NUMBERS[match["day"]] - today.weekday()) % 7
    if not ahead and match.group().startswith(("this ", "deze ")) and "coming " not in match.group():
        return _several(match, today)  # on a Tuesday, "this Tuesday" may well be today
    return _exactly(match, today + timedelta(days=ahead or 7))


def _some_day(match: re.Match[str], _today: date) -> _Mention:
    """Such a day of the week, but not which one."""
    return _Mention(match.start(), _words(match), weekday=NUMBERS[match["day"]])


def _numbered(match: re.Match[str], today: date) -> _Mention:
    """Such a day of the week with its number in the month, but not which month."""
    among = _upcoming(today, number=int(match["number"]))
    return _Mention(match.start(), _words(match), among=among, weekday=NUMBERS[match["day"]])


def _month(match: re.Match[str], today: date) -> _Mention:
    return _Mention(match.start(), _words(match), among=_upcoming(today, month=_MONTHS[match["name"]]))


def _next_week(match: re.Match[str], today: date) -> _Mention:
    monday = today + timedelta(days=7 - today.weekday())
    return _Mention(match.start(), _words(match), among=frozenset(monday + timedelta(days=n) for n in range(7)))


def _next_year(match: re.Match[str], today: date) -> _Mention:
    among = frozenset(day for day in _upcoming(today) if day.year == today.year + 1)
    return _Mention(match.start(), _words(match), among=among)


def _vaguely(match: re.Match[str], _today: date) -> _Mention:
    """Something of a day, from which none can be told."""
    return _Mention(match.start(), _words(match))


# "Next week I have to be at the hospital on Tuesday": a few words, and none that begins something else.
_NO_LINK = rf"(?!(?:en|of|maar|and|or|but|niet|not|geen|{NAME}\w*)\b)"
_TO_A_DAY = rf"(?:(?: {_NO_LINK}[\w']+){{1,5}} (?:op|on)|,?(?: op| on)?) "
_AFTER_A_DAY = "(?:" + "|".join(rf"(?<=\b{word} )" for word in ("op", "on", "date", "datum", *NUMBERS)) + ")"
_WHICH = "(?:eerste|tweede|derde|vierde|laatste|first|second|third|fourth)"
_NO_MORNING = "".join(
    f"(?<!{word} )"
    for word in ("goede", "goeden", "elke", "elken", "iedere", "'s", "de", "een", "deze", "vroege", *NUMBERS)
)
_PATTERNS: tuple[tuple[str, _Rule], ...] = (
    # A day and a month.
    (rf"{_FIRST}[0-9]{{1,2}}{_TH}?(?:,? ?{_LIST} ?[0-9]{{1,2}}{_TH}?){{1,4}} {_MONTH}", _several),
    (rf"{_LONG_MONTH} [0-9]{{1,2}}{_TH}? ?{_LIST} ?[0-9]{{1,2}}{_TH}?(?![0-9]|[:.][0-9]){_COUNTED}", _several),
    (rf"{_FIRST}{_NUMBER} ?{_TH}? (?:of )?(?P<name>{_MONTH}){_YEAR}", _of_the_calendar),
    (r"(?<![0-9./-])(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<number>[0-9]{1,2})(?![0-9/-])", _of_the_calendar),
    (
        rf"(?<![0-9./-]){_NUMBER}(?P<sign>[-/.])(?P<month>[0-9]{{1,2}})(?P=sign)(?P<year>[0-9]{{4}}|[0-9]{{2}})(?![0-9/-])",
        _of_the_calendar,
    ),
    (rf"(?P<name>{_LONG_MONTH}) {_NUMBER}{_TH}?(?![0-9]|[:.-][0-9]){_YEAR}{_COUNTED}", _of_the_calendar),
    (rf"(?<=\bon )(?P<name>{_MONTH}) {_NUMBER}{_TH}?(?![0-9]|[:.-][0-9]){_YEAR}{_COUNTED}", _of_the_calendar),
    (rf"(?P<name>{_MONTH}) {_NUMBER}(?:st|nd|rd|th){_YEAR}", _of_the_calendar),
    (rf"{_AFTER_A_DAY}{_NUMBER}[-/](?P<month>[0-9]{{1,2}})(?![0-9/-]){_COUNTED}", _or_hours),
    (rf"(?<![\w./-]){_NUMBER}[-/](?P<month>[0-9]{{1,2}})(?![\w/-]){_COUNTED}", _perhaps),
    # A day of a week.
    (rf"{_NEXT_WEEK}{_TO_A_DAY}{DAY}", _in_a_week(1)),
    (rf"{DAY} (?:(?:in|van|of) )?{_NEXT_WEEK}", _in_a_week(1)),
    (rf"{_THIS_WEEK}{_TO_A_DAY}{DAY}", _in_a_week(0)),
    (rf"{DAY} (?:(?:in|van|of) )?{_THIS_WEEK}", _in_a_week(0)),
    (rf"(?:komende|coming) week{_TO_A_DAY}{DAY}", _some_day),
    (rf"{DAY} {_OVER}", _weeks_on),
    (rf"{_OVER},?(?: op)? {DAY}", _weeks_on),
    (rf"in {_COUNT} weeks?,?(?: on)? {DAY}", _weeks_on),
    (rf"{_COUNT} weeks? (?:on|from) {DAY}", _weeks_on),
    (rf"{DAY} (?:week|after next|erna|daarna|daarop|after(?: that)?)", _some_day),
    # Soon.
    (rf"{_NO_MORNING}morgen {_OVER}", _soon(1)),
    ("(?:the )?day after tomorrow|overmorgen(?:ochtend|middag|avond)?", _soon(2)),
    (rf"(?:{_NO_MORNING}morgen(?:ochtend|middag|avond)?|tomorrow)(?! over )", _soon(1)),
    (
        f"(?:komende|aanstaande|aankomende|eerstkomende|eerstvolgende|deze|this|(?:this )?(?:coming|upcoming)) {DAY}",
        _coming,
    ),
    (rf"{DAY},? (?:a\.s\.?|aanstaande)", _coming),
    # Not sure enough: it only keeps other words from being taken for sure.
    (rf"(?:volgende|daaropvolgende|next|following|{_WHICH}) {DAY}", _some_day),
    (rf"{DAY},? (?:(?:de|the) )?{_NUMBER}{_TH}?(?![0-9]|[:./-][0-9]){_COUNTED}", _numbered),
    (_NEXT_WEEK, _next_week),
    ("volgend jaar|next year", _next_year),
    (rf"(?P<name>{_LONG_MONTH})", _month),
    (
        r"(?:over|in|binnen|within) \w+ (?:dagen|days|week|weken|weeks|maand|maanden|months?)|(?:komende|coming) week"
        "|(?:volgende|next|komende) (?:maand|month)|week (?:daarop|erop|erna|daarna|after next)"
        "|(?:volgend|komend|dit|next|this) weekend",
        _vaguely,
    ),
)
_RULES = tuple((re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), rule) for pattern, rule in _PATTERNS)
