"""What people type, made into values: one notation, nothing that could harm, a clear reason where it cannot be."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from models.delays import local_now, moment
from models.errors import Invalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LANGUAGES = re.compile(r"[a-z]{2}")
TEXT_LIMIT, NAME_LIMIT = 10_000, 100
MOST_WINDOWS = 7 * 48
"""A week by half hours."""
# Nine digits, however they are grouped; more of them is something else (a phone number has ten, an account number too).
_BSN_LIKE = re.compile(r"(?<!\d)\d(?:[ .\-\u00a0\u202f]?\d){8}(?!\d)")
# The same sign or two between all groups, whatever sign it is: 111/222/333, a group a line.
_BSN_GROUPED = re.compile(
    r"(?<!\d)\d{1,8}(?P<between>[\s./,_\-\u2010-\u2015]{1,2})\d{1,8}(?:(?P=between)\d{1,8}){0,7}(?!\d)"
)
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Signs that turn the order of what follows: nobody types them, and they make a text look like another one."""
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that show nothing."""
_ADDRESS_LIKE = re.compile(r"://|\bwww\.|@\S+\.", re.IGNORECASE)
# What stands before the nine digits of a phone number with its country: +31 6…, 0031 (0)6…
_COUNTRY_CODE = re.compile(r"(?:\+|(?<!\d)00)\d{1,3}[ .\-\u00a0]{0,2}(?:\(0\)[ .\-\u00a0]?)?")
_LINE_BREAKS = re.compile(r"[\r\n\v\f\x85\u2028\u2029]")
_EARLIEST, _FARTHEST_DAYS = date(2000, 1, 1), 366 * 2


def text(field: str, typed: str, *, limit: int = TEXT_LIMIT, required: bool = True, one_line: bool = False) -> str:
    """Clean a text: NFC, no NUL, no lone surrogates, no control characters, trimmed.

    Raises
    ------
    Invalid
        ``required``, ``too_long``, ``unreadable`` (NUL or half a character), ``has_bsn``.
    """
    if len(typed) > 4 * limit:  # before any work on it
        raise Invalid(field, "too_long", limit=limit)
    if "\0" in typed or any("\ud800" <= c <= "\udfff" for c in typed):
        raise Invalid(field, "unreadable")
    clean = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\r", "\n")
    clean = "".join(c for c in clean if c in "\n\t" or unicodedata.category(c) != "Cc").strip()
    if one_line:
        clean = re.sub(r"\s+", " ", clean)
    if len(clean) > limit:
        raise Invalid(field, "too_long", limit=limit)
    if required and not _visible(clean):
        raise Invalid(field, "required")
    if has_bsn(clean):
        raise Invalid(field, "has_bsn")
    return clean


def name(field: str, typed: str, *, required: bool = True) -> str:
    """Clean a name: one free field, any script, one line of at most 100 characters.

    Raises
    ------
    Invalid
        As `text`; ``name_link`` for an address of the web or of mail: our mails begin with names.
    """
    clean = text(field, typed.translate(_BIDI), limit=NAME_LIMIT, required=required, one_line=True)
    if _ADDRESS_LIKE.search(clean):
        raise Invalid(field, "name_link")
    return clean


def is_same_name(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two names (first, last) can be one person's: capitals, accents and a missing last name do not matter."""
    first, last = map(_plain, one)
    other_first, other_last = map(_plain, other)
    return first == other_first and (last == other_last or not last or not other_last)


def _plain(part: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", part) if not unicodedata.combining(c))
    return "".join(c for c in bare.casefold() if c.isalnum()) or part


def has_bsn(typed: str) -> bool:
    """Whether a text holds a citizen service number: nine digits that pass the eleven-test, phone numbers spared."""
    # Signs without a width would hide a number from us and from nobody else.
    seen = "".join(c for c in typed[: 4 * TEXT_LIMIT] if unicodedata.category(c) != "Cf")
    return any(
        _is_bsn(found.group()) and not _has_country_code(seen[max(0, found.start() - 12) : found.start()])
        for found in (*_BSN_LIKE.finditer(seen), *_BSN_GROUPED.finditer(seen))
    )


def _has_country_code(before: str) -> bool:
    return any(found.end() == len(before) for found in _COUNTRY_CODE.finditer(before))


def _is_bsn(run: str) -> bool:
    digits = [int(c) for c in run if c.isdecimal()]  # of any script
    if len(digits) != 9 or not any(digits):
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * d for w, d in zip(weights, digits, strict=True)) % 11 == 0


