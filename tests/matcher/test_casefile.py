"""Case files: what comes out, byte for byte, and that nothing comes out when something is wrong."""

import copy
import json
import math
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcher import DEFAULT_WEIGHTS, Reader, Weights
from matcher.casefile import CaseError, assign_file, rank_file
from tests.matcher.cases import CASE, POSTCODES, changed

# ---- what comes out --------------------------------------------------------------------------------------------------


def test_one_ranking_for_every_request_in_the_order_of_the_input(run: Callable) -> None:
    ranked = run(show_excluded=True)
    assert ranked["format"] == "noaber.ranking/1"
    assert [ranking["request"] for ranking in ranked["rankings"]] == ["r1", "r2", "r3"]
    first, second, third = ranked["rankings"]
    assert [candidate["volunteer"] for candidate in first["candidates"]] == ["v1"]
    assert first["excluded"] == {"v2": "certificate", "v3": "certificate"}
    assert [candidate["volunteer"] for candidate in second["candidates"]] == ["v2"]
    assert second["excluded"] == {"v1": "time", "v3": "paused"}
    assert second["skills_found"] == [{"slug": "garden", "confidence": 1.0}]
    assert third["candidates"] == []
    assert set(third["excluded"].values()) == {"language"}


def test_who_is_excluded_is_told_only_when_asked(run: Callable) -> None:
    assert not any("excluded" in ranking for ranking in run()["rankings"])


@pytest.mark.parametrize("weights", [DEFAULT_WEIGHTS, Weights(combine="product")])
def test_a_candidate_can_be_recomputed_and_says_why(run: Callable, weights: Weights) -> None:
    candidate = run(weights=weights)["rankings"][1]["candidates"][0]
    assert list(candidate) == ["volunteer", "score", "factors", "reasons", "codes"]
    shown = weights.as_dict()
    parts = [(shown["weights"][name], value) for name, value in candidate["factors"].items()]
    expected = sum(w * f for w, f in parts) if shown["combine"] == "sum" else math.prod(f**w for w, f in parts)
    assert round(expected, 6) == candidate["score"]
    assert candidate["codes"][0] == {"code": "offers_kind", "slug": "garden"}
    assert candidate["reasons"] == {"nl": [f"desk: {code['code']}" for code in candidate["codes"]]}


def test_the_other_direction_ranks_requests_with_the_same_scores(run: Callable) -> None:
    forth = run(top=100)
    back = run(direction="requests", show_excluded=True)
    assert [ranking["volunteer"] for ranking in back["rankings"]] == ["v1", "v2", "v3"]
    assert back["rankings"][2]["excluded"] == {"r1": "certificate", "r2": "paused", "r3": "language"}
    pairs = {(r["request"], c["volunteer"]): c["score"] for r in forth["rankings"] for c in r["candidates"]}
    assert pairs == {(c["request"], r["volunteer"]): c["score"] for r in back["rankings"] for c in r["candidates"]}
    assert back["rankings"][0]["candidates"][0]["reasons"]["nl"][0].startswith("volunteer: ")


def test_the_top_cuts_every_ranking(run: Callable) -> None:
    case = copy.deepcopy(CASE)
    case["volunteers"] = [{"id": f"v{number}", "postcode": "7551"} for number in range(30)]
    case["requests"] = [{"id": "r", "postcode": "7551"}]
    assert len(run(case)["rankings"][0]["candidates"]) == 20
    assert len(run(case, top=3)["rankings"][0]["candidates"]) == 3


def test_an_assignment_says_who_goes_where_and_who_is_left(run: Callable) -> None:
    case = copy.deepcopy(CASE)
    case["requests"].append({"id": "r4", "postcode": "7622", "skills": ["garden"]})
    done = run(case, assign_file)
    assert list(done) == ["format", "assignments", "unassigned", "served", "total_score", "optimal"]
    assert done["format"] == "noaber.assignment/1"
    served = {pair["request"]: pair["volunteer"] for pair in done["assignments"]}
    assert served["r1"] == "v1"
    assert sorted(served.values()) == ["v1", "v2"]
    left = {entry["request"]: entry["reason"] for entry in done["unassigned"]}
    assert left.pop("r3") == "no candidate"
    assert list(left.values()) == ["all candidates taken"]
    assert done["served"] == 2
    assert done["total_score"] == pytest.approx(sum(pair["score"] for pair in done["assignments"]), abs=1e-9)
    assert done["optimal"] is True


def test_an_assignment_over_the_best_few_says_so(run: Callable) -> None:
    case = {**CASE, "requests": [{"id": "r", "postcode": "7551", "skills": ["garden"]}]}
    case["volunteers"] = [{"id": f"v{number}", "postcode": "7551", "skills": ["garden"]} for number in range(3)]
    done = run(case, assign_file, top=2)
    assert (done["top"], done["optimal"]) == (2, False)
    done = run(case, assign_file, top=3)
    assert (done["top"], done["optimal"]) == (3, True)


def test_the_same_input_gives_the_same_bytes(run: Callable, tmp_path: Path) -> None:
    for command in (rank_file, assign_file):
        run(command=command)
        first = (tmp_path / "out.json").read_bytes()
        run(command=command)
        assert (tmp_path / "out.json").read_bytes() == first


