"""Everybody at once: one volunteer for each request at most, most requests served, then the best total."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.factors import MILLION
from matcher.gates import require_wall_clock
from matcher.index import Index
from matcher.ranking import best_rows
from matcher.scoring import score
from matcher.types import GATES, Assignment, Pair, Request
from matcher.weights import DEFAULT_WEIGHTS, Weights

NO_CANDIDATE = "no candidate"
ALL_TAKEN = "all candidates taken"


class Edges(NamedTuple):
    """Pairs that may be made: row of the request, row of the volunteer, and the score in millionths."""

    requests: NDArray[np.intp]
    volunteers: NDArray[np.intp]
    scores: NDArray[np.int64]


def assign(
    requests: Sequence[Request],
    index: Index,
    *,
    now: datetime,
    weights: Weights = DEFAULT_WEIGHTS,
    top: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Assignment:
    """Assign volunteers to requests, within the room that each volunteer has.

    A pair may be made if it breaks no hard constraint and its factor `skills` is at least `weights.min_skills`.
    Of all ways that serve most requests the one with the highest total score is found, and it is certain that
    none is better.

    Parameters
    ----------
    top : int or None
        Look only at the best `top` volunteers of each request: there is less to search, and the result is the best
        over those pairs only.
    progress : callable or None
        Told how many of how many requests were looked at.

    Returns
    -------
    Assignment
        `optimal` is False if `top` left pairs out.

    Raises
    ------
    ValueError
        If `now` has a time zone, `top` is less than 1, or two requests have the same id.

    Examples
    --------
    >>> from matcher import Place, Volunteer
    >>> here = Place(52.2658, 6.7931)
    >>> index = Index(["garden"])
    >>> index.put(Volunteer("v1", here, skills=("garden",)))
    >>> nearby = Place(52.27, 6.79)
    >>> asked = [Request("r1", here, skills=("garden",)), Request("r2", nearby, skills=("garden",))]
    >>> done = assign(asked, index, now=datetime(2026, 11, 22, 9))
    >>> [(pair.request, pair.volunteer) for pair in done.pairs], done.unassigned
    ([('r1', 'v1')], {'r2': 'all candidates taken'})
    """
    require_wall_clock(now)
    if top is not None and top < 1:
        raise ValueError("top must be at least 1")
    if len({request.id for request in requests}) < len(requests):
        raise ValueError("every request must have an id of its own")
    edges, left_out = _edges(requests, index, now, weights, top, progress)
    room = [volunteer.capacity - volunteer.load for volunteer in map(index.at, range(len(index)))]
    chosen = best_matching(edges, len(requests), np.array([min(max(r, 0), len(requests)) for r in room], int))
    points = _points(edges, chosen)
    candidates = set(edges.requests.tolist())
    return Assignment(
        pairs=tuple(Pair(requests[row].id, index.at(chosen[row]).id, points[row] / MILLION) for row in sorted(chosen)),
        unassigned={
            request.id: ALL_TAKEN if row in candidates else NO_CANDIDATE
            for row, request in enumerate(requests)
            if row not in chosen
        },
        total_score=sum(points.values()) / MILLION,
        optimal=not left_out,
    )


def _points(edges: Edges, chosen: Mapping[int, int]) -> dict[int, int]:
    """The score of each request that is served, in millionths."""
    volunteer_of = np.full(edges.requests.max(initial=-1) + 1, -1)
    volunteer_of[list(chosen)] = list(chosen.values())
    made = volunteer_of[edges.requests] == edges.volunteers
    return dict(zip(edges.requests[made].tolist(), edges.scores[made].tolist(), strict=True))


def best_matching(edges: Edges, requests: int, room: NDArray[np.intp]) -> dict[int, int]:
    """The volunteer of each request that is served, of all ways that serve most the one with the highest total.

    Every request gets a place of its own on which it waits at a price that no set of scores can outweigh; every
    volunteer stands there as often as there is room for. Then each request has exactly one place, at the least
    total price. All prices are whole numbers below 2^53, so that sums of them are exact.

    Parameters
    ----------
    room : NDArray, shape (volunteers,)
        How many requests each volunteer can take, 0 or more.
    """
    # Loaded here: it takes a quarter of a second, and only batches need it.
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    if not len(edges.requests):
        return {}
    wanted = np.bincount(edges.volunteers, minlength=len(room))
    copies = np.minimum(room, wanted)
    first_place = np.concatenate([[0], np.cumsum(copies)[:-1]])
    times = copies[edges.volunteers]
    places = np.repeat(first_place[edges.volunteers], times) + _counting(times)
    # From 1 up, since a sparse matrix takes 0 for "no such pair"; a score of 1.0 has price 1.
    prices = np.repeat(MILLION + 1 - edges.scores, times)
    waiting = (MILLION + 1) * (requests + 1)
    rows = np.arange(requests)
    matrix = csr_matrix(
        (
            np.concatenate([prices, np.full(requests, waiting)]).astype(np.float64),
            (
                np.concatenate([np.repeat(edges.requests, times), rows]),
                np.concatenate([places, copies.sum() + rows]),
            ),
        ),
        shape=(requests, int(copies.sum()) + requests),
    )
    volunteer_of = np.repeat(np.arange(len(room)), copies)
    pairs = zip(*min_weight_full_bipartite_matching(matrix), strict=True)
    return {int(row): int(volunteer_of[place]) for row, place in pairs if place < len(volunteer_of)}


def _counting(times: NDArray[np.intp]) -> NDArray[np.intp]:
    """0 up to each number, one after another: (2, 3) gives 0 1 0 1 2."""
    starts = np.cumsum(times) - times
    return np.asarray(np.arange(times.sum()) - np.repeat(starts, times))


def _edges(
    requests: Sequence[Request],
    index: Index,
    now: datetime,
    weights: Weights,
    top: int | None,
    progress: Callable[[int, int], None] | None,
) -> tuple[Edges, bool]:
    """Every pair that may be made, or the best `top` of each request, and whether any was left out."""
    rows: list[NDArray[np.intp]] = []
    volunteers: list[NDArray[np.intp]] = []
    scores: list[NDArray[np.int64]] = []
    left_out = False
    for row, request in enumerate(map(index.ready, requests)):
        broken = index.broken(request, now)
        values = index.factors(request, now)
        points = score(values, weights)
        may = ~np.logical_or.reduce([broken[gate] for gate in GATES]) & (values["skills"] >= weights.min_skills)
        fit = np.flatnonzero(may)
        if top is not None and top < len(fit):
            left_out = True
            fit = np.array(best_rows(points, fit, index, top))
        rows.append(np.full(len(fit), row))
        volunteers.append(fit)
        scores.append(np.rint(points[fit] * MILLION).astype(np.int64))
        if progress:
            progress(row + 1, len(requests))
    nothing = np.zeros(0, np.int64)
    edges = (np.concatenate([nothing, *parts]) for parts in (rows, volunteers, scores))
    return Edges(*edges), left_out
