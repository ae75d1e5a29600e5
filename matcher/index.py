"""Columnar indexes over many volunteers, or many requests, that rank them for one of the other side.

An index is kept, not rebuilt: `put` and `remove` change one row. It is not thread-safe: one writer at a time, and
nobody who ranks meanwhile.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from matcher import availability, factors, geo, kinds
from matcher.columns import Codes, Ragged
from matcher.language.reader import Reader
from matcher.side import Flags, Side, Spec
from matcher.types import Flexible, Request, Volunteer, Weekly

NEVER = np.iinfo(np.int64).max
_MOST_COUNTED = 10**9
MOST_HOURS = 1e6
"""More hours in 30 days than anybody has; numbers beyond would be no numbers any more."""


class Index(Side[Volunteer, Request]):
    """Many volunteers, to be ranked for one request.

    Parameters
    ----------
    kinds_of_help : sequence of str
        The slugs that exist.
    reader : Reader or None
        Reads the texts of items that bring no `understood` of its edition; without one, only slugs count.

    Examples
    --------
    >>> from matcher import Place
    >>> index = Index(["garden", "transport"])
    >>> index.put(Volunteer("v1", Place(52.27, 6.79), skills=("garden",)))
    >>> len(index), "v1" in index
    (1, True)
    """

    _SPEC: ClassVar[Spec] = {
        "reach": ((), np.float64),
        "max_km": ((), np.float64),
        "week": ((availability.WORDS_A_WEEK,), np.uint64),
        "hours": ((), np.float64),
        "room": ((), np.float64),
        "full": ((), np.bool_),
        "hours_helped": ((), np.float64),
        "offered": ((), np.int64),
        "paused": ((), np.bool_),
    }

    def __init__(self, kinds_of_help: Sequence[str], reader: Reader | None = None) -> None:
        super().__init__(kinds_of_help, reader)
        self._away, self._held = Ragged(2), Ragged(2)
        self._certificates = Codes()

    def broken(self, other: Request, now: datetime) -> dict[str, Flags]:
        """For each hard constraint, which volunteers break it for this request."""
        columns = self._columns
        return {
            "distance": self._chords(other) > columns["reach"],
            "time": self._no_time(other),
            "certificate": self._lacks_certificate(other, now),
            "language": (self._shared_languages(other) == 0) & bool(other.languages),
            "capacity": columns["full"],
            "blocked": self._blocked(other),
            "preference": self._unwanted(other),
            "paused": columns["paused"],
        }

    def factors(self, other: Request, now: datetime) -> dict[str, NDArray[np.float64]]:
        """Each factor of each volunteer for this request."""
        columns = self._columns
        km = geo.chords_to_km(self._chords(other))
        needs = need_of(other, self.column_of)
        return _rounded(
            skills=factors.skills(kinds.cover(needs, columns["kinds"]), self._affinity(other)),
            distance=factors.distance(km, columns["max_km"]),
            availability=self._availability(other, now),
            language=factors.language(self._shared_languages(other), float(len(other.languages))),
            load=columns["room"],
            rest=factors.rest(columns["hours_helped"]),
            freshness=factors.freshness(age_of(columns["offered"], now)),
            waiting=self._all(factors.waiting(waited(asked_on(other), now), factors.URGENCY[other.urgency])),
            continuity=factors.continuity(self._known(other).astype(np.float64)),
            km=km,
        )

    def _own_values(self, item: Volunteer) -> dict[str, object]:
        mask = availability.week_mask(item.windows)
        return {
            "kinds": offer_of(item, self.column_of),
            "reach": geo.chord_squared(item.max_km),
            "max_km": item.max_km,
            "week": availability.mask_words(mask),
            "hours": mask.bit_count() / 60,
            "room": float(factors.load(*counts(item))),
            "full": item.load >= item.capacity,
            "hours_helped": min(item.recent_hours, MOST_HOURS),
            "offered": offered_day(item),
            "paused": item.paused,
        }

    def _ragged(self) -> tuple[Ragged, ...]:
        return self._away, self._held

    def _store_entries(self, item: Volunteer, row: int) -> None:
        self._away.put(row, [(absence.first.toordinal(), absence.last.toordinal()) for absence in item.away])
        held = [(c.kind, c.valid_until.toordinal() if c.valid_until else NEVER) for c in item.certificates]
        self._held.put(row, [(self._certificates.code(kind), until) for kind, until in held])

    def _covered(self, request: Request) -> Iterator[Flags]:
        """For each asked span, who is free in all of it."""
        for span in availability.needed_spans(request.when):
            need = availability.mask_words(availability.span_mask(*span))
            asked = np.flatnonzero(need)
            need = need[asked, None]
            yield np.asarray(((self._columns["week"][asked] & need) == need).all(axis=0))

    def _no_time(self, request: Request) -> Flags:
        when = request.when
        if isinstance(when, Flexible):
            return np.asarray(self._columns["hours"] == 0)
        free = np.zeros(len(self), bool)
        for covered in self._covered(request):
            free |= covered
        if (days := availability.dated(when)) is not None:
            first, last = (day.toordinal() for day in days)
            away = self._away.values
            free &= ~self._entry_flags(self._away, (away[0] <= last) & (away[1] >= first))
        return ~free

    def _availability(self, request: Request, now: datetime) -> NDArray[np.float64]:
        present = self._present(request, now)
        if isinstance(request.when, Flexible):
            return factors.ample_time(self._columns["hours"], present)
        asked, covered = 0, np.zeros(len(self))
        for flags in self._covered(request):
            asked += 1
            covered += flags
        return factors.availability(covered, float(asked), present)

    def _present(self, request: Request, now: datetime) -> NDArray[np.float64] | float:
        if (days := availability.horizon(request.when, now)) is None:
            return 1.0
        first, last = days
        away = self._away.values
        overlap = np.maximum(np.minimum(away[1], last) - np.maximum(away[0], first) + 1, 0)
        days_away = np.bincount(self._away.owners, weights=overlap, minlength=len(self)).astype(np.float64)
        return availability.present(days_away, float(last - first + 1))

    def _lacks_certificate(self, request: Request, now: datetime) -> Flags:
        lacks = np.zeros(len(self), bool)
        day = availability.help_day(request.when, now).toordinal()
        held, until = self._held.values
        for kind in request.certificates:
            code = self._certificates.known(kind)
            valid = (held == code) & (until >= day) if code is not None else np.zeros(len(held), bool)
            lacks |= ~self._entry_flags(self._held, valid)
        return lacks


class RequestIndex(Side[Request, Volunteer]):
    """Many requests, to be ranked for one volunteer; every pair scores as it does in `Index`."""

    _SPEC: ClassVar[Spec] = {
        "languages_asked": ((), np.float64),
        "spans": ((), np.float64),
        "flexible": ((), np.bool_),
        "dated": ((), np.bool_),
        "first_day": ((), np.int64),
        "last_day": ((), np.int64),
        "help_day": ((), np.int64),
        "until": ((), np.int64),
        "asked": ((), np.float64),
        "urgency": ((), np.float64),
    }

    def __init__(self, kinds_of_help: Sequence[str], reader: Reader | None = None) -> None:
        super().__init__(kinds_of_help, reader)
        self._windows, self._required = Ragged(2), Ragged(1)
        self._certificates = Codes()

    def broken(self, other: Volunteer, now: datetime) -> dict[str, Flags]:
        """For each hard constraint, in which requests this volunteer breaks it."""
        everywhere = np.ones(len(self), bool)
        asked = self._columns["languages_asked"] > 0
        return {
            "distance": self._chords(other) > geo.chord_squared(other.max_km),
            "time": self._no_time(other),
            "certificate": self._lacks_certificate(other, now),
            "language": asked & (self._shared_languages(other) == 0),
            "capacity": everywhere & (other.load >= other.capacity),
            "blocked": self._blocked(other),
            "preference": self._unwanted(other),
            "paused": everywhere & other.paused,
        }

    def factors(self, other: Volunteer, now: datetime) -> dict[str, NDArray[np.float64]]:
        """Each factor of this volunteer for each request."""
        columns = self._columns
        km = geo.chords_to_km(self._chords(other))
        offers = offer_of(other, self.column_of)
        return _rounded(
            skills=factors.skills(kinds.cover(offers, columns["kinds"]), self._affinity(other)),
            distance=factors.distance(km, other.max_km),
            availability=self._availability(other, now),
            language=factors.language(self._shared_languages(other), columns["languages_asked"]),
            load=self._all(factors.load(*counts(other))),
            rest=self._all(factors.rest(min(other.recent_hours, MOST_HOURS))),
            freshness=self._all(factors.freshness(age_of(np.array(offered_day(other)), now))),
            waiting=factors.waiting(waited(columns["asked"], now), columns["urgency"]),
            continuity=factors.continuity(self._known(other).astype(np.float64)),
            km=km,
        )

    def _own_values(self, item: Request) -> dict[str, object]:
        when = item.when
        days = availability.dated(when)
        # For flexible help it is today, whichever day that is when somebody asks.
        help_day = None if isinstance(when, Flexible) else availability.fixed_help_day(when)
        return {
            "kinds": need_of(item, self.column_of),
            "languages_asked": len(item.languages),
            "spans": len(availability.needed_spans(when)),
            "flexible": isinstance(when, Flexible),
            "dated": days is not None,
            "first_day": days[0].toordinal() if days else 0,
            "last_day": days[1].toordinal() if days else 0,
            "help_day": help_day.toordinal() if help_day else 0,
            "until": when.until.toordinal() if isinstance(when, Weekly) and when.until else NEVER,
            "asked": asked_on(item),
            "urgency": factors.URGENCY[item.urgency],
        }

    def _ragged(self) -> tuple[Ragged, ...]:
        return self._windows, self._required

    def _store_entries(self, item: Request, row: int) -> None:
        self._windows.put(row, availability.needed_spans(item.when))
        self._required.put(row, [(self._certificates.code(kind),) for kind in sorted(item.certificates)])

    def _covered(self, volunteer: Volunteer) -> NDArray[np.float64]:
        """How many of the asked spans of each request this volunteer is free in."""
        before = availability.minutes_before(availability.week_mask(volunteer.windows))
        start, length = self._windows.values
        free = before[start + length] - before[start] == length
        return np.bincount(self._windows.owners[free], minlength=len(self)).astype(np.float64)

    def _no_time(self, volunteer: Volunteer) -> Flags:
        free = self._covered(volunteer) > 0
        dated = self._columns["dated"]
        for absence in volunteer.away:
            first, last = absence.first.toordinal(), absence.last.toordinal()
            free &= ~(dated & (self._columns["first_day"] <= last) & (self._columns["last_day"] >= first))
        free |= self._columns["flexible"] & bool(volunteer.windows)
        return ~free

    def _availability(self, volunteer: Volunteer, now: datetime) -> NDArray[np.float64]:
        hours, present = availability.week_mask(volunteer.windows).bit_count() / 60, self._present(volunteer, now)
        by_span = factors.availability(self._covered(volunteer), self._columns["spans"], present)
        return np.where(self._columns["flexible"], factors.ample_time(hours, present), by_span)

    def _present(self, volunteer: Volunteer, now: datetime) -> NDArray[np.float64]:
        columns, today = self._columns, now.date().toordinal()
        first = np.where(columns["flexible"], today, np.maximum(columns["help_day"], today))
        length = np.where(columns["flexible"], availability.FLEXIBLE_DAYS, availability.WEEKLY_DAYS)
        last = np.maximum(first, np.minimum(first + length - 1, columns["until"]))
        days_away = np.zeros(len(self))
        for absence in volunteer.away:
            begins, ends = absence.first.toordinal(), absence.last.toordinal()
            days_away += np.maximum(np.minimum(ends, last) - np.maximum(begins, first) + 1, 0)
        return np.where(columns["dated"], 1.0, availability.present(days_away, (last - first + 1).astype(np.float64)))

    def _lacks_certificate(self, volunteer: Volunteer, now: datetime) -> Flags:
        last_valid = np.full(len(self._certificates) + 1, -1, np.int64)
        for certificate in volunteer.certificates:
            if (code := self._certificates.known(certificate.kind)) is not None:
                until = certificate.valid_until.toordinal() if certificate.valid_until else NEVER
                last_valid[code] = max(last_valid[code], until)
        day = np.where(self._columns["flexible"], now.date().toordinal(), self._columns["help_day"])
        kind = self._required.values[0]
        return self._entry_flags(self._required, last_valid[kind] < day[self._required.owners])


def need_of(request: Request, column_of: Mapping[str, int]) -> NDArray[np.float64]:
    """What this request needs, as a vector over the kinds of help."""
    found = kinds.kinds_of(request.skills, request.understood)
    return kinds.need_vector(bool(request.skills), found, column_of)


def offer_of(volunteer: Volunteer, column_of: Mapping[str, int]) -> NDArray[np.float64]:
    """What this volunteer offers, as a vector over the kinds of help."""
    found = kinds.kinds_of(volunteer.skills, volunteer.understood)
    return kinds.offer_vector(bool(volunteer.skills), found, column_of)


def counts(volunteer: Volunteer) -> tuple[float, float]:
    """Load and capacity as numbers to reckon with, however large they were written."""
    return float(min(volunteer.load, _MOST_COUNTED)), float(min(volunteer.capacity, _MOST_COUNTED))


def offered_day(volunteer: Volunteer) -> int:
    """The day (ordinal) on which an offer was made or confirmed; unknown: whichever day it is."""
    return volunteer.offered.toordinal() if volunteer.offered else NEVER


def age_of(days: NDArray[np.int64], now: datetime) -> NDArray[np.float64]:
    """How many days ago these were; what lies ahead is new."""
    return np.asarray(np.maximum(now.date().toordinal() - days, 0), np.float64)


def asked_on(request: Request) -> float:
    """When it was asked, in days and parts of days; unknown: now."""
    return days_of(request.created) if request.created else math.inf


def days_of(moment: datetime) -> float:
    """A moment as days and parts of days."""
    return moment.toordinal() + (moment - datetime.combine(moment, time.min)) / timedelta(days=1)


def waited(asked: NDArray[np.float64] | float, now: datetime) -> NDArray[np.float64]:
    """How many days since it was asked."""
    return np.asarray(np.maximum(days_of(now) - np.asarray(asked), 0.0))


def _rounded(**values: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    return {name: factors.to_millionths(value) for name, value in values.items()}
