"""Whether some wait longer than others: how many found somebody in time, by group, with what chance could explain."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

WITHIN = 14.0
"""Days in which somebody should be found."""
FEWEST = 5
"""Smaller groups are told of together: figures are about groups, and never point at one person."""
Z95 = 1.96


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as far as this is about it.

    Parameters
    ----------
    groups : tuple of str
        Where it belongs: its kinds of help, or its neighbourhood.
    age : float
        Days since it was asked.
    found_after : float or None
        Days until both had said yes for the first time; None: that did not happen.
    waits : bool
        It stands open now.
    """

    groups: tuple[str, ...]
    age: float
    found_after: float | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """How one group fares.

    Parameters
    ----------
    name : str or None
        None: all groups that are too small to be named.
    asked : int
        Requests that were asked long enough ago to be judged.
    found : int
        How many of those found somebody in time.
    low, high : float
        Between these shares the truth lies in 95 of 100 cases (Wilson); 0 and 1 where nothing was asked.
    days : float or None
        Median days until somebody was found, of all for whom somebody was.
    waiting : int
        How many wait now.
    longest : float or None
        Days that the one who waits longest has waited.
    behind : bool
        Fares worse than all requests together, by more than chance explains.
    """

    name: str | None
    asked: int
    found: int
    low: float
    high: float
    days: float | None
    waiting: int
    longest: float | None
    behind: bool = False

    @property
    def share(self) -> float | None:
        """Found in time, 0..1; None where too few asked long enough ago."""
        return self.found / self.asked if self.asked >= FEWEST else None


def overall(asked: Iterable[Asked]) -> Group:
    """Give all requests together."""
    return _group(None, list(asked))


def by_group(asked: Sequence[Asked]) -> list[Group]:
    """Give each group, those behind first and then by share; a request of two kinds is in both groups.

    Examples
    --------
    >>> some = [Asked(("garden",), 30, 3)] * 9 + [Asked(("money",), 30)] * 6 + [Asked(("pets",), 30)] * 2
    >>> [(group.name, group.found, group.asked, group.behind) for group in by_group(some)]
    [('money', 0, 6, True), ('garden', 9, 9, False), (None, 0, 2, False)]
    """
    members: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(asked):
        for name in dict.fromkeys(one.groups):
            members[name].append(place)
    few = sorted({place for of in members.values() if len(of) < FEWEST for place in of})
    groups: dict[str | None, list[int]] = {name: of for name, of in members.items() if len(of) >= FEWEST}
    if few:
        groups[None] = few
    usual = overall(asked).share
    found = [_judged(_group(name, [asked[place] for place in of]), usual) for name, of in groups.items()]
    return sorted(
        found, key=lambda g: (not g.behind, g.share if g.share is not None else 2, g.name is None, g.name or "")
    )


def _judged(group: Group, usual: float | None) -> Group:
    behind = usual is not None and group.share is not None and group.high < usual
    return replace(group, behind=behind)


def _group(name: str | None, asked: Sequence[Asked]) -> Group:
    judged = [one for one in asked if one.age >= WITHIN]
    found = sum(one.found_after is not None and one.found_after <= WITHIN for one in judged)
    low, high = interval(found, len(judged))
    days = [one.found_after for one in asked if one.found_after is not None]
    waits = [one.age for one in asked if one.waits]
    return Group(
        name, len(judged), found, low, high, median(days) if days else None, len(waits), max(waits, default=None)
    )


def interval(hits: int, tries: int) -> tuple[float, float]:
    """Wilson's interval of a share, at 95 %.

    Examples
    --------
    >>> interval(0, 0), tuple(round(end, 2) for end in interval(8, 10))
    ((0.0, 1.0), (0.49, 0.94))
    """
    if not tries:
        return 0.0, 1.0
    share, square = hits / tries, Z95 * Z95
    middle = (share + square / (2 * tries)) / (1 + square / tries)
    reach = Z95 / (1 + square / tries) * math.sqrt(share * (1 - share) / tries + square / (4 * tries * tries))
    return max(0.0, middle - reach), min(1.0, middle + reach)


STEPS = (3, 7, 14, 28)
"""Days by which it is counted how soon somebody was found."""


def how_soon(asked: Iterable[Asked]) -> list[int]:
    """Count requests by when somebody was found: within each of `STEPS`, later, and not (yet)."""
    counts = [0] * (len(STEPS) + 2)
    for one in asked:
        days = one.found_after
        place = len(STEPS) + 1 if days is None else sum(days > step for step in STEPS)
        counts[place] += 1
    return counts
