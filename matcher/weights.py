"""How much each factor counts: the one place where it is written."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from matcher.types import FACTORS

COMBINATIONS = ("sum", "product")


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the factors, not negative and together 1.

    Parameters
    ----------
    combine : str
        `sum` is the sum of weight x factor, `product` is the product of factor ^ weight.
    min_skills : float
        Under this value of the factor `skills` nobody is assigned in a batch (0..1).

    Examples
    --------
    >>> Weights.from_dict(DEFAULT_WEIGHTS.as_dict()) == DEFAULT_WEIGHTS
    True
    """

    skills: float = 0.57
    distance: float = 0.10
    availability: float = 0.07
    language: float = 0.03
    load: float = 0.04
    rest: float = 0.03
    freshness: float = 0.02
    waiting: float = 0.10
    continuity: float = 0.04
    combine: str = "sum"
    min_skills: float = 0.3

    def __post_init__(self) -> None:
        values = self.by_factor()
        if not all(math.isfinite(value) and value >= 0 for value in values.values()):
            raise ValueError("weights must be numbers from 0 up")
        if abs(sum(values.values()) - 1) > 1e-9:
            raise ValueError("weights must be 1 together")
        if self.combine not in COMBINATIONS:
            raise ValueError(f"combine must be one of {', '.join(COMBINATIONS)}")
        if not 0 <= self.min_skills <= 1:
            raise ValueError("min_skills must be from 0 to 1")

    def by_factor(self) -> dict[str, float]:
        """The weights alone, in the order of the factors."""
        return {name: getattr(self, name) for name in FACTORS}

    def as_dict(self) -> dict[str, object]:
        """What `noaber weights show --json` prints."""
        return {"combine": self.combine, "weights": self.by_factor(), "min_skills": self.min_skills}

    @classmethod
    def from_dict(cls, document: Mapping[str, object]) -> "Weights":
        """Read back what `as_dict` wrote; a factor without a weight counts for nothing.

        Raises
        ------
        ValueError
            For an unknown factor, or weights that break the rules above.
        """
        weights, combine, least = (document.get(key) for key in ("weights", "combine", "min_skills"))
        if not isinstance(weights, Mapping) or not set(weights) <= set(FACTORS):
            raise ValueError(f"weights must be given for {', '.join(FACTORS)}")
        numbers = {name: weights.get(name, 0.0) for name in FACTORS}
        for value in (*numbers.values(), least):
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ValueError("weights and min_skills must be numbers")
        return cls(**numbers, combine=str(combine), min_skills=least)  # type: ignore[arg-type]


DEFAULT_WEIGHTS = Weights()
