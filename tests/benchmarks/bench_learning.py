"""Whether the preferences of people come out again: `python -m tests.benchmarks.bench_learning`.

A simulation, not a measurement of people. Its choice model: somebody decides about a pair by a logistic choice. The
log odds of a yes are a strength (8, where a test does not say otherwise) times what their true weights make of the
factors, beside a level of the stage and a leaning of their own. Factors are drawn from a beta distribution (2, 1.5),
each by itself; 60 people decide, whose leanings differ by 0.7 log odds; true weights are drawn anew for each seed.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from statistics import fmean

import numpy as np

from matcher import DEFAULT_WEIGHTS, FACTORS, Weights
from matcher.learning import STAGES, Decision, learn

STRENGTH = 8.0
PEOPLE = 60
LEANING = 0.7
MIDDLE = 0.55
LEVELS = {"approval": 0.4, "volunteer": 0.6, "resident": 1.2, "outcome": 1.0}
KEPT = ("load", "rest", "waiting")
LEARNT = tuple(name for name in FACTORS if name not in KEPT)
FIRST = date(2026, 1, 1)
DAYS = 300
SEEDS = 30


def preferences(seed: int) -> dict[str, float]:
    """True weights, together 1, drawn anew for each seed."""
    drawn = np.random.default_rng(1000 + seed).dirichlet(np.full(len(LEARNT), 2.0))
    return {**dict.fromkeys(KEPT, 0.0), **dict(zip(LEARNT, map(float, drawn), strict=True))}


def choices(seed: int, many: int, true: Mapping[str, float], strength: float = STRENGTH) -> list[Decision]:
    """Decisions of people with these weights over 300 days; with no weights at all they toss coins."""
    rng = np.random.default_rng(seed)
    leaning = rng.normal(0, LEANING, PEOPLE)
    found = []
    for number in range(many):
        factors = dict(zip(FACTORS, rng.beta(2, 1.5, len(FACTORS)).round(6).tolist(), strict=True))
        stage, who = STAGES[number % len(STAGES)], int(rng.integers(PEOPLE))
        by = f"p{who}" if stage != "outcome" else ""
        liked = strength * sum(weight * (factors[name] - MIDDLE) for name, weight in true.items())
        odds = liked + LEVELS[stage] + (leaning[who] if by else 0.0)
        good = bool(rng.random() < 1 / (1 + np.exp(-odds)))
        day = FIRST + timedelta(days=number * DAYS // many)
        found.append(Decision(f"r{number // 3}", f"v{number}", stage, good, factors, day, by))
    return found


def cosine(one: Weights, other: Mapping[str, float]) -> float:
    """How alike two sets of weights are, of the factors whose weight is learnt; 1 is the same."""
    a, b = (np.array([of[name] for name in LEARNT]) for of in (one.by_factor(), other))
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def main() -> None:
    """Print the figures as a table for docs/quality.md."""
    print("| decisions | strength | cosine: least | mean | proposed in |")
    print("| --- | --- | --- | --- | --- |")
    for many in (500, 1000, 2000, 4000):
        for strength in (5.0, 8.0):
            found = [
                (learn(choices(seed, many, true, strength), DEFAULT_WEIGHTS, keep=KEPT), true)
                for seed in range(SEEDS)
                for true in [preferences(seed)]
            ]
            alike = [cosine(lesson.found, true) for lesson, true in found]
            proposed = sum(lesson.outcome == "better" for lesson, _true in found)
            print(f"| {many} | {strength:.0f} | {min(alike):.2f} | {fmean(alike):.2f} | {proposed} of {SEEDS} |")
    print("\n| decisions | people decide by | a weight moved by more than 0.02 |\n| --- | --- | --- |")
    for many in (300, 1000, 4000):
        for name, true in (("nothing", {}), ("the weights of now", DEFAULT_WEIGHTS.by_factor())):
            moved = sum(
                max(abs(after - DEFAULT_WEIGHTS.by_factor()[of]) for of, after in weights.by_factor().items()) > 0.02
                for seed in range(100)
                for weights in [learn(choices(seed, many, true), DEFAULT_WEIGHTS, keep=KEPT).proposed]
            )
            print(f"| {many} | {name} | {moved} of 100 |")


if __name__ == "__main__":
    main()
