"""What giving room to requests with few reactions does: `python -m tests.benchmarks.bench_exposure`.

A simulation, not a measurement of people. Its choice model:

- Each of 60 open requests is of one of eight kinds of help, a few of which most people ask (Zipf); each of 60 (or
  150) volunteers who come by, one after the other, offers one to three kinds. How well the two fit is 0.6 for the kind
  (related kinds a half), 0.25 for how near they live and 0.15 for time; both live and have time by chance.
- A volunteer sees the ten requests that fit best, in the order of the site. They look at place p with a chance of
  ``p ** -bias``, from the top, and react to what they look at with a chance of ``fit ** 3 / 2``; after one reaction
  they go.
- A request leaves the list when a reaction becomes a match, which one in two does.

Both orders see the same people, requests and dice. Over 30 seeds and three strengths of bias: the share of requests
with at least one reaction, all reactions, and how well the first place fits compared with the best.
"""

import random
import statistics
from collections.abc import Callable, Sequence

from matcher import Candidate
from matcher.exposure import give_room

SEEDS, BIASES = 30, (0.5, 1.0, 1.5)
REQUESTS, KINDS, SHOWN = 60, 8, 10
VISITS = (60, 150)
"""One visit for each request, where half of them are reached at all; and two and a half, where nearly all are."""
Order = Callable[[Sequence[Candidate], dict[str, int]], Sequence[Candidate]]


def by_score(candidates: Sequence[Candidate], _reactions: dict[str, int]) -> Sequence[Candidate]:
    """Best first: what stands there without room for others."""
    return candidates


def simulate(order: Order, seed: int, bias: float, visits: int = VISITS[0]) -> tuple[float, int, float]:
    """Give the share of requests with a reaction, the reactions, and the mean fit of the first place to the best."""
    invented, dice = random.Random(seed), random.Random(f"dice {seed}")
    weights = [1 / (kind + 1) for kind in range(KINDS)]
    asked = {f"r{n:02}": (invented.choices(range(KINDS), weights)[0], invented.random()) for n in range(REQUESTS)}
    reactions, still_open, firsts = dict.fromkeys(asked, 0), set(asked), []
    for _visit in range(visits):
        offered = set(invented.choices(range(KINDS), weights, k=invented.randint(1, 3)))
        home, time = invented.random(), {key: invented.random() for key in asked}
        fits = {key: _fit(kind, offered, abs(place - home), time[key]) for key, (kind, place) in asked.items()}
        ranked = sorted((key for key in still_open), key=lambda key: (-fits[key], key))
        candidates = [Candidate(key, round(fits[key], 6), {}, (), 0.0) for key in ranked]
        rolls = [(dice.random(), dice.random(), dice.random()) for _place in range(SHOWN)]
        if not candidates:
            break
        shown = list(order(candidates, reactions))[:SHOWN]
        firsts.append(shown[0].score / candidates[0].score)
        for place, (one, (looks, reacts, matches)) in enumerate(zip(shown, rolls, strict=False), 1):
            if looks < place**-bias and reacts < one.score**3 / 2:
                reactions[one.id] += 1
                if matches < 0.5:
                    still_open.discard(one.id)
                break
    return sum(n > 0 for n in reactions.values()) / REQUESTS, sum(reactions.values()), statistics.fmean(firsts)


def _fit(kind: int, offered: set[int], away: float, time: float) -> float:
    skill = 1.0 if kind in offered else 0.5 if {kind - 1, kind + 1} & offered else 0.05
    return 0.6 * skill + 0.25 * (1 - away) + 0.15 * time


def compare(bias: float, visits: int, seeds: int = SEEDS) -> tuple[float, float, float, float]:
    """Give the share reached before, how much more are reached, how many more reactions, and the first fit after."""
    pairs = [(simulate(by_score, n, bias, visits), simulate(give_room, n, bias, visits)) for n in range(seeds)]
    before, after = (
        [statistics.fmean(side[n] for side in sides) for n in range(3)] for sides in zip(*pairs, strict=True)
    )
    return before[0], after[0] / before[0] - 1, after[1] / before[1] - 1, after[2]


if __name__ == "__main__":
    print("| volunteers | position bias | reached before | more requests reached | all reactions | first place |")
    print("| --- | --- | --- | --- | --- | --- |")
    for visits in VISITS:
        for bias in BIASES:
            reached, more, reactions, first = compare(bias, visits)
            print(f"| {visits} | {bias} | {reached:.0%} | {more:+.1%} | {reactions:+.1%} | {first:.1%} of the best |")
