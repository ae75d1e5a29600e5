"""Discounted cumulative gain: how much of what is good stands high in a list (Järvelin and Kekäläinen, 2002)."""

import math
from collections.abc import Sequence

DEPTH = 10
"""So many places count."""


def discounted_gain(grades: Sequence[int]) -> float:
    """Add up ``2**grade - 1`` over the first `DEPTH` places, each discounted by the logarithm of its place.

    Examples
    --------
    >>> discounted_gain([1, 0, 1]), discounted_gain([])
    (1.5, 0)
    """
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades[:DEPTH], 1))
