"""Rows of the database as the matcher's plain values."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

import matcher
from models import one_day
from models.rules import VogRule, needs_vog
from models.tables import Certificate, HelpRequest, Volunteer
from models.values import DAYS


class Spot(Protocol):
    """Where a postcode lies: a row of `Postcode`, or as much of one."""

    @property
    def code(self) -> str:
        """Four digits or six characters."""

    @property
    def lat(self) -> float:
        """WGS84, degrees."""

    @property
    def lon(self) -> float:
        """WGS84, degrees."""


def place(postcode: Spot, code: str) -> matcher.Place:
    """Give a place; known by its area alone unless an operator loaded six characters."""
    return matcher.Place(postcode.lat, postcode.lon, area=code[:4] if len(postcode.code) == 4 else None)


def windows(given: Iterable[Mapping[str, str]]) -> tuple[matcher.Window, ...]:
    """Give weekly windows in minutes."""
    return tuple(_window(w["day"], w["from"], w["to"]) for w in given)


@lru_cache(maxsize=4096)  # thousands of people say "Tuesday morning"
def _window(day: str, start: str, end: str) -> matcher.Window:
    return matcher.Window(DAYS.index(day), _minutes(start), _minutes(end))


def when(given: Mapping[str, Any]) -> matcher.Once | matcher.Weekly | matcher.Flexible:
    """Give a request's ``when``."""
    if given["kind"] == "once":
        return matcher.Once(datetime.fromisoformat(given["start"]), datetime.fromisoformat(given["end"]))
    if given["kind"] == "weekly":
        until = date.fromisoformat(given["until"]) if given.get("until") else None
        first = date.fromisoformat(given["from"])
        return matcher.Weekly(windows(given["windows"]), first, until, heeds_absence=one_day.is_open(given))
    return matcher.Flexible()


def volunteer(
    row: Volunteer,
    postcode: Spot,
    *,
    load: int,
    certificates: Iterable[Certificate],
    edition: str,
    hours_helped: float = 0.0,
    blocked: Iterable[int] = (),
    known: Iterable[int] = (),
) -> matcher.Volunteer:
    """Give a volunteer as the matcher sees them: no name, no age, no address."""
    return matcher.Volunteer(
        id=str(row.id),
        place=place(postcode, row.postcode),
        text=row.text,
        skills=tuple(row.kinds),
        max_km=float(row.max_km),
        windows=matcher.EVERY_HOUR if row.windows is None else windows(row.windows),
        away=tuple(matcher.Away(date.fromisoformat(a["from"]), date.fromisoformat(a["until"])) for a in row.away),
        languages=frozenset(row.languages),
        traits=frozenset(row.traits),
        avoids=frozenset(row.avoids),
        certificates=tuple(matcher.Certificate(c.kind, c.valid_until) for c in certificates),
        capacity=row.capacity,
        load=load,
        blocked=frozenset(map(str, blocked)),
        known=frozenset(map(str, known)),
        recent_hours=hours_helped,
        offered=row.confirmed_on or row.created_at.date(),
        paused=row.state != "active",
        understood=_understood(row, edition),
    )


def request(
    row: HelpRequest,
    postcode: Spot,
    community: VogRule,
    *,
    edition: str,
    blocked: Iterable[int] = (),
    known: Iterable[int] = (),
) -> matcher.Request:
    """Give a request as the matcher sees it."""
    return matcher.Request(
        id=str(row.id),
        place=place(postcode, row.postcode),
        text=row.text,
        skills=tuple(row.kinds),
        when=when(row.when),
        languages=frozenset(row.languages),
        traits=frozenset(row.traits),
        avoids=frozenset(row.avoids),
        certificates=frozenset({"vog"}) if needs_vog(community, row.kinds) else frozenset(),
        urgency=row.urgency,
        # UTC where everything else is local: of days of waiting, an hour or two changes nothing.
        created=row.created_at.replace(tzinfo=None),
        blocked=frozenset(map(str, blocked)),
        known=frozenset(map(str, known)),
        understood=_understood(row, edition),
    )


def _understood(row: Volunteer | HelpRequest, edition: str) -> matcher.Understood | None:
    if row.vector is None or row.edition != edition:
        return None
    found = tuple(matcher.Found(f["slug"], f["confidence"]) for f in row.found)
    return matcher.Understood(kinds=found, vector=row.vector, edition=row.edition)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
