"""How often somebody says yes, smoothed: what is theirs and says nothing about the pair."""

import math
from collections import Counter
from collections.abc import Sequence

from matcher.learning.decisions import Decision

AS_IF = 4.0
"""Everybody begins as if they had taken so many decisions like everybody else."""


def smoothed(good: float, all_of_them: float, usual: float, as_if: float = AS_IF) -> float:
    """A share drawn towards what is usual, the more so the fewer there were.

    Parameters
    ----------
    good, all_of_them : float
        How many, of how many.
    usual : float
        Share over everybody, 0..1.

    Returns
    -------
    float
        0..1; `usual` where there is nothing yet.

    Examples
    --------
    >>> smoothed(0, 0, 0.6), round(smoothed(2, 2, 0.6), 2), round(smoothed(60, 60, 0.6), 2)
    (0.6, 0.73, 0.97)
    """
    return (good + as_if * usual) / (all_of_them + as_if)


def leanings(decisions: Sequence[Decision]) -> list[float]:
    """How much more than others each decider leant to a yes, from what they decided before.

    Parameters
    ----------
    decisions : sequence of Decision
        Oldest first. Only earlier ones of the same person and stage count: a decision never explains itself.

    Returns
    -------
    list of float
        Log odds beside those of everybody at that stage, 0 for who decided nothing yet; one a decision.
    """
    usual = {
        stage: smoothed(sum(one.good for one in of), len(of), 0.5, as_if=2.0)
        for stage in {one.stage for one in decisions}
        for of in [[one for one in decisions if one.stage == stage]]
    }
    taken: Counter[tuple[str, str]] = Counter()
    good: Counter[tuple[str, str]] = Counter()
    found = []
    for one in decisions:
        who, share = (one.stage, one.by), usual[one.stage]
        found.append(_logit(smoothed(good[who], taken[who], share)) - _logit(share) if one.by else 0.0)
        taken[who] += 1
        good[who] += one.good
    return found


def _logit(share: float) -> float:
    return math.log(share / (1 - share))
