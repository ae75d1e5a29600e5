"""Weights that explain decisions: a logistic regression whose weights are never negative."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.learning.decisions import STAGES, Decision
from matcher.learning.rates import leanings
from matcher.types import FACTORS
from matcher.weights import Weights

RIDGE = 1.0
"""How strongly the weights of now are held on to, beside the decisions: it matters for a few dozen of them."""
HOLD = 1e-3
"""And levels that decisions say nothing about stay near 0."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fit:
    """What decisions say about the weights.

    Parameters
    ----------
    weights : Weights
        The weights that explain them best, drawn towards those of now as far as chance could explain the difference.
    doubt : float
        The chance that decisions which follow the weights of now, or nothing at all, would look so different; 0..1.
    """

    weights: Weights
    doubt: float


@dataclass(frozen=True, slots=True)
class _Problem:
    """Decisions as numbers: the log odds of a yes are ``others @ free + learnt @ slopes + leaning``."""

    learnt: Numbers  # decisions x factors whose weight is learnt
    others: Numbers  # decisions x (stages and the factors that keep their weight)
    leaning: Numbers
    good: Numbers

    def loss(self, free: Numbers, slopes: Numbers) -> tuple[float, Numbers, Numbers]:
        """Negative log likelihood with its gradient."""
        told = self.others @ free + self.learnt @ slopes + self.leaning
        chance = 1 / (1 + np.exp(-np.clip(told, -500, 500)))
        loss = float(np.sum(np.logaddexp(0, told) - self.good * told))
        off = chance - self.good
        return loss, self.others.T @ off, self.learnt.T @ off


def fit(decisions: Sequence[Decision], weights: Weights, *, keep: Collection[str] = ()) -> Fit:
    """Find the weights that explain decisions best.

    The same slope of each factor holds for all stages, each stage has its own level, and who tends to say yes is
    taken into account (`leanings`). Weights are the slopes, scaled so that those that are learnt add up to what they
    add up to now. They are drawn towards the weights of now by the positive part of James and Stein's rule.

    Parameters
    ----------
    decisions : sequence of Decision
        Oldest first.
    weights : Weights
        Those of now; only of a score that is a sum.
    keep : collection of str
        Factors whose weight stays: promises to people, which no habit may wear down.

    Raises
    ------
    ValueError
        For weights that combine as a product, or where no factor is left to learn.
    """
    names = [name for name in FACTORS if name not in keep]
    if weights.combine != "sum":
        raise ValueError("only the weights of a sum are learnt")
    if len(names) < 2:
        raise ValueError("there is nothing to learn")
    now = np.array([getattr(weights, name) for name in names])
    share = now.sum()
    problem = _problem(decisions, names, [name for name in FACTORS if name in keep])
    free = np.zeros(problem.others.shape[1])
    free, scale, tied = _tied(problem, free, now)
    slopes, loose = _loose(problem, free, scale * now)
    if not slopes.sum() > 0:
        return Fit(weights, 1.0)
    freedom = len(names) - 1
    gain = max(0.0, 2 * (tied - loose))
    trust = max(0.0, 1 - freedom / gain) if gain else 0.0
    found = now + trust * (share * slopes / slopes.sum() - now)
    return Fit(with_weights(weights, dict(zip(names, found, strict=True))), _by_chance(gain, freedom))


def _by_chance(gain: float, freedom: int) -> float:
    """The upper tail of the chi-squared distribution."""
    from scipy.special import gammaincc

    return float(gammaincc(freedom / 2, gain / 2))


def _least(cost: Callable[[Numbers], tuple[float, Numbers]], start: Numbers, levels: int) -> Numbers:
    """Where a cost is least; what comes after the levels is never negative."""
    from scipy.optimize import minimize  # here, for it takes a quarter of a second: few processes ever learn

    bounds = [(None, None)] * levels + [(0.0, None)] * (len(start) - levels)
    return np.asarray(minimize(cost, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def with_weights(weights: Weights, changed: dict[str, float]) -> Weights:
    """Put other weights in the place of some, rounded to six decimals and together 1 as ever."""
    values = {**weights.by_factor(), **{name: max(0.0, round(float(value), 6)) for name, value in changed.items()}}
    largest = max(changed, key=lambda name: values[name])
    values[largest] = round(values[largest] + 1 - sum(values.values()), 6)
    return Weights.from_dict({**weights.as_dict(), "weights": values})


def _problem(decisions: Sequence[Decision], names: Sequence[str], kept: Sequence[str]) -> _Problem:
    stages = [stage for stage in STAGES if any(one.stage == stage for one in decisions)]
    return _Problem(
        learnt=np.array([[one.factors[name] for name in names] for one in decisions]),
        others=np.array(
            [[*(one.stage == stage for stage in stages), *(one.factors[name] for name in kept)] for one in decisions],
            dtype=np.float64,
        ),
        leaning=np.array(leanings(decisions)),
        good=np.array([one.good for one in decisions], dtype=np.float64),
    )


def _tied(problem: _Problem, free: Numbers, now: Numbers) -> tuple[Numbers, float, float]:
    """The best where the weights stay in proportion as they are: levels, scale, negative log likelihood."""

    def cost(values: Numbers) -> tuple[float, Numbers]:
        loss, of_free, of_slopes = problem.loss(values[:-1], values[-1] * now)
        drawn = loss + 0.5 * HOLD * float(values @ values)
        return drawn, np.append(of_free, of_slopes @ now) + HOLD * values

    best = _least(cost, np.append(free, 1.0), len(free))
    return best[:-1], float(best[-1]), problem.loss(best[:-1], best[-1] * now)[0]


def _loose(problem: _Problem, free: Numbers, near: Numbers) -> tuple[Numbers, float]:
    """The best where each weight may differ: slopes, negative log likelihood."""
    levels = len(free)

    def cost(values: Numbers) -> tuple[float, Numbers]:
        loss, of_free, of_slopes = problem.loss(values[:levels], values[levels:])
        away = values[levels:] - near
        drawn = loss + 0.5 * HOLD * float(values[:levels] @ values[:levels]) + 0.5 * RIDGE * float(away @ away)
        return drawn, np.append(of_free + HOLD * values[:levels], of_slopes + RIDGE * away)

    best = _least(cost, np.append(free, near), levels)
    return best[levels:], problem.loss(best[:levels], best[levels:])[0]
