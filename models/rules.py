"""Rules that hold in every community, as pure questions over rows."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import phonenumbers

from models import one_day
from models.errors import Invalid
from models.tables import Area, Certificate, HelpRequest, Person, Postcode

_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
_POSTCODE = re.compile(r"(?<!\w)[1-9]\d{3}([ \u00a0]?)([A-Za-z]{2})(?!\w)")
# A street by its ending, or after "aan de", with a number behind it: "Melkbussenpad 5".
_ADDRESS = re.compile(
    r"\b[A-Z][\w'’-]*(?:straat|laan|weg|pad|plein|hof|steeg|dijk|kade|singel|gracht|park|dreef|plantsoen|erf|brink"
    r"|markt|wal|ring|hoek|kamp|es|brug) \d{1,5}[a-zA-Z]?\b"
)
_WORD = re.compile(r"\w+")
# "in 2026 is", "from 1400 to": a number and a word, not a postcode.
_SHORT_WORDS = frozenset((
    "al", "an", "as", "at", "be", "by", "da", "de", "do", "en", "er", "et", "go", "he", "if", "ik", "in", "is",
    "it", "ja", "je", "me", "mw", "my", "na", "no", "nu", "of", "om", "on", "op", "or", "so", "te", "to", "tv",
    "up", "us", "uw", "we", "ze", "zo",
))  # fmt: skip
# Parts of a surname that say nothing about whose it is.
_PARTICLES = frozenset((
    "aan", "bij", "da", "de", "den", "der", "di", "dos", "el", "het", "in", "la", "le", "op", "ten", "ter",
    "tot", "uit", "van", "ver", "von", "zu",
))  # fmt: skip


class VogRule(Protocol):
    """A community, or as much of one as this rule asks for."""

    @property
    def vog_kinds(self) -> Collection[str]:
        """Kinds of help that ask for a certificate of conduct there."""


def needs_vog(community: VogRule, kinds: Iterable[str]) -> bool:
    """Whether help of these kinds asks for a certificate of conduct here."""
    return not set(kinds).isdisjoint(community.vog_kinds)


def help_day(when: Mapping[str, Any], today: date) -> date:
    """Give the day on which a certificate must be valid: that of the help, or today where it is flexible."""
    if when.get("kind") == "weekly":
        return date.fromisoformat(str(when["from"]))
    return one_day.of(when) or today


def holds_vog(certificates: Iterable[Certificate], on: date) -> bool:
    """Whether one of the checks that were seen is valid on that day."""
    return any(c.kind == "vog" and (c.valid_until is None or c.valid_until >= on) for c in certificates)


def last_day(request: HelpRequest) -> date | None:
    """Give the last day on which this help makes sense; None: no end."""
    if request.when.get("kind") == "once":
        return datetime.fromisoformat(str(request.when["end"])).date()
    until = request.when.get("until")
    return date.fromisoformat(str(until)) if until else None


def is_over(request: HelpRequest, today: date) -> bool:
    """Whether the last day on which this help makes sense has passed."""
    last = last_day(request)
    return last is not None and last < today


def answer_days(lapse_days: int) -> int:
    """Give how many days there are for an answer to a proposal that lapses after so many: the last one is whole."""
    return max(1, lapse_days - 1)


def answer_by(request: HelpRequest, last: date, today: date) -> date | None:
    """Give the last day on which an answer is in time: ``last``, or sooner where the help itself is sooner.

    For help on one day that is the day before, and today where the help is today. None: the help is over.
    """
    if is_over(request, today):
        return None
    day = one_day.of(request.when)
    if day is not None:
        return min(last, max(day - timedelta(days=1), today))
    return min(last, last_day(request) or last)


def remind_on(asked: date, days: int, first: date | None) -> date:
    """Give the day on which who is silent is reminded.

    That is so many days after the question, and the day before what it is about (``first``, None: no certain day) at
    the latest; but never on the day of the question.
    """
    due = asked + timedelta(days=days)
    return due if first is None else max(min(due, first - timedelta(days=1)), asked + timedelta(days=1))


def neighbourhood(area: Area | None, postcode: Postcode | None) -> str:
    """Give the public name of a place: its neighbourhood, else place and digits."""
    if area is not None and area.neighbourhood:
        return area.neighbourhood
    return f"{postcode.place} {postcode.code[:4]}" if postcode is not None else ""


def check_summary(summary: str, people: Iterable[Person]) -> None:
    """Refuse a public summary that holds a name or a way to reach somebody.

    Raises
    ------
    Invalid
        ``summary_name``, ``summary_contact`` or ``summary_address``, field ``summary``.
    """
    words = set(_WORD.findall(summary))
    folded = {_fold(word) for word in words}
    for person in people:
        for name in (person.first_name, person.last_name):
            # Any part gives somebody away: a neighbour knows who "mevrouw Haens" is, or "Marie" of "Anne Marie".
            for part in _WORD.findall(name):
                if _fold(part) not in _PARTICLES and _stands_in(part, words, folded, summary):
                    raise Invalid("summary", "summary_name", name=part)
    if _EMAIL.search(summary) or phonenumbers.PhoneNumberMatcher(summary, "NL").has_next() or _has_postcode(summary):
        raise Invalid("summary", "summary_contact")
    address = _ADDRESS.search(summary)
    if address is not None:
        raise Invalid("summary", "summary_address", found=address.group())


def _stands_in(part: str, words: set[str], folded: set[str], summary: str) -> bool:
    if not part.isascii() and not unicodedata.category(part[0]).startswith(("Lu", "Ll", "Lt")):
        return part in summary  # a script without capitals, perhaps without spaces
    if len(part) <= 2:
        # "Jo" and "An" are names, "jo" and "an" are not; a single letter is an initial that fits everybody.
        return len(part) == 2 and part.title() in words
    return _fold(part) in folded


def _fold(word: str) -> str:
    """Bring a word to lower case without accents, as people type names."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if unicodedata.category(c) != "Mn")
    return bare.casefold()


def _has_postcode(text: str) -> bool:
    return any(not (found.group(1) and found.group(2) in _SHORT_WORDS) for found in _POSTCODE.finditer(text))
