"""Room for requests that nobody reacted to: what it may do, what it may never do, and what it brings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import Candidate
from matcher.exposure import DEPTH, FIRST_PLACE, FURTHER_PLACES, give_room
from tests.benchmarks.bench_exposure import compare

scores = st.lists(st.integers(0, 1_000_000).map(lambda n: n / 1_000_000), max_size=DEPTH + 10)
reactions = st.dictionaries(st.integers(0, DEPTH + 10).map(str), st.integers(0, 9))


def _ranked(given_scores: list[float]) -> list[Candidate]:
    ordered = sorted(given_scores, reverse=True)
    return [Candidate(str(place), score, {}, (), 0.0) for place, score in enumerate(ordered)]


@given(scores, reactions)
def test_nobody_is_lost_and_nothing_that_clearly_fits_better_is_passed_by(
    given_scores: list[float], reacted: dict[str, int]
) -> None:
    ranked = _ranked(given_scores)
    shown = give_room(ranked, reacted)
    assert sorted(shown, key=lambda one: int(one.id)) == ranked
    assert shown[DEPTH:] == ranked[DEPTH:]
    left = ranked[:DEPTH]
    for place, one in enumerate(shown[:DEPTH]):
        assert one.score >= left[0].score * (1 - (FURTHER_PLACES if place else FIRST_PLACE))
        left.remove(one)


@given(scores)
def test_without_reactions_the_order_stays(given_scores: list[float]) -> None:
    ranked = _ranked(given_scores)
    assert give_room(ranked, {}) == ranked
    assert give_room(ranked, {one.id: 2 for one in ranked}) == ranked


@given(scores.filter(bool), reactions, st.data())
def test_one_more_reaction_never_moves_a_request_up(
    given_scores: list[float], reacted: dict[str, int], data: st.DataObject
) -> None:
    ranked = _ranked(given_scores)
    one = data.draw(st.sampled_from(ranked))
    before = give_room(ranked, reacted).index(one)
    assert give_room(ranked, {**reacted, one.id: reacted.get(one.id, 0) + 1}).index(one) >= before


@pytest.mark.parametrize("bias", [0.5, 1.5])
def test_more_requests_are_reached_and_hardly_any_reaction_is_lost(bias: float) -> None:
    # The whole of it stands in docs/quality.md; ten of its thirty seeds will do here.
    _before, reached, all_reactions, first = compare(bias, 60, seeds=10)
    assert reached >= 0.07
    assert all_reactions >= -0.04
    assert first >= 0.98
