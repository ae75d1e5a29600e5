"""Decisions that people took about pairs, as labelled examples: what the weights may be learnt from."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matcher.types import FACTORS

STAGES = ("approval", "volunteer", "resident", "outcome")
"""A coordinator's choice; the yes or no of who was asked; and how it went."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One yes or no about one pair.

    Parameters
    ----------
    request, volunteer : str
        The pair.
    stage : str
        One of `STAGES`: what was decided.
    good : bool
        Approved, accepted, or went well.
    factors : Mapping of factor to float
        What the pair scored on each factor when it was put forward, 0..1; never what it would score today.
    day : date
        When it was decided.
    by : str
        Who decided, empty where nobody in particular did: somebody who nearly always says yes teaches little by it.

    Raises
    ------
    ValueError
        For an unknown stage or factor, or a value outside 0..1.
    """

    request: str
    volunteer: str
    stage: str
    good: bool
    factors: Mapping[str, float]
    day: date
    by: str = ""

    def __post_init__(self) -> None:
        if self.stage not in STAGES:
            raise ValueError(f"a stage is one of {', '.join(STAGES)}")
        if set(self.factors) != set(FACTORS):
            raise ValueError(f"factors are {', '.join(FACTORS)}")
        if not all(math.isfinite(value) and 0 <= value <= 1 for value in self.factors.values()):
            raise ValueError("factors are from 0 to 1")


def in_order(decisions: Iterable[Decision]) -> list[Decision]:
    """Oldest first, and the same order for the same decisions whatever order they came in."""
    return sorted(decisions, key=lambda one: (one.day, one.request, one.volunteer, STAGES.index(one.stage), one.good))


HEADER = ("request", "month", "stage", "good", *FACTORS)


def rows_without_persons(decisions: Sequence[Decision]) -> Iterator[tuple[str, ...]]:
    """Give the examples as rows of a table, under `HEADER`, that name nobody.

    Requests are numbered by the order in which they are met, days are months, factors have two decimals; who
    decided, and which volunteer it was about, is left out.

    Examples
    --------
    >>> factors = dict.fromkeys(FACTORS, 0.5)
    >>> one = Decision("r7", "v3", "volunteer", True, factors, date(2026, 11, 22), by="p9")
    >>> next(rows_without_persons([one]))[:5]
    ('1', '2026-11', 'volunteer', 'yes', '0.50')
    """
    numbers: dict[str, int] = {}
    for one in in_order(decisions):
        number = numbers.setdefault(one.request, len(numbers) + 1)
        values = (f"{one.factors[name]:.2f}" for name in FACTORS)
        yield (str(number), f"{one.day:%Y-%m}", one.stage, "yes" if one.good else "no", *values)
