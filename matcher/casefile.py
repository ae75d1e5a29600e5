"""`noaber.match/1` in, `noaber.ranking/1` or `noaber.assignment/1` out: the whole output file, or none."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from matcher.assignment import assign
from matcher.caseinput import Case, Postcodes, read_case
from matcher.index import Index, RequestIndex
from matcher.language.reader import Reader
from matcher.ranking import TOP, rank, rank_requests
from matcher.side import read_texts
from matcher.strict import CaseError
from matcher.types import Candidate, Ranking, Reason
from matcher.weights import DEFAULT_WEIGHTS, Weights

__all__ = ["DIRECTIONS", "CaseError", "assign_file", "rank_file", "read_case"]

RANKING_FORMAT = "noaber.ranking/1"
ASSIGNMENT_FORMAT = "noaber.assignment/1"
DIRECTIONS = ("volunteers", "requests")

# Takes reasons and who reads them ("desk" about a volunteer, "volunteer" about a request); sentences by language.
Sentences = Callable[[Sequence[Reason], str], Mapping[str, Sequence[str]]]
# Told how many of how many are done.
Progress = Callable[[int, int], None]


def rank_file(
    source: Path,
    target: Path,
    *,
    reader: Reader,
    kinds: Sequence[str],
    postcodes: Postcodes,
    sentences: Sentences,
    top: int = TOP,
    direction: str = "volunteers",
    show_excluded: bool = False,
    weights: Weights = DEFAULT_WEIGHTS,
    progress: Progress | None = None,
) -> None:
    """Rank the volunteers for every request of a case, or with `direction` `requests` the other way round.

    Parameters
    ----------
    source, target : Path
        The case, and where the ranking goes; equal input gives equal bytes.
    kinds, postcodes
        As in `read_case`.
    sentences : callable
        Makes sentences of reasons, in every language there is.

    Raises
    ------
    CaseError
        If the case is invalid; as text the one line that names the place. Then nothing is written.
    ValueError
        If `top` or `direction` is none.
    OSError
        If a file cannot be read or written.
    """
    if top < 1:
        raise ValueError("top must be at least 1")
    if direction not in DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(DIRECTIONS)}")
    case = read_case(source.read_bytes(), kinds=kinds, postcodes=postcodes)
    rankings = []
    total = len(case.requests if direction == "volunteers" else case.volunteers)
    options = {"top": top, "with_excluded": show_excluded, "weights": weights}
    for ranking in _rankings(case, direction, kinds, reader, **options):
        rankings.append(_ranking(ranking, direction, sentences, show_excluded))
        if progress:
            progress(len(rankings), total)
    _write(target, {"format": RANKING_FORMAT, "rankings": rankings})


def assign_file(
    source: Path,
    target: Path,
    *,
    reader: Reader,
    kinds: Sequence[str],
    postcodes: Postcodes,
    top: int | None = None,
    weights: Weights = DEFAULT_WEIGHTS,
    progress: Progress | None = None,
) -> None:
    """Assign one volunteer to every request of a case at most; parameters and errors are those of `rank_file`.

    With `top` only the best so many volunteers of each request are looked at. `optimal` says whether the result is
    the best over all pairs; with `top` the output names the number too, and is the best over those pairs.
    """
    if top is not None and top < 1:
        raise ValueError("top must be at least 1")
    case = read_case(source.read_bytes(), kinds=kinds, postcodes=postcodes)
    index = Index(kinds, reader)
    index.put_many(case.volunteers)
    done = assign(read_texts(case.requests, reader), index, now=case.now, weights=weights, top=top, progress=progress)
    document = {
        "format": ASSIGNMENT_FORMAT,
        "assignments": [
            {"request": pair.request, "volunteer": pair.volunteer, "score": pair.score} for pair in done.pairs
        ],
        "unassigned": [{"request": key, "reason": reason} for key, reason in done.unassigned.items()],
        "served": len(done.pairs),
        "total_score": done.total_score,
        "optimal": done.optimal,
    }
    _write(target, document if top is None else {**document, "top": top})


def _rankings(
    case: Case,
    direction: str,
    kinds: Sequence[str],
    reader: Reader,
    **options: Any,
) -> Iterator[Ranking]:
    if direction == "volunteers":
        volunteers = Index(kinds, reader)
        volunteers.put_many(case.volunteers)
        for request in read_texts(case.requests, reader):
            yield rank(request, volunteers, now=case.now, **options)
        return
    requests = RequestIndex(kinds, reader)
    requests.put_many(case.requests)
    for volunteer in read_texts(case.volunteers, reader):
        yield rank_requests(volunteer, requests, now=case.now, **options)


def _ranking(ranking: Ranking, direction: str, sentences: Sentences, show_excluded: bool) -> dict[str, object]:
    asker, other, voice = (
        ("request", "volunteer", "desk") if direction == "volunteers" else ("volunteer", "request", "volunteer")
    )
    document: dict[str, object] = {
        asker: ranking.of,
        "skills_found": [{"slug": kind.slug, "confidence": kind.confidence} for kind in ranking.found],
        "candidates": [_candidate(candidate, other, voice, sentences) for candidate in ranking.candidates],
    }
    if show_excluded:
        document["excluded"] = dict(ranking.excluded)
    return document


def _candidate(candidate: Candidate, other: str, voice: str, sentences: Sentences) -> dict[str, object]:
    return {
        other: candidate.id,
        "score": candidate.score,
        "factors": dict(candidate.factors),
        "reasons": {language: list(said) for language, said in sentences(candidate.reasons, voice).items()},
        "codes": [reason.as_dict() for reason in candidate.reasons],
    }


def _write(target: Path, document: Mapping[str, object]) -> None:
    """The whole file or nothing; what stood there stays until the new file is complete."""
    data = (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    target = target.resolve()  # what a link points at, not the link
    if target.exists() and not target.is_file():
        target.write_bytes(data)  # a pipe or a device cannot be replaced
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, _mode_of_new_files())
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def _mode_of_new_files() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
