"""Weights are learnt from decisions when there is evidence, and never else; whoever decided is not in it."""

import random
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from matcher import DEFAULT_WEIGHTS, FACTORS, Weights
from matcher.learning import HEADER, STAGES, Decision, agreement, fit, learn, rows_without_persons
from matcher.learning.lesson import FEWEST, MOST_CHANGE
from matcher.learning.rates import leanings, smoothed
from matcher.scoring import score
from tests.benchmarks.bench_learning import KEPT, choices, cosine, preferences

FLAT = dict.fromkeys(FACTORS, 0.5)
DAY = date(2026, 3, 1)


def decided(good: bool, day: int = 0, by: str = "", stage: str = "volunteer", **factors: float) -> Decision:
    return Decision(f"r{day}", f"v{day}", stage, good, FLAT | factors, DAY + timedelta(days=day), by)


def any_other(day: int) -> dict[str, float]:
    """Factors that have nothing to do with what is decided."""
    drawn = random.Random(day)
    return {name: round(drawn.random(), 6) for name in FACTORS}


@pytest.mark.parametrize("seed", range(30))
def test_known_preferences_are_recovered(seed: int) -> None:
    true = preferences(seed)
    found = learn(choices(seed, 4000, true), DEFAULT_WEIGHTS, keep=KEPT)
    assert found.outcome == "better"
    assert cosine(found.found, true) >= 0.95
    assert found.before.auc is not None and found.after.auc is not None and found.after.auc > found.before.auc


@pytest.mark.parametrize("true", [{}, DEFAULT_WEIGHTS.by_factor()], ids=["no preference", "those of now"])
def test_chance_moves_nothing(true: dict[str, float]) -> None:
    moved = [_moved(learn(choices(seed, 600, true), DEFAULT_WEIGHTS, keep=KEPT).proposed) for seed in range(100)]
    assert sum(one <= 0.02 for one in moved) >= 95


def _moved(weights: Weights) -> float:
    now = DEFAULT_WEIGHTS.by_factor()
    return max(abs(weights.by_factor()[name] - now[name]) for name in FACTORS)


def test_month_by_month_the_weights_come_to_what_people_do() -> None:
    true, weights = preferences(5), DEFAULT_WEIGHTS
    shares = [cosine(weights, true)]
    for _month in range(12):
        before, weights = weights, learn(choices(5, 2500, true), weights, keep=KEPT).proposed
        assert all(abs(weights.by_factor()[name] - before.by_factor()[name]) <= MOST_CHANGE + 1e-6 for name in FACTORS)
        shares.append(cosine(weights, true))
    assert shares[0] < 0.9 < 0.95 <= shares[-1]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(FEWEST, 500))
def test_whatever_was_decided_weights_stay_weights(seed: int, many: int) -> None:
    given_ones = choices(seed, many, preferences(seed))
    found = learn(given_ones, DEFAULT_WEIGHTS, keep=KEPT)
    for weights in (found.found, found.proposed):  # Weights itself refuses negative ones, and a sum other than 1
        assert all(getattr(weights, name) == getattr(DEFAULT_WEIGHTS, name) for name in KEPT)
    assert _moved(found.proposed) <= MOST_CHANGE + 1e-6
    mixed = list(given_ones)
    random.Random(seed).shuffle(mixed)
    assert learn(mixed, DEFAULT_WEIGHTS, keep=KEPT) == found, "in whatever order they come"


@pytest.mark.parametrize("decisions", [
    [],
    [decided(True)] * 1000,  # nobody ever says no
    [decided(day % 2 == 0, day) for day in range(FEWEST - 1)],
    [decided(day != 7, day) for day in range(1000)],
    [decided(day % 2 == 0) for day in range(1000)],  # all on one day: nothing is older
], ids=["none", "all yes", "one short", "one no", "one day"])  # fmt: skip
def test_little_evidence_is_said_to_be_too_little(decisions: list[Decision]) -> None:
    found = learn(decisions, DEFAULT_WEIGHTS)
    assert (found.outcome, found.proposed) == ("too_few", DEFAULT_WEIGHTS)


def test_what_nobody_could_see_apart_is_not_learnt() -> None:
    """All pairs are alike but for the distance: whether it counts for more than the rest, nobody can tell."""
    alike = [decided(day % 2 == 0, day, distance=0.9 if day % 2 == 0 else 0.1) for day in range(400)]
    assert learn(alike, DEFAULT_WEIGHTS).outcome == "not_sure"


