"""The judged set: measured by its own scorer. Its texts only measure; nothing is ever learnt from them."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from rapidfuzz import fuzz, process

from matcher import Reader
from matcher.casefile import rank_file
from seeds.phrases import phrases
from tests.matcher.conftest import codes_only


@pytest.fixture(scope="module")
def measured(reader: Reader, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    target = tmp_path_factory.mktemp("eval") / "ranked.json"
    case = shared / "eval" / "dev_case.json"
    rank_file(case, target, reader=reader, kinds=reader.kinds, postcodes={}, sentences=codes_only)
    scorer = [sys.executable, str(shared / "eval" / "score.py"), str(case), str(target), "--json"]
    return json.loads(subprocess.run(scorer, check=True, capture_output=True, text=True).stdout)


def test_no_hard_constraint_is_broken_and_no_request_is_missing(measured: dict[str, float]) -> None:
    assert (measured["violations"], measured["missing"], measured["requests"]) == (0, 0, 50)


def test_who_fits_is_ranked_high(measured: dict[str, float]) -> None:
    # Characters alone reach 0.26. It was 0.81 and 0.88 when this was written.
    assert measured["ndcg@10"] >= 0.72
    assert measured["p@1"] >= 0.70


def test_excluded_is_exactly_who_breaks_a_constraint(reader: Reader, shared: Path, tmp_path: Path) -> None:
    source, target = shared / "eval" / "dev_case.json", tmp_path / "ranked.json"
    rank_file(
        source,
        target,
        reader=reader,
        kinds=reader.kinds,
        postcodes={},
        sentences=codes_only,
        top=1000,
        show_excluded=True,
    )
    case = json.loads(source.read_text())
    for ranking in json.loads(target.read_text())["rankings"]:
        feasible = {candidate["volunteer"] for candidate in ranking["candidates"]}
        assert feasible == set(case["feasible"][ranking["request"]])
        assert set(ranking["excluded"]) == {volunteer["id"] for volunteer in case["volunteers"]} - feasible


def test_no_text_of_the_judged_set_is_among_the_phrases(shared: Path) -> None:
    texts = json.loads((shared / "eval" / "dev_texts.json").read_text())
    judged = [row["text"] for rows in texts.values() if isinstance(rows, list) for row in rows]
    assert len(judged) > 100
    stock = [phrase.text for phrase in phrases()]
    near = process.cdist(judged, stock, scorer=fuzz.ratio, score_cutoff=85)
    assert not near.any()


def test_the_phrases_hold_all_of_the_first_stock(shared: Path) -> None:
    ours = {(phrase.slug, phrase.voice, phrase.text) for phrase in phrases()}
    for path in (shared / "data" / "phrases").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert (row["kind"], row["voice"], row["text"]) in ours
