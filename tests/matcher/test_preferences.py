"""Written cases: who should come before whom, and why. All hold with the shipped weights.

A case has one request and two volunteers, or one volunteer and two requests, in the words of `noaber.match/1`; `km` is
how far the two live apart, instead of coordinates.
"""

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matcher import DEFAULT_WEIGHTS, TRAITS, Index, Reader, Request, RequestIndex, Volunteer, rank, rank_requests
from matcher.caseinput import Case, read_case

FOLDER = Path(__file__).parent / "preferences"
NOW = "2026-11-22T09:00"
HERE = (52.2658, 6.7931)
KM_A_DEGREE = 111.195
CASES = [
    pytest.param(case, id=f"{path.stem}-{number}")
    for path in sorted(FOLDER.glob("*.toml"))
    for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["case"], 1)
]


def _placed(side: dict[str, Any], name: str) -> dict[str, Any]:
    km = side.get("km", 1)
    return {
        "id": name,
        "lat": HERE[0] + km / KM_A_DEGREE,
        "lon": HERE[1],
        **{k: v for k, v in side.items() if k != "km"},
    }


def _read(case: dict[str, Any], reader: Reader) -> Case:
    one = "request" if "request" in case else "volunteer"
    alone = {"id": one[0], "lat": HERE[0], "lon": HERE[1], **case[one]}
    two = [_placed(case[name], name) for name in ("then", "first")]
    requests, volunteers = ([alone], two) if one == "request" else (two, [alone])
    document = {"format": "noaber.match/1", "now": NOW, "volunteers": volunteers, "requests": requests}
    return read_case(json.dumps(document).encode(), kinds=reader.kinds, postcodes={})


def _order(case: Case, reader: Reader) -> list[str]:
    if len(case.requests) == 1:
        index = Index(reader.kinds, reader)
        index.put_many(case.volunteers)
        ranking = rank(case.requests[0], index, now=case.now)
    else:
        asked = RequestIndex(reader.kinds, reader)
        asked.put_many(case.requests)
        ranking = rank_requests(case.volunteers[0], asked, now=case.now)
    scores = {found.id: found.score for found in ranking.candidates}
    assert len(set(scores.values())) == len(scores), "an order by chance is no preference"
    return list(scores)


def test_there_are_sixty_of_them_and_each_says_why() -> None:
    said = [case.values[0]["why"] for case in CASES]
    assert len(said) >= 60
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("case", CASES)
def test_who_should_come_first_does(case: dict[str, Any], reader: Reader) -> None:
    assert _order(_read(case, reader), reader) == ["first", "then"], case["why"]


@pytest.mark.parametrize("case", CASES)
def test_who_somebody_is_changes_no_order(case: dict[str, Any], reader: Reader) -> None:
    """A trait is a filter where somebody asked for it, and never a feature."""
    read = _read(case, reader)
    for trait in TRAITS:
        marked = replace(
            read,
            volunteers=tuple(_with(one, trait) for one in read.volunteers[:1]) + read.volunteers[1:],
            requests=tuple(_with(one, trait) for one in read.requests[:1]) + read.requests[1:],
        )
        assert _order(marked, reader) == ["first", "then"]


def _with(one: Any, trait: str) -> Any:
    assert isinstance(one, (Volunteer, Request))
    return replace(one, traits=frozenset({trait}))


def test_neither_a_name_nor_an_age_changes_what_is_read(reader: Reader) -> None:
    """Nor, with it, any order: a score is made of what was read."""
    said = "Ik ben %s, %d jaar. Wie doet er boodschappen voor mij? De tuin groeit helemaal dicht."
    people = [("Jan", 47), ("Fatma", 23), ("Mohammed", 88), ("Oksana", 31), ("Truus", 91), ("Selam", 19), ("Yusuf", 65)]
    read = reader.read([said % one for one in people])
    assert len(set(read)) == 1
    assert {"groceries", "garden"} <= {slug for slug, _sure in reader.understand(said % people[0])}


def test_no_weight_is_given_to_anything_else() -> None:
    assert set(DEFAULT_WEIGHTS.by_factor()) == {
        "skills", "distance", "availability", "language", "load", "rest", "freshness", "waiting", "continuity",
    }  # fmt: skip