def test_decisions_without_any_doubt_are_no_trouble() -> None:
    """Everything near is taken and everything far refused: the slopes have no end of their own."""
    parted = [decided(day % 2 == 0, day, **any_other(day) | {"distance": float(day % 2 == 0)}) for day in range(400)]
    found = learn(parted, DEFAULT_WEIGHTS)
    assert found.outcome == "better"
    assert found.proposed.distance == pytest.approx(DEFAULT_WEIGHTS.distance + MOST_CHANGE, abs=1e-6)
    seen_through = agreement(parted, found.found).auc
    assert seen_through is not None and seen_through > 0.95


def test_who_always_says_yes_teaches_less_by_it() -> None:
    """Nel says yes to all, and is asked for what is near; Koos says no to all, and is asked for what is far."""
    habits = [
        decided(who == "nel", day, by=who, **any_other(day) | {"distance": 0.9 if who == "nel" else 0.1})
        for day in range(200)
        for who in ("nel", "koos")
    ]
    knowing, blind = (fit(of, DEFAULT_WEIGHTS).weights for of in (habits, [replace(one, by="") for one in habits]))
    assert knowing.distance < blind.distance


def test_only_earlier_decisions_say_how_somebody_leans() -> None:
    one_person = [decided(True, day, by="nel") for day in range(5)] + [decided(False, 9, by="koos")]
    found = leanings(one_person)
    assert found[0] == 0.0 and found[-1] == 0.0, "nothing is known of a first decision"
    assert found[:5] == sorted(found[:5]) and found[4] > 0
    changed = [*one_person[:4], replace(one_person[4], good=False), one_person[5]]
    assert leanings(changed)[1] > 0


@given(st.integers(0, 50), st.integers(0, 50), st.floats(0.01, 0.99))
def test_a_rate_lies_between_what_was_seen_and_what_is_usual(good: int, more: int, usual: float) -> None:
    seen = good / (good + more) if good + more else usual
    assert min(seen, usual) - 1e-9 <= smoothed(good, good + more, usual) <= max(seen, usual) + 1e-9


def test_the_area_under_the_curve_is_that_of_scikit_learn() -> None:
    one_stage = [one for one in choices(3, 800, preferences(3)) if one.stage == "volunteer"]
    scores = score({name: np.array([one.factors[name] for one in one_stage]) for name in FACTORS}, DEFAULT_WEIGHTS)
    assert agreement(one_stage, DEFAULT_WEIGHTS).auc == pytest.approx(
        roc_auc_score([one.good for one in one_stage], scores)
    )


def test_a_stage_where_most_say_yes_is_no_foresight() -> None:
    easy = [decided(True, day, stage="outcome", distance=0.9) for day in range(9)]
    hard = [decided(False, day, stage="approval", distance=0.1) for day in range(9)]
    assert agreement(easy + hard, DEFAULT_WEIGHTS).auc is None


def test_the_order_of_those_who_were_tried_is_measured() -> None:
    def ends(near: bool) -> list[Decision]:
        who = [Decision("r", name, "volunteer", name == "a", FLAT, DAY) for name in "ab"]
        return [
            replace(one, factors=FLAT | {"distance": 0.9 if (one.volunteer == "a") == near else 0.1}) for one in who
        ]

    assert agreement(ends(near=True), DEFAULT_WEIGHTS).ndcg == 1.0
    behind = agreement(ends(near=False), DEFAULT_WEIGHTS)
    assert behind.ndcg is not None and behind.ndcg < 1 and behind.requests == 1
    assert agreement([], DEFAULT_WEIGHTS).pairs == 0


def test_examples_leave_without_persons() -> None:
    rows = list(rows_without_persons(choices(1, 300, preferences(1))))
    assert {len(row) for row in rows} == {len(HEADER)}
    assert {row[2] for row in rows} <= set(STAGES)
    assert not any(value.startswith(("v", "p", "r")) for row in rows for value in (row[0], *row[4:]))
    assert all(len(row[1]) == len("2026-11") and all(len(value) == 4 for value in row[4:]) for row in rows)


@pytest.mark.parametrize("broken", [
    {"stage": "mood"}, {"factors": {"skills": 1.0}}, {"factors": FLAT | {"skills": 1.1}},
    {"factors": FLAT | {"load": float("nan")}},
])  # fmt: skip
def test_what_is_no_decision_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"stage|factors"):
        replace(decided(True), **broken)  # type: ignore[arg-type]


def test_only_a_sum_is_learnt_and_something_must_be_free() -> None:
    many = choices(1, 400, preferences(1))
    with pytest.raises(ValueError, match="sum"):
        learn(many, replace(DEFAULT_WEIGHTS, combine="product"))
    with pytest.raises(ValueError, match="nothing to learn"):
        learn(many, DEFAULT_WEIGHTS, keep=FACTORS[1:])
