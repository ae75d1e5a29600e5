"""JSON read strictly: every value knows where it stands, and what is wrong is said in one line with that place."""

import json
import math
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SHOWN_AT_MOST = 40


class CaseError(ValueError):
    """Something in a case file is invalid; as text one line that begins with its place in the document."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path, self.message = path, message


class _Object(dict[str, object]):
    """A JSON object that remembers which key stood twice."""

    twice: str | None = None


def _object(pairs: Iterable[tuple[str, object]]) -> _Object:
    found = _Object()
    for key, value in pairs:
        if key in found and found.twice is None:
            found.twice = key
        found[key] = value
    return found


def _no_number(word: str) -> NoReturn:
    raise CaseError("document", f"{word} is no number")


def parse(data: bytes) -> "Node":
    """The whole document, of which nothing has been believed yet.

    Raises
    ------
    CaseError
        If it is no JSON in UTF-8 (a byte order mark is let through), with line and column.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CaseError("document", f"line {line}: is not UTF-8") from error
    if not text.strip():
        raise CaseError("document", "is empty")
    try:
        return Node(json.loads(text, object_pairs_hook=_object, parse_constant=_no_number), "")
    except json.JSONDecodeError as error:
        cut = "ends too early" if not text[error.pos :].strip() or "Unterminated" in error.msg else "is not valid JSON"
        raise CaseError("document", f"{cut}: line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise CaseError("document", "is nested too deep") from error
    except CaseError:
        raise
    except ValueError as error:  # thousands of digits
        raise CaseError("document", "holds a number that is too long") from error


def shown(value: object) -> str:
    """A value as it can be shown in one line: escaped, and cut off if it is long."""
    if isinstance(value, (dict, list)):
        return "a list" if isinstance(value, list) else "an object"
    text = json.dumps(value)
    return text if len(text) <= _SHOWN_AT_MOST else f"{text[:_SHOWN_AT_MOST]}..."


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place, such as `volunteers[12].max_km`. Every method raises `CaseError` if it does not fit."""

    value: object
    path: str

    def fail(self, message: str) -> NoReturn:
        """Say what is wrong here."""
        raise CaseError(self.path or "document", message)

    def keys(self) -> "Fields":
        """The keys of an object, none of which may stand twice."""
        if not isinstance(self.value, _Object):
            self.fail(f"must be an object, not {shown(self.value)}")
        if self.value.twice is not None:
            self.child(self.value.twice).fail("stands twice")
        return Fields(self, self.value)

    def entries(self) -> list[tuple[str, "Node"]]:
        """The keys of an object that may have any, each with its value."""
        self.keys()
        assert isinstance(self.value, _Object)
        return [(key, self.child(key)) for key in self.value]

    def child(self, key: str) -> "Node":
        """The value under this key, or null."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(value, f"{self.path}.{key}" if self.path else key)

    def items(self) -> list["Node"]:
        """The values of a list."""
        if not isinstance(self.value, list):
            self.fail(f"must be a list, not {shown(self.value)}")
        return [Node(value, f"{self.path}[{place}]") for place, value in enumerate(self.value)]

    def text(self, most: int | None = None) -> str:
        """A text of at most so many characters, all of which can be written in UTF-8."""
        if not isinstance(self.value, str):
            self.fail(f"must be a text, not {shown(self.value)}")
        if most is not None and len(self.value) > most:
            self.fail(f"must be at most {most} characters")
        if "\0" in self.value or any("\ud800" <= sign <= "\udfff" for sign in self.value):
            self.fail("must not hold a NUL or half a character")
        return self.value

    def key(self) -> str:
        """An id: a text that is not empty."""
        found = self.text()
        if not found:
            self.fail("must not be empty")
        return found

    def one_of(self, options: Collection[str], what: str) -> str:
        """One of these words; `what` says what they are."""
        found = self.text()
        if found not in options:
            few = f", must be one of {', '.join(options)}" if len(options) <= 8 else ""
            self.fail(f"unknown {what} {shown(found)}{few}")
        return found

    def slug(self) -> str:
        """A word in small letters, digits and hyphens."""
        found = self.text()
        if not _SLUG.fullmatch(found):
            self.fail(f"must be small letters, digits and hyphens, not {shown(found)}")
        return found

    def number(self, *, least: float | None = None, above: float | None = None, most: float | None = None) -> float:
        """A finite number within these limits."""
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)):
            self.fail(f"must be a number, not {shown(self.value)}")
        # Compared before it is made a float, for which a whole number may be too large.
        if isinstance(self.value, float) and not math.isfinite(self.value):
            self.fail("must be a finite number")
        if least is not None and self.value < least:
            self.fail(f"must be >= {least:g}")
        if above is not None and self.value <= above:
            self.fail(f"must be > {above:g}")
        if most is not None and self.value > most:
            self.fail(f"must be <= {most:g}")
        return float(self.value)

    def whole(self) -> int:
        """A whole number from 0 up; 1.0 is not one."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.fail(f"must be a whole number, not {shown(self.value)}")
        if self.value < 0:
            self.fail("must be >= 0")
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self.fail(f"must be true or false, not {shown(self.value)}")
        return self.value

    def day(self) -> date:
        """A date of the calendar."""
        found = self._moment(_DATE)
        if found is None:
            self.fail(f"must be a date such as 2026-12-01, not {shown(self.value)}")
        return found.date()

    def moment(self) -> datetime:
        """A local date and time, without a time zone."""
        found = self._moment(_MOMENT)
        if found is None:
            self.fail(f"must be a local date and time such as 2026-11-22T09:00, not {shown(self.value)}")
        return found

    def _moment(self, form: re.Pattern[str]) -> datetime | None:
        """What is written in this form, if the calendar has it."""
        if not isinstance(self.value, str) or not form.fullmatch(self.value):
            return None
        try:
            return datetime.fromisoformat(self.value)
        except ValueError:
            return None

    def minute(self, *, last: bool = False) -> int:
        """A time of day in minutes after midnight; `last` lets 24:00 through."""
        found = _TIME.fullmatch(self.value) if isinstance(self.value, str) else None
        minutes = int(found[1]) * 60 + int(found[2]) if found and int(found[2]) < 60 else -1
        if not 0 <= minutes < 24 * 60 + last:
            self.fail(f"must be a time such as 09:00, not {shown(self.value)}")
        return minutes


@dataclass(frozen=True, slots=True)
class Fields:
    """The keys of one object: those that must be there, and those that may."""

    node: Node
    value: _Object

    def required(self, key: str) -> Node:
        """The value under a key that must be there."""
        if key not in self.value:
            self.node.child(key).fail("is required")
        return self.node.child(key)

    def get(self, key: str) -> Node | None:
        """The value under a key that may be missing."""
        return self.node.child(key) if key in self.value else None

    def items(self, key: str) -> list[Node]:
        """The values of a list that may be missing."""
        node = self.get(key)
        return node.items() if node else []