def email(field: str, typed: str) -> str:
    """Bring an e-mail address to one notation: lower case, IDN kept readable.

    Raises
    ------
    Invalid
        ``email`` for anything that is not exactly one address.
    """
    _refuse_odd(field, typed, "email")
    try:
        found = validate_email(typed.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Invalid(field, "email") from error
    address = found.normalized.lower()
    if len(address) > 254 or ("." not in address.rsplit("@", 1)[1] and not address.endswith("@localhost")):
        raise Invalid(field, "email")
    return address


def phone(field: str, typed: str) -> str:
    """Bring a phone number to E.164; without a country it is Dutch.

    Raises
    ------
    Invalid
        ``phone`` for anything that cannot be called, or that costs who calls it.
    """
    _refuse_odd(field, typed, "phone")
    try:
        number = phonenumbers.parse(typed.strip(), "NL")
    except phonenumbers.NumberParseException as error:
        raise Invalid(field, "phone") from error
    paid = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.PREMIUM_RATE
    if not phonenumbers.is_valid_number(number) or number.extension or paid:
        raise Invalid(field, "phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_as_read(number: str) -> str:
    """Write a stored number as people read it: ``074 123 4567``."""
    try:
        parsed = phonenumbers.parse(number, "NL")
    except phonenumbers.NumberParseException:
        return number
    national = parsed.country_code == 31
    style = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def day(field: str, typed: str, *, today: date, past: bool = False) -> date:
    """Read a date (ISO or day-month-year).

    Raises
    ------
    Invalid
        ``date`` if it does not exist, ``date_past``, ``date_far`` (over two years ahead).
    """
    typed = typed.strip()
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", typed)
    dutch = re.fullmatch(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", typed)
    if iso:
        parts = [int(p) for p in iso.groups()]
    elif dutch:
        parts = [int(p) for p in reversed(dutch.groups())]
    else:
        raise Invalid(field, "date")
    try:
        found = date(*parts)
    except ValueError as error:
        raise Invalid(field, "date") from error
    if found < (_EARLIEST if past else today):
        raise Invalid(field, "date_past")
    if found > today + timedelta(days=_FARTHEST_DAYS):
        raise Invalid(field, "date_far")
    return found


def clock(field: str, typed: str) -> time:
    """Read a time of day: ``9:30``, ``09:30``, ``9.30``, ``14u30`` or ``14``.

    Raises
    ------
    Invalid
        ``time``.
    """
    found = re.fullmatch(r"([0-9]{1,2})(?:[:.uh]([0-9]{2})?)?", typed.strip().lower())
    if not found:
        raise Invalid(field, "time")
    hour, minute = int(found.group(1)), int(found.group(2) or 0)
    if hour > 23 or minute > 59:
        raise Invalid(field, "time")
    return time(hour, minute)


def windows(field: str, given: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Check weekly windows and bring them in one order; ``to`` may be ``24:00``.

    Raises
    ------
    Invalid
        ``windows`` for an unknown day or time, ``end_before_start``.
    """
    checked: list[dict[str, str]] = []
    if len(given) > MOST_WINDOWS or not all(isinstance(window, dict) for window in given):
        raise Invalid(field, "windows")
    shape = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
    for window in given:
        start, end = str(window.get("from", "")), str(window.get("to", ""))
        if window.get("day") not in DAYS or not shape.fullmatch(start):
            raise Invalid(field, "windows")
        if end != "24:00" and not shape.fullmatch(end):
            raise Invalid(field, "windows")
        if end <= start:
            raise Invalid(field, "end_before_start")
        checked.append({"day": str(window["day"]), "from": start, "to": end})
    return sorted(checked, key=lambda w: (DAYS.index(w["day"]), w["from"], w["to"]))


def period(field: str, start: datetime, end: datetime) -> None:
    """Check the two ends of a single moment of help (naive, local).

    Raises
    ------
    Invalid
        ``end_before_start``, ``too_long_period`` (over 24 hours).
    """
    if end <= start:
        raise Invalid(field, "end_before_start")
    if end - start > timedelta(hours=24):
        raise Invalid(field, "too_long_period")


def on_the_clock(field: str, local: datetime, timezone: str) -> None:
    """Check that a wall-clock time (naive) exists: one that the change to summer time skips does not.

    Of an hour that the clock shows twice the first is meant (see `models.delays.moment`).

    Raises
    ------
    Invalid
        ``time_missing``.
    """
    if local_now(moment(local, timezone), timezone) != local:
        raise Invalid(field, "time_missing", at=local)


def _refuse_odd(field: str, typed: str, code: str) -> None:
    # No common notation of an address or a number holds a line break or a control character.
    inner = typed.strip(" \t")
    if len(inner) > 320 or _LINE_BREAKS.search(inner) or any(unicodedata.category(c) in ("Cc", "Cs") for c in inner):
        raise Invalid(field, code)


def _visible(clean: str) -> bool:
    return any(
        unicodedata.category(c)[0] not in "ZC" and unicodedata.category(c) != "Mn" and c not in _BLANK for c in clean
    )
