"""The weights: what they may be, and that they come back as they were written."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import DEFAULT_WEIGHTS, FACTORS, Weights
from matcher.scoring import score


def test_the_shipped_weights_are_one_together_and_let_skills_decide() -> None:
    weights = DEFAULT_WEIGHTS.by_factor()
    assert math.isclose(sum(weights.values()), 1)
    assert weights["skills"] > sum(weight for name, weight in weights.items() if name != "skills")
    assert list(weights) == list(FACTORS)


def test_weights_come_back_as_they_were_written() -> None:
    weights = Weights(0.5, 0.2, 0.1, 0.1, 0.1, 0, 0, 0, 0, combine="product", min_skills=0.2)
    assert Weights.from_dict(weights.as_dict()) == weights


@pytest.mark.parametrize(
    "wrong",
    [
        {"skills": 0.8},
        {"skills": -0.1, "distance": 0.92},
        {"skills": math.nan},
        {"combine": "mean"},
        {"min_skills": 1.1},
    ],
)
def test_weights_that_break_a_rule_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"weights|combine|min_skills"):
        Weights(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"weights": {"age": 1}, "combine": "sum", "min_skills": 0.3},
        {"weights": {"skills": True}, "combine": "sum", "min_skills": 0.3},
        {"weights": {"skills": 1}, "combine": "sum", "min_skills": "0.3"},
        {"weights": {"skills": 1}, "combine": None, "min_skills": 0.3},
    ],
)
def test_a_document_without_weights_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"weights|combine"):
        Weights.from_dict(wrong)


unit = st.integers(0, 1_000_000).map(lambda millionths: millionths / 1_000_000)


@given(st.lists(unit, min_size=len(FACTORS), max_size=len(FACTORS)), st.sampled_from(["sum", "product"]))
def test_the_score_can_be_recomputed_from_what_is_written(values: list[float], combine: str) -> None:
    weights = Weights(combine=combine)
    given_factors = {name: np.array([value]) for name, value in zip(FACTORS, values, strict=True)}
    parts = [(weights.as_dict()["weights"][name], value) for name, value in zip(FACTORS, values, strict=True)]
    expected = sum(w * f for w, f in parts) if combine == "sum" else math.prod(f**w for w, f in parts)
    got = score(given_factors, weights)[0]
    assert got == pytest.approx(expected, abs=6e-7)
    assert 0 <= got <= 1
