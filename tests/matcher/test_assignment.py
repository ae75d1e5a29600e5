"""Everybody at once: most requests served, then the best total, against every possible way and known optima."""

import gzip
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import DEFAULT_WEIGHTS, Index, Place, Request, Volunteer, Weights, assign, rank
from matcher.assignment import Edges, best_matching
from tests.matcher.invented import HERE, KINDS, NOW, many_requests, many_volunteers

edges = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, 3)), st.integers(0, 1_000_000) | st.just(1_000_000), max_size=14
)
rooms = st.lists(st.integers(0, 3), min_size=4, max_size=4)


def by_trying_everything(pairs: dict[tuple[int, int], int], room: list[int]) -> tuple[int, int]:
    """Most served, and the highest total among those: every way is looked at."""

    @cache
    def best(request: int, left: tuple[int, ...]) -> tuple[int, int]:
        if request == 5:
            return 0, 0
        found = best(request + 1, left)
        for (asked, helper), points in pairs.items():
            if asked == request and left[helper]:
                less = (*left[:helper], left[helper] - 1, *left[helper + 1 :])
                served, total = best(request + 1, less)
                found = max(found, (served + 1, total + points))
        return found

    return best(0, tuple(room))


def as_edges(pairs: dict[tuple[int, int], int]) -> Edges:
    rows = np.array(sorted(pairs), dtype=np.intp).reshape(-1, 2)
    return Edges(rows[:, 0], rows[:, 1], np.array([pairs[tuple(row)] for row in rows.tolist()], np.int64))


@settings(max_examples=300)
@given(edges, rooms)
def test_no_other_way_serves_more_or_scores_higher(pairs: dict[tuple[int, int], int], room: list[int]) -> None:
    chosen = best_matching(as_edges(pairs), 5, np.array(room))
    assert all(pair in pairs for pair in chosen.items())
    for helper, most in enumerate(room):
        assert list(chosen.values()).count(helper) <= most
    got = (len(chosen), sum(pairs[pair] for pair in chosen.items()))
    assert got == by_trying_everything(pairs, room)


def test_the_two_ways_of_trying_everything_agree() -> None:
    """The oracle itself, against choosing subsets of pairs one by one."""
    pairs = {(0, 0): 5, (0, 1): 9, (1, 1): 9, (2, 1): 4, (2, 0): 1}
    ways = [
        (len(way), sum(pairs[pair] for pair in way))
        for size in range(4)
        for way in combinations(pairs, size)
        if len({r for r, _ in way}) == size and len({v for _, v in way}) == size
    ]
    assert by_trying_everything(pairs, [1, 1, 0, 0]) == max(ways)


def load(path: Path) -> tuple[int, Edges]:
    """An instance of the OR-Library: all costs row by row, or (for `assignp`) row, column and cost."""
    raw = path.read_bytes()
    size, *numbers = map(int, (gzip.decompress(raw) if path.suffix == ".gz" else raw).split())
    if path.name.startswith("assignp"):
        table = np.array(numbers).reshape(-1, 3)
        rows, columns, costs = table[:, 0] - 1, table[:, 1] - 1, table[:, 2]
    else:
        rows, columns = (axis.ravel() for axis in np.indices((size, size)))
        costs = np.array(numbers)
        assert len(costs) == size * size
    return size, Edges(rows, columns, 1_000_000 - costs)


@pytest.mark.parametrize("name", ["assign100", "assign200", "assign300", "assign800", "assignp800"])
def test_the_known_optima_are_found(name: str, shared: Path) -> None:
    folder = shared / "data" / "orlib"
    known = dict(line.split() for line in (folder / "optima.txt").read_text().splitlines()[1:] if line.strip())
    size, instance = load(next(folder.glob(f"{name}.txt*")))
    chosen = best_matching(instance, size, np.ones(size, np.intp))
    cost = {(r, v): 1_000_000 - s for r, v, s in zip(*(part.tolist() for part in instance), strict=True)}
    assert len(chosen) == len(set(chosen.values())) == size
    assert sum(cost[pair] for pair in chosen.items()) == int(known[name])


