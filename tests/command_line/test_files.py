"""The engine on files, and what the command tells about the site."""

import json
import math
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcher import FACTORS
from tests.command_line.hands import COMMAND, PRODUCTION, Instance, assert_one_line, free_port
from tests.matcher.cases import CASE, changed
from tests.nursery import ROOT

SHARED = ROOT.parent / "shared"


@pytest.fixture
def case(instance: Instance) -> Path:
    """A small case in a file."""
    path = instance.folder / "case.json"
    path.write_text(json.dumps(CASE))
    return path


def on_file(instance: Instance, command: str, case: Path, *more: str) -> dict[str, Any]:
    """Run `rank` or `assign` twice; the same bytes come out, which are given as data."""
    written = []
    for name in ("first.json", "second.json"):
        target = instance.folder / name
        assert instance.run(command, "--input", case, "--output", target, *more) == ""
        written.append(target.read_bytes())
    assert written[0] == written[1]
    found: dict[str, Any] = json.loads(written[0])
    return found


def test_a_ranking_gives_reasons_in_both_languages_and_can_be_recomputed(instance: Instance, case: Path) -> None:
    ranked = on_file(instance, "rank", case, "--show-excluded")
    assert ranked["format"] == "noaber.ranking/1"
    assert [one["request"] for one in ranked["rankings"]] == ["r1", "r2", "r3"]
    best = ranked["rankings"][1]["candidates"][0]
    assert best["volunteer"] == "v2"
    assert ranked["rankings"][1]["excluded"] == {"v1": "time", "v3": "paused"}
    assert set(best["reasons"]) == {"nl", "en"}
    assert len(best["reasons"]["nl"]) == len(best["reasons"]["en"]) == len(best["codes"])
    assert best["reasons"]["nl"] != best["reasons"]["en"]
    assert not any("_" in said or "%(" in said for said in best["reasons"]["nl"] + best["reasons"]["en"])
    shown = json.loads(instance.run("weights", "show", "--json"))
    assert math.isclose(sum(shown["weights"].values()), 1)
    assert shown["combine"] == "sum"
    expected = sum(shown["weights"][name] * value for name, value in best["factors"].items())
    assert round(expected, 6) == best["score"]


def test_the_other_way_round_requests_are_ranked_for_volunteers(instance: Instance, case: Path) -> None:
    target = instance.folder / "ranked.json"
    instance.run("rank", "--input", case, "--output", target, "--direction", "requests", "--top", "1")
    ranked = json.loads(target.read_text())["rankings"]
    assert [one["volunteer"] for one in ranked] == ["v1", "v2", "v3"]
    assert [one["request"] for one in ranked[1]["candidates"]] == ["r2"]


def test_an_assignment_serves_each_request_at_most_once(instance: Instance, case: Path) -> None:
    done = on_file(instance, "assign", case)
    assert {pair["request"]: pair["volunteer"] for pair in done["assignments"]} == {"r1": "v1", "r2": "v2"}
    assert done["unassigned"] == [{"request": "r3", "reason": "no candidate"}]
    assert (done["served"], done["optimal"]) == (2, True)


def test_on_the_judged_set_nobody_is_ranked_wrongly_or_forgotten(instance: Instance) -> None:
    case, target = SHARED / "eval" / "dev_case.json", instance.folder / "ranked.json"
    instance.run("rank", "--input", case, "--output", target)
    scorer: list[str | Path] = [sys.executable, SHARED / "eval" / "score.py", case, target, "--json"]
    scored = json.loads(subprocess.run(scorer, check=True, capture_output=True, text=True).stdout)
    assert (scored["violations"], scored["missing"]) == (0, 0)
    assert scored["ndcg@10"] >= 0.30


@pytest.mark.parametrize("command", ["rank", "assign"])
def test_a_case_that_is_not_right_names_the_place_and_gives_no_file(instance: Instance, command: str) -> None:
    case, target = instance.folder / "case.json", instance.folder / "out.json"
    case.write_text(json.dumps(changed("volunteers[0].max_km", 0)))
    instance.run(command, "--input", case, "--output", target, status=2, says="volunteers[0].max_km: ")
    assert not target.exists()


def test_a_case_that_was_cut_off_leaves_what_stood_there(instance: Instance, case: Path) -> None:
    target = instance.folder / "out.json"
    target.write_text("of yesterday")
    case.write_bytes(case.read_bytes()[:500])
    instance.run("rank", "--input", case, "--output", target, status=2)
    assert target.read_text() == "of yesterday"
    assert sorted(path.name for path in instance.folder.iterdir()) == ["case.json", "instance", "out.json"]


