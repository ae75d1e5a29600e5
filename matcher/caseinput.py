"""`noaber.match/1` read into volunteers and requests, every rule of the format checked."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from matcher.geo import PostcodeError, parse_postcode
from matcher.iso639 import LANGUAGES
from matcher.strict import Fields, Node, parse
from matcher.types import (
    DAYS,
    MOST_KILOMETRES,
    TRAITS,
    URGENCIES,
    Away,
    Certificate,
    Flexible,
    Once,
    Place,
    Request,
    Volunteer,
    Weekly,
    When,
    Window,
)

FORMAT = "noaber.match/1"
LONGEST_TEXT = 10_000
Postcodes = Mapping[str, tuple[float, float]]

_POSTCODE_MESSAGES = {
    "empty": "must not be empty",
    "belgian": "is a Belgian postcode, must be a Dutch one",
    "german": "is a German postcode, must be a Dutch one",
    "malformed": "must be 4 digits, or 4 digits and 2 letters",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A whole case file: the moment it is about, and both sides in the order in which they stand."""

    now: datetime
    timezone: str
    volunteers: tuple[Volunteer, ...]
    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What a case may refer to."""

    kinds: Collection[str]
    postcodes: Postcodes
    now: datetime


def read_case(data: bytes, *, kinds: Collection[str], postcodes: Postcodes) -> Case:
    """Read a document of `noaber.match/1`; keys that the format does not know are passed over.

    Parameters
    ----------
    kinds : collection of str
        The slugs that exist.
    postcodes : Mapping
        Latitude and longitude by postcode; one of six characters that is not in it falls back to its digits.

    Raises
    ------
    CaseError
        For the first thing that is invalid.
    """
    return case_of(parse(data).keys(), kinds=kinds, postcodes=postcodes)


def case_of(top: Fields, *, kinds: Collection[str], postcodes: Postcodes) -> Case:
    """Read a document that was parsed already; as `read_case`."""
    found = top.required("format")
    if found.text() != FORMAT:
        found.fail(f'must be "{FORMAT}"')
    now = top.required("now").moment()
    zone = top.get("timezone")
    known = _Known(frozenset(kinds), postcodes, now)
    return Case(
        now=now,
        timezone=_timezone(zone) if zone else "Europe/Amsterdam",
        volunteers=_all(top.required("volunteers"), known, _volunteer),
        requests=_all(top.required("requests"), known, _request),
    )


def _timezone(node: Node) -> str:
    name = node.key()
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # no such name; a name that is a folder or climbs out of one
        node.fail("unknown time zone")
    return name


def _all(node: Node, known: _Known, read: Callable[[Node, _Known], Any]) -> tuple[Any, ...]:
    places: dict[str, int] = {}
    found = []
    for place, child in enumerate(node.items()):
        item = read(child, known)
        if (first := places.setdefault(item.id, place)) != place:
            child.child("id").fail(f"stands already at {node.path}[{first}]")
        found.append(item)
    return tuple(found)


def _volunteer(node: Node, known: _Known) -> Volunteer:
    keys = node.keys()
    extra: dict[str, Any] = {}
    if reach := keys.get("max_km"):
        extra["max_km"] = reach.number(above=0, most=MOST_KILOMETRES)
    if windows := keys.get("available"):
        extra["windows"] = _windows(windows)
    if languages := keys.get("languages"):
        extra["languages"] = _languages(languages)
    for name in ("capacity", "load"):
        if count := keys.get(name):
            extra[name] = count.whole()
    if hours := keys.get("recent_hours"):
        extra["recent_hours"] = hours.number(least=0)
    if paused := keys.get("paused"):
        extra["paused"] = paused.flag()
    offered = keys.get("offered")
    return Volunteer(
        **_common(keys, known),
        **extra,
        away=tuple(_away(away) for away in keys.items("away")),
        certificates=tuple(_certificate(held) for held in keys.items("certificates")),
        offered=offered.day() if offered else known.now.date(),
    )


def _request(node: Node, known: _Known) -> Request:
    keys = node.keys()
    extra: dict[str, Any] = {}
    if when := keys.get("when"):
        extra["when"] = _when(when)
    if languages := keys.get("languages"):
        extra["languages"] = _languages(languages)
    if urgency := keys.get("urgency"):
        extra["urgency"] = urgency.one_of(URGENCIES, "urgency")
    created = keys.get("created")
    return Request(
        **_common(keys, known),
        **extra,
        certificates=frozenset(kind.slug() for kind in keys.items("certificates")),
        created=created.moment() if created else known.now,
    )


def _common(keys: Fields, known: _Known) -> dict[str, Any]:
    text = keys.get("text")
    return {
        "id": keys.required("id").key(),
        "place": _place(keys, known.postcodes),
        "text": text.text(LONGEST_TEXT) if text else "",
        "skills": tuple(slug.one_of(known.kinds, "kind of help") for slug in keys.items("skills")),
        "blocked": frozenset(key.text() for key in keys.items("blocked")),
        "known": frozenset(key.text() for key in keys.items("known")),
        "traits": frozenset(trait.one_of(TRAITS, "trait") for trait in keys.items("traits")),
        "avoids": frozenset(trait.one_of(TRAITS, "trait") for trait in keys.items("avoids")),
    }


def _place(keys: Fields, postcodes: Postcodes) -> Place:
    """Coordinates if they are there, else the postcode, which must exist either way."""
    postcode = keys.get("postcode")
    by_postcode = _postcode(postcode, postcodes) if postcode else None
    if "lat" in keys.value or "lon" in keys.value:
        lat = keys.required("lat").number(least=-90, most=90)
        return Place(lat, keys.required("lon").number(least=-180, most=180))
    if by_postcode is None:
        keys.node.fail("needs lat and lon, or a postcode")
    return by_postcode


def _postcode(node: Node, postcodes: Postcodes) -> Place:
    try:
        code = parse_postcode(node.text())
    except PostcodeError as error:
        node.fail(_POSTCODE_MESSAGES[error.code])
    if code in postcodes and len(code) > 4:
        return Place(*postcodes[code])
    area = code[:4]
    if area not in postcodes:
        node.fail(f"{code} does not exist")
    return Place(*postcodes[area], area=area)


def _windows(node: Node) -> tuple[Window, ...]:
    found = []
    for child in node.items():
        keys = child.keys()
        day = DAYS.index(keys.required("day").one_of(DAYS, "day"))
        start, end = keys.required("from").minute(), keys.required("to").minute(last=True)
        if end <= start:
            keys.required("to").fail("must be after from")
        found.append(Window(day, start, end))
    return tuple(found)


def _away(node: Node) -> Away:
    keys = node.keys()
    first, last = keys.required("from").day(), keys.required("until").day()
    if last < first:
        keys.required("until").fail("must not be before from")
    return Away(first, last)


def _languages(node: Node) -> frozenset[str]:
    return frozenset(language.one_of(LANGUAGES, "language") for language in node.items())


def _certificate(node: Node) -> Certificate:
    keys = node.keys()
    until = keys.get("valid_until")
    kind = keys.required("kind").slug()
    return Certificate(kind, until.day() if until and until.value is not None else None)


def _when(node: Node) -> When:
    keys = node.keys()
    kind = keys.get("kind")
    match kind.one_of(("once", "weekly", "flexible"), "kind") if kind else "flexible":
        case "once":
            start, end = keys.required("start").moment(), keys.required("end").moment()
            if end <= start:
                keys.required("end").fail("must be after start")
            return Once(start, end)
        case "weekly":
            windows, first = _windows(keys.required("windows")), keys.required("from").day()
            until = keys.get("until")
            last = until.day() if until else None
            if last is not None and last < first:
                keys.required("until").fail("must not be before from")
            return Weekly(windows, first, last)
        case _:
            return Flexible()
