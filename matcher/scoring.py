"""From factors to one score, the same for one pair and for many."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from matcher.factors import to_millionths
from matcher.weights import Weights


def score(factors: Mapping[str, NDArray[np.float64]], weights: Weights) -> NDArray[np.float64]:
    """The score in 0..1, rounded to six decimals.

    Parameters
    ----------
    factors : Mapping of factor to values in 0..1
        Already rounded to six decimals, as they are written: who recomputes the score gets the same.

    Examples
    --------
    >>> from matcher.types import FACTORS
    >>> values = dict.fromkeys(FACTORS, np.array([1.0]))
    >>> score({**values, "load": np.array([0.5])}, Weights())
    array([0.98])
    """
    adds = weights.combine == "sum"
    total = np.full_like(factors["skills"], 0.0 if adds else 1.0)
    for name, weight in weights.by_factor().items():  # one by one: the order of a sum decides its last bit
        total = total + weight * factors[name] if adds else total * factors[name] ** weight
    return to_millionths(np.minimum(total, 1.0))


def parts_of(factors: Mapping[str, float], weights: Weights) -> dict[str, float]:
    """What each factor brings to the score of one pair: a part of the sum, or of the product; six decimals."""
    adds = weights.combine == "sum"
    return {
        name: round(weight * factors[name] if adds else factors[name] ** weight, 6)
        for name, weight in weights.by_factor().items()
    }
