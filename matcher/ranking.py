"""Who comes first: hard constraints, then the score, then the id, so that equal input gives equal output."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher import exposure, kinds
from matcher.excluded import Excluded
from matcher.explain import reasons
from matcher.gates import require_wall_clock
from matcher.index import Index, RequestIndex
from matcher.language.reader import suggested
from matcher.scoring import score
from matcher.types import FACTORS, GATES, Candidate, Ranking, Request, Volunteer
from matcher.weights import DEFAULT_WEIGHTS, Weights

TOP = 20


def rank(
    request: Request,
    index: Index,
    *,
    now: datetime,
    weights: Weights = DEFAULT_WEIGHTS,
    top: int | None = TOP,
    with_excluded: bool = False,
    without: Iterable[str] = (),
) -> Ranking:
    """Rank the volunteers of an index for one request.

    Parameters
    ----------
    now : datetime
        The community's local wall-clock time, without a time zone.
    top : int or None
        How many candidates at most, 1 or more; None: everybody who breaks no hard constraint.
    with_excluded : bool
        Also say who broke which hard constraint first.
    without : iterable of str
        Ids that are left out without a word: asked before, declined, already proposed.

    Raises
    ------
    ValueError
        If `now` has a time zone, or `top` is less than 1.

    Examples
    --------
    >>> from matcher import Place
    >>> index = Index(["garden", "transport"])
    >>> index.put(Volunteer("near", Place(52.27, 6.79), skills=("garden",)))
    >>> index.put(Volunteer("far", Place(53.27, 6.79), skills=("garden",)))
    >>> asked = Request("r1", Place(52.26, 6.78), skills=("garden",))
    >>> ranking = rank(asked, index, now=datetime(2026, 11, 22, 9), with_excluded=True)
    >>> [candidate.id for candidate in ranking.candidates], ranking.excluded
    (['near'], Excluded({'far': 'distance'}))
    """
    return _rank(request, index, now, weights, top, with_excluded, without)


def rank_requests(
    volunteer: Volunteer,
    index: RequestIndex,
    *,
    now: datetime,
    weights: Weights = DEFAULT_WEIGHTS,
    top: int | None = TOP,
    with_excluded: bool = False,
    without: Iterable[str] = (),
    reactions: Mapping[str, int] | None = None,
) -> Ranking:
    """Rank the requests of an index for one volunteer; a pair scores as it does in `rank`.

    Parameters and errors are those of `rank`, and:

    Parameters
    ----------
    reactions : Mapping of id to count, optional
        For a list to browse: how many volunteers reacted to each request; those that few reacted to stand before those
        that fit nearly as well (see `matcher.exposure`).
    """
    return _rank(volunteer, index, now, weights, top, with_excluded, without, reactions)


def _rank(
    asker: Request | Volunteer,
    index: Index | RequestIndex,
    now: datetime,
    weights: Weights,
    top: int | None,
    with_excluded: bool,
    without: Iterable[str],
    reactions: Mapping[str, int] | None = None,
) -> Ranking:
    require_wall_clock(now)
    if top is not None and top < 1:
        raise ValueError("top must be at least 1")
    asker = index.ready(asker)  # type: ignore[arg-type]
    broken = index.broken(asker, now)  # type: ignore[arg-type]
    excluded = np.logical_or.reduce([broken[gate] for gate in GATES])
    left_out = [row for key in without if (row := index.row_of(key)) is not None]
    may_rank = ~excluded
    may_rank[left_out] = False
    values = index.factors(asker, now)  # type: ignore[arg-type]
    scores = score(values, weights)
    best = best_rows(scores, np.flatnonzero(may_rank), index, _depth(top, reactions))
    if reactions is not None:
        placed = [_Placed(index.at(row).id, float(scores[row]), row) for row in best]
        best = [one.row for one in exposure.give_room(placed, reactions)][:top]
    found = kinds.kinds_of(asker.skills, asker.understood)
    return Ranking(
        of=asker.id,
        found=found if asker.skills else suggested(found),
        candidates=tuple(_candidate(asker, index, row, values, scores[row], now) for row in best),
        feasible=int(may_rank.sum()),
        excluded=_first_broken(broken, excluded, index, left_out) if with_excluded else Excluded(),
    )


class _Placed(NamedTuple):
    """As much of a candidate as its place needs: reasons are made for those that are shown."""

    id: str
    score: float
    row: int


def _depth(top: int | None, reactions: Mapping[str, int] | None) -> int | None:
    return top if top is None or reactions is None else max(top, exposure.DEPTH)


def best_rows(
    scores: NDArray[np.float64], rows: NDArray[np.intp], index: Index | RequestIndex, top: int | None
) -> list[int]:
    """Of these rows the `top` best, by score and then by id."""
    if top is not None and top < len(rows):
        least = np.partition(scores[rows], len(rows) - top)[len(rows) - top]
        rows = rows[scores[rows] >= least]  # whoever shares the last place is still in
    ordered = sorted(rows.tolist(), key=lambda row: (-scores[row], index.at(row).id))
    return ordered[:top]


def _candidate(
    asker: Request | Volunteer,
    index: Index | RequestIndex,
    row: int,
    values: dict[str, NDArray[np.float64]],
    points: float,
    now: datetime,
) -> Candidate:
    other = index.at(row)
    factors = {name: float(values[name][row]) for name in FACTORS}
    request, volunteer = (asker, other) if isinstance(asker, Request) else (other, asker)
    assert isinstance(request, Request) and isinstance(volunteer, Volunteer)
    km = float(values["km"][row])
    told = reasons(request, volunteer, factors, km, now, to_volunteer=asker is volunteer)
    return Candidate(other.id, float(points), factors, told, km)


def _first_broken(
    broken: dict[str, NDArray[np.bool_]],
    excluded: NDArray[np.bool_],
    index: Index | RequestIndex,
    left_out: Sequence[int],
) -> Excluded:
    told = excluded.copy()
    told[left_out] = False
    rows = np.flatnonzero(told)
    first = np.zeros(len(told), np.int8)
    for place, gate in reversed(list(enumerate(GATES))):
        first[broken[gate]] = place
    return Excluded(index.items(), rows, first[rows])