def test_a_case_of_nobody_is_no_error(run: Callable) -> None:
    empty = {"format": "noaber.match/1", "now": "2026-11-22T09:00", "volunteers": [], "requests": []}
    assert run(empty)["rankings"] == []
    assert run(empty, assign_file)["served"] == 0


def test_progress_is_told(run: Callable) -> None:
    for command in (rank_file, assign_file):
        seen: list[tuple[int, int]] = []
        run(command=command, progress=lambda *done, seen=seen: seen.append(done))
        assert seen == [(1, 3), (2, 3), (3, 3)]


# ---- defaults and what is let through --------------------------------------------------------------------------------


def test_only_an_id_and_a_place_are_needed(run: Callable) -> None:
    bare = {
        "format": "noaber.match/1",
        "now": "2026-11-22T09:00:00",
        "volunteers": [{"id": "v", "lat": 52, "lon": 6}],
        "requests": [{"id": "r", "lat": 52, "lon": 6}],
    }
    candidate = run(bare)["rankings"][0]["candidates"][0]
    assert candidate["factors"]["availability"] == candidate["factors"]["load"] == 1


def test_unknown_keys_are_passed_over_everywhere(run: Callable) -> None:
    case = copy.deepcopy(CASE)
    extra = {"judgements": {"r1": None}, "style": [], "": {"a": 1}}
    case.update(extra)
    for thing in (
        *case["volunteers"],
        *case["requests"],
        case["requests"][0]["when"],
        case["requests"][1]["when"]["windows"][0],
        case["volunteers"][0]["available"][0],
        case["volunteers"][0]["away"][0],
        case["volunteers"][0]["certificates"][0],
    ):
        thing.update(extra)
    assert run(case) == run()


def test_coordinates_win_over_a_postcode(run: Callable) -> None:
    case = {**CASE, "requests": [{"id": "r", "postcode": "7622", "lat": 40, "lon": 6.79}]}
    assert set(run(case, show_excluded=True)["rankings"][0]["excluded"].values()) == {"distance"}


def test_within_an_area_no_distance_is_told_and_finer_postcodes_are_used_if_there(run: Callable) -> None:
    case = {**CASE, "requests": [{"id": "r", "postcode": "7551"}]}
    case["volunteers"] = [
        {"id": "same", "postcode": "7551 xy"},
        {"id": "finer", "postcode": "7551 ab"},
    ]
    by_id = {c["volunteer"]: c["codes"] for c in run(case)["rankings"][0]["candidates"]}
    assert {"code": "same_area"} in by_id["same"]
    assert {"code": "near", "km": 1} in by_id["finer"]


def test_a_byte_order_mark_and_any_letters_are_let_through(run: Callable) -> None:
    case = copy.deepcopy(CASE)
    case["volunteers"][1]["id"] = "李-محمد-🙂"
    case["volunteers"][1]["text"] = "<script>{{7*7}}'; DROP TABLE"
    raw = b"\xef\xbb\xbf" + json.dumps(case, ensure_ascii=False).encode()
    assert run(raw)["rankings"][1]["candidates"][0]["volunteer"] == "李-محمد-🙂"


def test_null_is_let_through_in_valid_until_alone(run: Callable) -> None:
    case = copy.deepcopy(CASE)
    case["volunteers"][0]["certificates"] = [{"kind": "vog", "valid_until": None}]
    assert run(case)["rankings"][0]["candidates"]
    case["volunteers"][0]["certificates"] = [{"kind": "vog"}]
    assert run(case)["rankings"][0]["candidates"]


# ---- writing ---------------------------------------------------------------------------------------------------------


def test_an_earlier_output_stays_when_the_case_is_wrong(run: Callable, tmp_path: Path) -> None:
    run()
    before = (tmp_path / "out.json").read_bytes()
    with pytest.raises(CaseError):
        run(changed("now", "tomorrow"))
    assert (tmp_path / "out.json").read_bytes() == before


def test_a_write_that_fails_leaves_nothing_behind(
    run: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        run()
    assert [found.name for found in tmp_path.iterdir()] == ["case.json"]


def test_the_output_is_readable_as_any_new_file_and_a_link_stays_a_link(run: Callable, tmp_path: Path) -> None:
    real = tmp_path / "real.json"
    (tmp_path / "out.json").symlink_to(real)
    run()
    assert (tmp_path / "out.json").is_symlink()
    (tmp_path / "plain").touch()
    assert stat.S_IMODE(real.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def test_a_device_is_written_to_and_not_replaced(reader: Reader, tmp_path: Path) -> None:
    source = tmp_path / "case.json"
    source.write_text(json.dumps(CASE))
    options = {"reader": reader, "kinds": reader.kinds, "postcodes": POSTCODES}
    assign_file(source, Path(os.devnull), **options)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_file_that_is_not_there_is_no_matter_of_the_case(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        assign_file(tmp_path / "no.json", tmp_path / "out.json", reader=reader, kinds=reader.kinds, postcodes={})


@pytest.mark.parametrize("wrong", [{"top": 0}, {"direction": "sideways"}])
def test_an_option_that_means_nothing_is_refused(run: Callable, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        run(**wrong)
    with pytest.raises(ValueError, match="top"):
        run(command=assign_file, top=0)
