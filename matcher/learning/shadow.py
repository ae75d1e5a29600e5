"""How well weights would have told past decisions: the comparison that somebody sees before they change anything."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.gain import discounted_gain
from matcher.learning.decisions import STAGES, Decision, in_order
from matcher.scoring import score
from matcher.types import FACTORS
from matcher.weights import Weights


@dataclass(frozen=True, slots=True)
class Figures:
    """How well a score agrees with decisions; None where they cannot say.

    Parameters
    ----------
    auc : float or None
        Chance that of two decisions of one stage, a yes and a no, the yes scored higher; 0.5 is guessing.
    ndcg : float or None
        Normalised discounted cumulative gain over requests for which several volunteers were tried, who came to
        different ends; 0..1.
    pairs, requests : int
        From how many decisions and requests.
    """

    auc: float | None
    ndcg: float | None
    pairs: int
    requests: int


def agreement(decisions: Sequence[Decision], weights: Weights) -> Figures:
    """Measure how well the score agrees with decisions."""
    if not decisions:
        return Figures(None, None, 0, 0)
    values = {name: np.array([one.factors[name] for one in decisions]) for name in FACTORS}
    scores = [float(value) for value in score(values, weights)]
    ndcg, requests = _ndcg(decisions, scores)
    return Figures(_auc(decisions, scores), ndcg, len(decisions), requests)


def _auc(decisions: Sequence[Decision], scores: Sequence[float]) -> float | None:
    """Mann and Whitney's, within each stage, so that a stage where most say yes does not count as foresight."""
    won = games = 0.0
    for stage in STAGES:
        here = [(value, one.good) for one, value in zip(decisions, scores, strict=True) if one.stage == stage]
        good = sum(is_good for _value, is_good in here)
        if not 0 < good < len(here):
            continue
        of_bad = np.sort([value for value, is_good in here if not is_good])
        of_good = np.array([value for value, is_good in here if is_good])
        below, up_to = (np.searchsorted(of_bad, of_good, side=side) for side in ("left", "right"))
        won += float(np.sum(below + up_to)) / 2  # equal scores are half a win
        games += good * (len(here) - good)
    return won / games if games else None


def _ndcg(decisions: Sequence[Decision], scores: Sequence[float]) -> tuple[float | None, int]:
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    scored: dict[tuple[str, str], float] = {}
    for one, value in zip(decisions, scores, strict=True):
        of = grades[one.request]
        of[one.volunteer] = max(of.get(one.volunteer, 0), _grade(one))
        scored[one.request, one.volunteer] = value
    values = [_of_one(of, {who: scored[request, who] for who in of}) for request, of in grades.items()]
    known = [value for value in values if value is not None]
    return (math.fsum(known) / len(known) if known else None), len(known)


def _grade(one: Decision) -> int:
    """How far it came: each stage that was passed is worth one."""
    return STAGES.index(one.stage) + 1 if one.good else STAGES.index(one.stage)


def _of_one(grades: Mapping[str, int], scores: Mapping[str, float]) -> float | None:
    if len(set(grades.values())) < 2:
        return None
    order = sorted(grades, key=lambda who: (-scores[who], who))
    return discounted_gain([grades[who] for who in order]) / discounted_gain(sorted(grades.values(), reverse=True))


def by_time(decisions: Sequence[Decision], newest: float) -> tuple[list[Decision], list[Decision]]:
    """Part the older decisions from the newest share of them; those of one day stay together."""
    ordered = in_order(decisions)
    if not ordered:
        return [], []
    day = ordered[min(len(ordered) - 1, int(len(ordered) * (1 - newest)))].day
    return [one for one in ordered if one.day < day], [one for one in ordered if one.day >= day]
