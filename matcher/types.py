"""What goes into the matcher and what comes out: frozen dataclasses, checked once, at the door."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from matcher.excluded import GATES as GATES
from matcher.excluded import Excluded

MINUTES_A_DAY = 24 * 60
MINUTES_A_WEEK = 7 * MINUTES_A_DAY
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
URGENCIES = ("low", "normal", "high")
# What may hold for a person or a home, and what the other side may ask not to meet.
TRAITS = ("smoker", "dog", "cat", "stairs", "man", "woman")
FACTORS = (
    "skills", "distance", "availability", "language", "load", "rest", "freshness", "waiting", "continuity",
)  # fmt: skip
MOST_KILOMETRES = 500.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is.

    Parameters
    ----------
    lat, lon : float
        WGS84, degrees.
    area : str or None
        The postcode area (four digits) when nothing finer is known; then the coordinates are its middle.
    """

    lat: float
    lon: float
    area: str | None = None

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"not a place on earth: {self.lat}, {self.lon}")


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A part of a day that comes back every week; `end` is exclusive.

    Parameters
    ----------
    day : int
        0 is Monday.
    start, end : int
        Minutes after midnight, ``0 <= start < end <= 1440``.

    Examples
    --------
    >>> Window(1, 9 * 60, 12 * 60).minutes
    180
    """

    day: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.day < 7 or not 0 <= self.start < self.end <= MINUTES_A_DAY:
            raise ValueError(f"not a window in a week: {self.day} {self.start}-{self.end}")

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.end - self.start


EVERY_HOUR = tuple(Window(day, 0, MINUTES_A_DAY) for day in range(7))


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which a volunteer cannot come, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("an absence ends before it begins")


@dataclass(frozen=True, slots=True)
class Certificate:
    """Something a volunteer holds (`vog`, `first-aid`), and the last day on which it is valid (None: no end)."""

    kind: str
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Once:
    """Help in one period of local wall-clock time, from `start` up to `end`."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("a period is told in local wall-clock time")
        if self.end <= self.start:
            raise ValueError("a period ends before it begins")


@dataclass(frozen=True, slots=True)
class Weekly:
    """Help every week in at least one of these windows, from a date on.

    Parameters
    ----------
    heeds_absence : bool
        Whether who is away then is left out, as for `Once`: a week of one day, of which the time is open, has no other
        day. Weekly help outlives a holiday. The file format does not know it.
    """

    windows: tuple[Window, ...]
    start: date
    until: date | None = None
    heeds_absence: bool = False

    @property
    def on_one_day(self) -> bool:
        """Whether it is over on the day on which it begins."""
        return self.until == self.start

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.start:
            raise ValueError("weekly help ends before it begins")


@dataclass(frozen=True, slots=True)
class Flexible:
    """Help at any moment of the volunteer's."""


When = Once | Weekly | Flexible


@dataclass(frozen=True, slots=True)
class Found:
    """A kind of help found in a text, with how sure the matcher is (0..1)."""

    slug: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Understood:
    """What was read from one text: small enough to be kept beside it.

    Parameters
    ----------
    kinds : tuple of Found
        The kinds of help with their confidence, most certain first; a kind not listed has confidence 0.
    vector : bytes
        The direction of the text among all texts: one signed byte a dimension, empty when nothing was read.
    edition : str
        Which reader said so. Vectors of different editions cannot be compared: read the text again.
    """

    kinds: tuple[Found, ...] = ()
    vector: bytes = b""
    edition: str = ""


def _check_counts(**counts: float) -> None:
    for name, value in counts.items():
        if not 0 <= value < math.inf:
            raise ValueError(f"{name} must be a number from 0 up")


@dataclass(frozen=True, slots=True)
class Volunteer:
    """Who offers help. The keys are those of `noaber.match/1`; only `id` and `place` have no default.

    Parameters
    ----------
    max_km : float
        Farthest this volunteer travels, great circle, above 0 and at most 500 km.
    windows : tuple of Window
        When they can come, local time; empty: never.
    capacity, load : int
        Most matches at the same time, and how many run now.
    blocked, known : frozenset of str
        Ids of requests never to propose, and of those where it went well before.
    understood : Understood or None
        What a reader made of `text`, if the caller kept it; else the index reads the text itself.
    """

    id: str
    place: Place
    text: str = ""
    skills: tuple[str, ...] = ()
    max_km: float = 10.0
    windows: tuple[Window, ...] = EVERY_HOUR
    away: tuple[Away, ...] = ()
    languages: frozenset[str] = frozenset({"nl"})
    certificates: tuple[Certificate, ...] = ()
    capacity: int = 1
    load: int = 0
    blocked: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()
    avoids: frozenset[str] = frozenset()
    offered: date | None = None
    recent_hours: float = 0.0
    paused: bool = False
    understood: Understood | None = None

    def __post_init__(self) -> None:
        _check_counts(capacity=self.capacity, load=self.load, recent_hours=self.recent_hours)
        if not 0 < self.max_km <= MOST_KILOMETRES:
            raise ValueError("max_km must be above 0 and at most 500")


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for help. The keys are those of `noaber.match/1`; only `id` and `place` have no default.

    Parameters
    ----------
    languages : frozenset of str
        ISO 639-1; one shared language is enough, empty: any.
    certificates : frozenset of str
        Kinds that must be valid on the day of the help.
    blocked, known : frozenset of str
        Ids of volunteers never to propose, and of those with whom it went well before.
    """

    id: str
    place: Place
    text: str = ""
    skills: tuple[str, ...] = ()
    when: When = Flexible()
    languages: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    urgency: str = "normal"
    created: datetime | None = None
    blocked: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()
    avoids: frozenset[str] = frozenset()
    understood: Understood | None = None

    def __post_init__(self) -> None:
        if self.urgency not in URGENCIES:
            raise ValueError(f"urgency must be one of {', '.join(URGENCIES)}")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody fits or does not: a code and its parameters; the sentences stand in the catalogues.

    Examples
    --------
    >>> Reason("near", {"km": 3}).as_dict()
    {'code': 'near', 'km': 3}
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """The form in which it is written to a file."""
        return {"code": self.code, **self.params}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place in a ranking: who, how good (0..1, six decimals), from which factors, and why."""

    id: str
    score: float
    factors: Mapping[str, float]
    reasons: tuple[Reason, ...]
    km: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates for one request (or one volunteer), best first, ties by id.

    `excluded` maps ids to the first broken hard constraint, and is empty unless it was asked for.
    `feasible` counts everybody who broke none, ranked or beyond the top.
    """

    of: str
    found: tuple[Found, ...]
    candidates: tuple[Candidate, ...]
    feasible: int
    excluded: Excluded = field(default_factory=Excluded)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One pair looked at closely: what it scores, and every hard constraint it breaks, in their order."""

    broken: tuple[Reason, ...]
    score: float
    factors: Mapping[str, float]
    reasons: tuple[Reason, ...]
    km: float

    @property
    def excluded(self) -> str | None:
        """The first hard constraint that is broken, or None when the pair may be ranked."""
        return self.broken[0].code if self.broken else None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What other weights would make of one pair.

    Parameters
    ----------
    before, after : float
        Score with the weights of now, and with the others.
    parts : Mapping of factor to (float, float)
        What each factor brings to the score, before and after.
    """

    before: float
    after: float
    parts: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Pair:
    """One volunteer for one request, with its score."""

    request: str
    volunteer: str
    score: float


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who goes where: the pairs, and who is left with the reason (`no candidate`, `all candidates taken`)."""

    pairs: tuple[Pair, ...]
    unassigned: Mapping[str, str]
    total_score: float
    optimal: bool
