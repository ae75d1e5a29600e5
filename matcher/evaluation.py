"""How well a ranking is, against the judgement of people: the usual figures of information retrieval.

A judged case is a `noaber.match/1` document with two more keys: `judgements`, grades by request and volunteer
(``{"r1": {"v3": 3}}``; 3 exactly this help, 2 would clearly serve, 1 loosely related, else 0), and optionally
`feasible`, the volunteers of each request who break no hard constraint, and `style` with a request.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from matcher.baselines import BASELINES, Likeness
from matcher.caseinput import Case, Postcodes, case_of
from matcher.gain import DEPTH, discounted_gain
from matcher.index import Index
from matcher.language import Reader
from matcher.ranking import rank
from matcher.side import read_texts
from matcher.strict import Node, parse
from matcher.weights import DEFAULT_WEIGHTS, Weights

GOOD = 2
"""From this grade on somebody would serve."""
TOP_GRADE = 3
ALL = "all"
OURS = "noaber"
Order = Sequence[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over requests; None where no request says anything about it.

    Parameters
    ----------
    ndcg : float or None
        Normalised discounted cumulative gain of the first ten, gain ``2**grade - 1``; 0..1.
    first : float or None
        Share of requests whose first place is of grade 2 or more.
    recall : float or None
        Of those of grade 2 or more (ten at most), the share among the first ten.
    mrr : float or None
        Mean of one over the place of the first of grade 2 or more.
    violations : int
        How many were ranked that break a hard constraint.
    requests : int
        How many requests these are.
    """

    ndcg: float | None
    first: float | None
    recall: float | None
    mrr: float | None
    violations: int
    requests: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with what people say of it."""

    case: Case
    grades: Mapping[str, Mapping[str, int]]
    feasible: Mapping[str, frozenset[str]] | None
    styles: Mapping[str, str]


def read_judged(source: Path, *, kinds: Sequence[str], postcodes: Postcodes) -> Judged:
    """Read a judged case.

    Raises
    ------
    CaseError
        As `caseinput.read_case`; also for judgements that name nobody, or a grade that is none.
    OSError
        If the file cannot be read.
    """
    top = parse(source.read_bytes()).keys()
    case = case_of(top, kinds=kinds, postcodes=postcodes)
    requests = {request.id for request in case.requests}
    volunteers = {volunteer.id for volunteer in case.volunteers}

    def of_requests(node: Node) -> list[tuple[str, Node]]:
        for key, value in node.entries():
            if key not in requests:
                value.fail("is about no request of this case")
        return node.entries()

    grades = {
        asked: {helper: _grade(node, helper, volunteers) for helper, node in judgements.entries()}
        for asked, judgements in of_requests(top.required("judgements"))
    }
    fit = top.get("feasible")
    feasible = None
    if fit is not None:
        feasible = {asked: frozenset(one.key() for one in node.items()) for asked, node in of_requests(fit)}
    styles = {}
    for request in top.items("requests"):
        keys = request.keys()
        style = keys.get("style")
        styles[keys.required("id").key()] = ALL if style is None else style.key()
    return Judged(case, grades, feasible, styles)


def _grade(node: Node, helper: str, volunteers: set[str]) -> int:
    if helper not in volunteers:
        node.fail("is about no volunteer of this case")
    grade = node.whole()
    if grade > TOP_GRADE:
        node.fail(f"must be <= {TOP_GRADE}")
    return grade


def evaluate(
    judged: Judged,
    reader: Reader,
    *,
    kinds: Sequence[str],
    weights: Weights = DEFAULT_WEIGHTS,
    compare: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, dict[str, Figures]]:
    """Rank every request and say how well that is, by style of text and over all.

    Parameters
    ----------
    compare : bool
        Also BM25 with Dutch stems, and TF-IDF of words and of characters: of the same feasible volunteers, by the
        likeness of the texts alone.

    Returns
    -------
    dict of name to dict of style to Figures
        ``noaber`` first; the style ``all`` last.
    """
    index = Index(kinds, reader)
    index.put_many(judged.case.volunteers)
    ours: dict[str, Order] = {}
    for request in read_texts(judged.case.requests, reader):
        found = rank(request, index, now=judged.case.now, weights=weights, top=None).candidates
        ours[request.id] = [candidate.id for candidate in found]
        if progress:
            progress(len(ours), len(judged.case.requests))
    orders = {OURS: ours}
    if compare:
        for name, likeness in BASELINES.items():
            orders[name] = _by_likeness(judged.case, likeness, ours)
    return {name: _by_style(judged, order) for name, order in orders.items()}


def _by_likeness(case: Case, likeness: Likeness, feasible: Mapping[str, Order]) -> dict[str, Order]:
    values = likeness([volunteer.text for volunteer in case.volunteers], [request.text for request in case.requests])
    ids = [volunteer.id for volunteer in case.volunteers]
    orders: dict[str, Order] = {}
    for request, row in zip(case.requests, values, strict=True):
        by_likeness = sorted(zip(ids, row, strict=True), key=lambda pair: (-pair[1], pair[0]))
        fit = set(feasible[request.id])
        orders[request.id] = [key for key, _value in by_likeness if key in fit]
    return orders


def _by_style(judged: Judged, orders: Mapping[str, Order]) -> dict[str, Figures]:
    styles = sorted(set(judged.styles.values()) - {ALL})
    of = {style: [key for key, own in judged.styles.items() if own == style] for style in styles}
    return {style: figures(judged, orders, keys) for style, keys in {**of, ALL: list(judged.styles)}.items()}


def figures(judged: Judged, orders: Mapping[str, Order], requests: Sequence[str]) -> Figures:
    """Give the figures over some requests; one that was not ranked counts as an empty ranking."""
    rows = [_row(judged.grades.get(key, {}), orders.get(key, ())) for key in requests]
    feasible = judged.feasible or {}
    violations = sum(one not in feasible[key] for key in requests if key in feasible for one in orders.get(key, ()))
    ndcg, first, recall, mrr = (_mean([row[place] for row in rows]) for place in range(4))
    return Figures(ndcg, first, recall, mrr, violations=violations, requests=len(rows))


def _row(grades: Mapping[str, int], order: Order) -> tuple[float | None, float | None, float | None, float | None]:
    best = discounted_gain(sorted(grades.values(), reverse=True))
    ndcg = discounted_gain([grades.get(key, 0) for key in order[:DEPTH]]) / best if best else None
    good = {key for key, grade in grades.items() if grade >= GOOD}
    if not good:
        return ndcg, None, None, None
    place = next((place for place, key in enumerate(order, 1) if key in good), None)
    recall = len(good & set(order[:DEPTH])) / min(DEPTH, len(good))
    return ndcg, float(place == 1), recall, 1 / place if place else 0.0


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def table(found: Mapping[str, Mapping[str, Figures]]) -> list[str]:
    """Give the figures as lines of text: over all for each way of ranking, then ours by style."""
    wide = max(map(len, (*found, *found[OURS])))
    lines = [f"{'':{wide}}  NDCG@10  first right  recall@10    MRR  violations"]
    lines += [_line(name, by_style[ALL], wide) for name, by_style in found.items()]
    styles = [style for style in found[OURS] if style != ALL]
    if styles:
        lines += ["", f"{OURS}, by style of text:"]
        lines += [f"{_line(style, found[OURS][style], wide)}  of {found[OURS][style].requests}" for style in styles]
    return lines


def _line(name: str, row: Figures, wide: int) -> str:
    ndcg, first, recall, mrr = (
        f"{v:.3f}" if v is not None else "-" for v in (row.ndcg, row.first, row.recall, row.mrr)
    )
    return f"{name:{wide}}  {ndcg:>7}  {first:>11}  {recall:>9}  {mrr:>5}  {row.violations:>10}"