def test_a_file_that_is_not_there_and_a_folder_that_is_not_there_are_told(instance: Instance, case: Path) -> None:
    instance.run("rank", "--input", "no.json", "--output", "o.json", status=1, says="no.json: No such file")
    instance.run("assign", "--input", case, "--output", "no/o.json", status=1, says="no: no such folder")


def test_a_judged_case_is_measured_beside_what_others_do(instance: Instance, case: Path) -> None:
    judged = {**CASE, "judgements": {"r2": {"v2": 3}, "r1": {"v1": 3}}}
    case.write_text(json.dumps(judged))
    lines = instance.run("evaluate", case, "--compare").splitlines()
    assert lines[0].split() == ["NDCG@10", "first", "right", "recall@10", "MRR", "violations"]
    assert lines[1].split() == ["noaber", "1.000", "1.000", "1.000", "1.000", "0"]
    assert [line.split(",")[0] for line in lines[2:]] == [line.split(",")[0] for line in (
        "BM25, Dutch stems", "TF-IDF, words", "TF-IDF, characters",
    )]  # fmt: skip
    found = json.loads(instance.run("evaluate", case, "--json"))
    assert list(found) == ["noaber"] and found["noaber"]["all"]["requests"] == 3


def test_a_case_that_nobody_judged_is_refused_by_its_place(instance: Instance, case: Path) -> None:
    instance.run("evaluate", case, status=2, says="judgements: is required")
    case.write_text(json.dumps({**CASE, "judgements": {"r1": {"v1": 9}}}))
    instance.run("evaluate", case, status=2, says="judgements.r1.v1: must be <= 3")


def test_progress_is_shown_on_a_terminal(instance: Instance, case: Path) -> None:
    ours, theirs = pty.openpty()
    words: list[str | Path] = [COMMAND, "rank", "--input", case, "--output", instance.folder / "ranked.json"]
    subprocess.run(words, env=instance.environment, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert shown.endswith("1 of 3\r2 of 3\r3 of 3\r\n")


def test_every_address_has_a_method_and_says_who_may_use_it(prepared: Instance) -> None:
    rows = json.loads(prepared.run("routes", "--json"))
    assert all(row["method"] in ("GET", "POST") and row["path"].startswith("/") for row in rows)
    assert [row["path"] for row in rows if not row["access"]] == []
    assert len({(row["method"], row["path"]) for row in rows}) == len(rows)
    assert {("GET", "/"), ("GET", "/static/<path:filename>")} <= {(row["method"], row["path"]) for row in rows}
    assert len(prepared.run("routes").splitlines()) == len(rows)


def test_weights_are_shown_to_people_too(instance: Instance) -> None:
    names = {line.split()[0] for line in instance.run("weights", "show").splitlines()}
    assert names == set(FACTORS)


def test_settings_for_trying_are_well(instance: Instance) -> None:
    assert instance.run("check") == "all well\n"


def test_settings_for_a_real_site_are_well(prepared: Instance) -> None:
    assert prepared.run("check", status=0, **PRODUCTION) == "all well\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOABER_SECRET_KEY", "short"),
        ("NOABER_SECRET_KEY", ""),
        ("NOABER_DEMO", "yes"),
        ("NOABER_BASE_URL", "http://noaber.test"),
        ("NOABER_SMTP_URL", ""),
        ("NOABER_SMTP_URL", "smtp://mail.noaber.test"),
        ("NOABER_SMTP_URL", "mail.noaber.test"),
        ("NOABER_MAIL_FROM", "Noaber <noaber@noaber.example>"),
        ("NOABER_TRUSTED_HOSTS", ""),
        ("NOABER_DATABASE_URL", "noaber.sqlite"),
    ],
)
def test_what_is_wrong_for_a_real_site_is_named(within: Callable, name: str, value: str) -> None:
    status, shown, said = within("check", **PRODUCTION | {name: value})
    assert (status, shown) == (1, "")
    assert said.startswith(f"{name}: ")
    assert_one_line(said)


def test_everything_that_is_wrong_is_named_at_once(instance: Instance) -> None:
    told = {"NOABER_ENV": "production", "NOABER_DEMO": "1"}
    told["NOABER_DATABASE_URL"] = f"postgresql+psycopg://u@127.0.0.1:{free_port()}/x"
    ended = subprocess.run(
        [COMMAND, "check"], env=instance.environment | told, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert [line.partition(":")[0] for line in ended.stderr.splitlines()] == [
        "NOABER_SECRET_KEY", "NOABER_DEMO", "NOABER_BASE_URL", "NOABER_SMTP_URL", "NOABER_MAIL_FROM",
        "NOABER_TRUSTED_HOSTS", "The database",
    ]  # fmt: skip
