"""One contract for every factor: its range, its direction, and the same for one pair as for many."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import FACTORS, factors

counts = st.integers(0, 50).map(float)
KM = st.floats(0, 600)
SHARE = st.floats(0, 1)
# Name, function, what goes in, and for each of these whether the factor rises (1) or falls (-1) with it.
CONTRACTS: list[tuple[str, Callable[..., np.ndarray], tuple[st.SearchStrategy[float], ...], tuple[int, ...]]] = [
    ("skills", factors.skills, (st.floats(0, 1), st.floats(-1, 1)), (1, 1)),
    ("distance", factors.distance, (KM, st.floats(0.1, 500)), (-1, 1)),
    ("availability", factors.availability, (counts, counts, SHARE), (1, -1, 1)),
    ("availability", factors.ample_time, (st.floats(0, 168), SHARE), (1, 1)),
    ("language", factors.language, (counts, counts.filter(bool)), (1, -1)),
    ("load", factors.load, (counts, counts), (-1, 1)),
    ("rest", factors.rest, (st.floats(0, 1e6),), (-1,)),
    ("freshness", factors.freshness, (st.floats(0, 1e6),), (-1,)),
    ("waiting", factors.waiting, (st.floats(0, 1e6), SHARE), (1, 1)),
    ("continuity", factors.continuity, (st.sampled_from([0.0, 1.0]),), (1,)),
]
NAMES = [contract[1].__name__ for contract in CONTRACTS]


@pytest.mark.parametrize(("name", "factor", "inputs", "directions"), CONTRACTS, ids=NAMES)
class TestEveryFactor:
    @given(data=st.data())
    def test_stays_between_0_and_1(self, name, factor, inputs, directions, data) -> None:
        assert 0 <= factor(*map(data.draw, inputs)) <= 1

    @given(data=st.data())
    def test_goes_the_way_it_promises(self, name, factor, inputs, directions, data) -> None:
        given_values = list(map(data.draw, inputs))
        for place, direction in enumerate(directions):
            low, high = sorted([given_values[place], data.draw(inputs[place])])
            changed = list(given_values)
            changed[place] = low
            at_low = factor(*changed)
            changed[place] = high
            assert direction * (factor(*changed) - at_low) >= -1e-12

    @given(data=st.data())
    def test_says_for_many_what_it_says_for_one(self, name, factor, inputs, directions, data) -> None:
        rows = data.draw(st.lists(st.tuples(*inputs), min_size=1, max_size=9))
        together = factor(*np.array(rows).T)
        assert together.tolist() == [float(factor(*row)) for row in rows]


def test_every_factor_has_a_contract() -> None:
    assert {name for name, *_ in CONTRACTS} == set(FACTORS)


def test_no_wish_for_a_language_is_met_by_everybody() -> None:
    assert factors.language(0.0, 0.0) == 1


def test_the_likeness_of_texts_never_outdoes_a_kind_of_help() -> None:
    assert factors.skills(0.5, -1.0) > factors.skills(0.35, 1.0)


def test_numbers_are_rounded_as_they_are_written() -> None:
    assert factors.to_millionths(np.array([1 / 3, 0.1 + 0.2])).tolist() == [0.333333, 0.3]
