"""On which grounds somebody was put forward, as they are kept with a match."""

from dataclasses import dataclass, field
from typing import Any

import matcher


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the ranking said at the moment of proposing.

    Parameters
    ----------
    score : float or None
        0..1.
    codes : list of dict
        The reasons, each with its parameters.
    factors : dict
        What the pair scored on each factor, 0..1; from these the weights are learnt.
    """

    score: float | None = None
    codes: list[dict[str, Any]] = field(default_factory=list)
    factors: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, found: matcher.Candidate | matcher.Explanation) -> "Grounds":
        """Keep what the matcher found."""
        return cls(found.score, [reason.as_dict() for reason in found.reasons], dict(found.factors))


UNKNOWN = Grounds()
"""Nobody ranked: a name that somebody had in mind."""
