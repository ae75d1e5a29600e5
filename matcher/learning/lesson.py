"""What a community's decisions say about the weights, and whether that is enough to propose others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from matcher.learning.decisions import Decision
from matcher.learning.fitting import fit, with_weights
from matcher.learning.shadow import Figures, agreement, by_time
from matcher.types import FACTORS
from matcher.weights import Weights

FEWEST = 200
"""Decisions from which weights may be learnt; under it chance speaks."""
FEWEST_OF_EACH = 30
"""And so many of them a yes, and a no."""
NEWEST = 0.3
"""The share of the decisions, the newest, on which is measured what was learnt from the others."""
SURE = 0.01
"""The chance that nothing is the matter, up to which other weights are proposed."""
MOST_CHANGE = 0.05
"""How far one weight goes at a time."""
OUTCOMES = ("too_few", "not_sure", "not_better", "better")


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learnt.

    Parameters
    ----------
    outcome : str
        `too_few` decisions; `not_sure` that chance is not all; `not_better` on the newest decisions; or `better`:
        only then `proposed` is other than the weights of now.
    found, proposed : Weights
        What the older decisions say; and a step that way, of at most `MOST_CHANGE` a weight.
    doubt : float
        As `fitting.Fit`.
    decisions, good : int
        How many decisions, and how many of them a yes.
    before, after : Figures
        The newest decisions beside the weights of now, and beside the proposed ones.
    """

    outcome: str
    found: Weights
    proposed: Weights
    doubt: float
    decisions: int
    good: int
    before: Figures
    after: Figures


def learn(decisions: Sequence[Decision], weights: Weights, *, keep: Collection[str] = ()) -> Lesson:
    """Learn from decisions; nothing is changed by it.

    Parameters
    ----------
    decisions : sequence of Decision
        In any order.
    weights : Weights
        Those of now.
    keep : collection of str
        Factors whose weight stays as it is.

    Raises
    ------
    ValueError
        As `fitting.fit`.
    """
    older, newest = by_time(decisions, NEWEST)
    good = sum(one.good for one in decisions)
    before = agreement(newest, weights)
    counted = {"decisions": len(decisions), "good": good, "before": before}
    if not _enough(decisions) or not older:
        return Lesson("too_few", weights, weights, 1.0, after=before, **counted)  # type: ignore[arg-type]
    told = fit(older, weights, keep=keep)
    step = _step(weights, told.weights)
    after = agreement(newest, step)
    outcome = "better"
    if told.doubt > SURE:
        outcome = "not_sure"
    elif before.auc is None or after.auc is None or after.auc <= before.auc:
        outcome = "not_better"
    proposed = step if outcome == "better" else weights
    return Lesson(outcome, told.weights, proposed, told.doubt, after=after, **counted)  # type: ignore[arg-type]


def _enough(decisions: Sequence[Decision]) -> bool:
    good = sum(one.good for one in decisions)
    return len(decisions) >= FEWEST and min(good, len(decisions) - good) >= FEWEST_OF_EACH


def _step(now: Weights, found: Weights) -> Weights:
    """Go from the weights of now towards those that were found, no weight further than is allowed."""
    here, there = now.by_factor(), found.by_factor()
    farthest = max(abs(there[name] - here[name]) for name in FACTORS)
    part = min(1.0, MOST_CHANGE / farthest) if farthest else 0.0
    moved = {name: here[name] + part * (there[name] - here[name]) for name in FACTORS if there[name] != here[name]}
    return with_weights(now, moved) if moved else now
