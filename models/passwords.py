"""Which passwords will do: 8 to 128 characters of any kind, and none that is tried first."""

import re
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path

from models.errors import Invalid
from models.tables import Person

SHORTEST, LONGEST = 8, 128
_LIST = Path(__file__).with_name("common_passwords.txt")
_USUAL = str.maketrans("@4310$57", "aaeiosst")
_BEFORE, _BEHIND = re.compile(r"^[\W\d_]+"), re.compile(r"(?<![\W\d_])[\W\d_]*$")
# A word shorter than this in a longer password says nothing; "Jan" is in many a good sentence.
_SHORTEST_NAME = 4


def normalised(password: str) -> str:
    """Bring a password to one notation: an é is one character, whichever keyboard wrote it."""
    return unicodedata.normalize("NFC", password)


def check(password: str, person: Person) -> None:
    """Refuse a password that is short, long, unreadable, or among the first that anybody would try.

    Raises
    ------
    Invalid
        Field ``password``: ``unreadable``, ``password_short``, ``too_long``, ``common``.
    """
    if "\0" in password or any("\ud800" <= c <= "\udfff" for c in password):
        raise Invalid("password", "unreadable")
    if len(password) > 4 * LONGEST or len(normalised(password)) > LONGEST:
        raise Invalid("password", "too_long", limit=LONGEST)
    if len(normalised(password)) < SHORTEST:
        raise Invalid("password", "password_short", limit=SHORTEST)
    if is_common(password) or not _bare(password).isdisjoint(_own_words(person)):
        raise Invalid("password", "common")


def is_common(password: str) -> bool:
    """Whether a password is one of the first that is tried: a word of the list, however dressed up, or a run.

    Examples
    --------
    >>> is_common("Welkom2026!"), is_common("W@chtw00rd"), is_common("12345678"), is_common("aaaaaaaa")
    (True, True, True, True)
    >>> is_common("twee fietsen en een brug")
    False
    """
    plain = normalised(password).casefold()
    if len(set(plain)) <= 2 or _is_run(plain):
        return True
    return not _bare(plain).isdisjoint(_words())


def _bare(password: str) -> set[str]:
    """Give the words that may hide in a password: without what stands around it, and with usual replacements undone."""
    plain = normalised(password).casefold()
    joined = re.sub(r"[\s._\-]+", "", plain)
    cuts = {cut for word in (plain, joined) for cut in _cuts(word)}
    cuts |= {_BEFORE.sub("", word) for word in cuts}
    words = cuts | {word.translate(_USUAL) for word in cuts}
    repeated = {word[: (word + word).find(word, 1)] for word in words if word}
    return {word for word in words | repeated if word}


def _cuts(word: str) -> list[str]:
    # A 0 at the end may be an o or belong to the year behind it: every cut counts.
    behind = _BEHIND.search(word)
    return [word[:end] for end in range(behind.start() if behind else len(word), len(word) + 1)]


def _is_run(plain: str) -> bool:
    """Whether every character follows on the one before by the same step: 12345678, hgfedcba, 13579."""
    digits = [ord(c) for c in plain]
    wraps = plain.isdigit()  # after the 9 comes the 0
    steps = {(after - before) % 10 if wraps else after - before for before, after in pairwise(digits)}
    return len(steps) <= 1


def _own_words(person: Person) -> set[str]:
    local = (person.email or "").partition("@")[0]
    parts = [person.first_name, person.last_name, person.first_name + person.last_name, local]
    own = {re.sub(r"[\s._\-]+", "", normalised(part).casefold()) for part in parts}
    own.add((person.email or "").casefold())
    own |= {_BEHIND.sub("", word) for word in own}
    return {word for word in own if len(word) >= _SHORTEST_NAME}


@cache
def _words() -> frozenset[str]:
    lines = _LIST.read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