def test_serving_two_beats_the_best_single_pair() -> None:
    index = Index(KINDS)
    index.put(Volunteer("both", HERE, skills=("garden", "groceries")))
    index.put(Volunteer("gardener", Place(52.3, 6.9), skills=("garden",)))
    asked = [Request("r1", HERE, skills=("garden",)), Request("r2", HERE, skills=("groceries",))]
    done = assign(asked, index, now=NOW)
    assert [(pair.request, pair.volunteer) for pair in done.pairs] == [("r1", "gardener"), ("r2", "both")]
    assert done.unassigned == {}
    assert done.optimal
    assert done.total_score == pytest.approx(sum(pair.score for pair in done.pairs))


def test_nobody_gets_a_gardener_for_a_hospital_visit() -> None:
    index = Index(KINDS)
    index.put(Volunteer("v", HERE, skills=("garden",)))
    asked = [Request("r", HERE, skills=("hospital-escort",))]
    assert assign(asked, index, now=NOW).unassigned == {"r": "no candidate"}
    anybody = Weights(min_skills=0)
    assert len(assign(asked, index, now=NOW, weights=anybody).pairs) == 1


def test_only_room_that_is_left_is_given_away() -> None:
    index = Index(KINDS)
    index.put(Volunteer("v", HERE, skills=("garden",), capacity=10**30, load=10**30 - 2))
    asked = [Request(f"r{number}", HERE, skills=("garden",)) for number in range(3)]
    done = assign(asked, index, now=NOW)
    assert len(done.pairs) == 2
    assert list(done.unassigned.values()) == ["all candidates taken"]


def test_with_a_top_it_says_whether_pairs_were_left_out() -> None:
    index = Index(KINDS)
    index.put_many(Volunteer(key, HERE, skills=("garden",)) for key in ("v1", "v2"))
    asked = [Request(key, HERE, skills=("garden",)) for key in ("r1", "r2")]
    narrow = assign(asked, index, now=NOW, top=1)
    assert (len(narrow.pairs), narrow.optimal) == (1, False)
    wide = assign(asked, index, now=NOW, top=2)
    assert (len(wide.pairs), wide.optimal) == (2, True)


def test_no_requests_and_no_volunteers_are_no_error() -> None:
    index = Index(KINDS)
    assert assign([], index, now=NOW).pairs == ()
    done = assign([Request("r", HERE)], index, now=NOW)
    assert (done.pairs, done.unassigned, done.total_score) == ((), {"r": "no candidate"}, 0)


def test_what_cannot_be_meant_is_refused() -> None:
    index = Index(KINDS)
    with pytest.raises(ValueError, match="top"):
        assign([], index, now=NOW, top=0)
    with pytest.raises(ValueError, match="id of its own"):
        assign([Request("r", HERE), Request("r", HERE)], index, now=NOW)
    with pytest.raises(ValueError, match="wall-clock"):
        assign([], index, now=datetime(2026, 11, 22, tzinfo=UTC))


def test_progress_is_told_for_every_request() -> None:
    seen: list[tuple[int, int]] = []
    asked = [Request(key, HERE) for key in ("r1", "r2")]
    assign(asked, Index(KINDS), now=NOW, progress=lambda *done: seen.append(done))
    assert seen == [(1, 2), (2, 2)]


@settings(max_examples=100)
@given(many_requests, many_volunteers)
def test_only_pairs_that_would_be_ranked_are_made(asked: list[Request], helpers: list[Volunteer]) -> None:
    index = Index(KINDS)
    index.put_many(helpers)
    done = assign(asked, index, now=NOW)
    assert {pair.request for pair in done.pairs} | set(done.unassigned) == {request.id for request in asked}
    for pair in done.pairs:
        request = next(request for request in asked if request.id == pair.request)
        ranked = {candidate.id: candidate for candidate in rank(request, index, now=NOW, top=None).candidates}
        assert ranked[pair.volunteer].score == pair.score
        assert ranked[pair.volunteer].factors["skills"] >= DEFAULT_WEIGHTS.min_skills
    for helper in helpers:
        assert [pair.volunteer for pair in done.pairs].count(helper.id) <= max(helper.capacity - helper.load, 0)
