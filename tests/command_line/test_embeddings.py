"""``NOABER_EMBEDDINGS``: refused before anything is made, or used by what reads."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import seeds.phrases
from matcher.language.normalise import words
from seeds.phrases import phrases
from tests.command_line.hands import Instance, free_port
from tests.matcher.test_judging import CASE
from tests.matcher.tiny_model import make_folder

FEW = [one for one in phrases() if one.slug in ("groceries", "garden") and not one.also][::5]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    garden, groceries = (
        {word for one in FEW if one.slug == slug for word in words(one.text)} for slug in ("garden", "groceries")
    )
    meaning = dict.fromkeys([*(garden - groceries), "сад"], "garden") | dict.fromkeys(groceries - garden, "groceries")
    return make_folder(tmp_path / "model", garden & groceries, meaning)


@pytest.fixture
def half(folder: Path) -> Path:
    """A folder of which a file did not come along."""
    (folder / "tokenizer.json").unlink()
    return folder


def test_a_folder_that_cannot_be_used_is_told_by_the_check(instance: Instance, folder: Path) -> None:
    assert instance.run("check", NOABER_EMBEDDINGS=str(folder)) == "all well\n"
    (folder / "tokenizer.json").unlink()
    says = f"NOABER_EMBEDDINGS: {folder}: there is no tokenizer.json"
    instance.run("check", status=1, says=says, NOABER_EMBEDDINGS=str(folder))


def test_nothing_is_made_on_it(instance: Instance, half: Path) -> None:
    says = f"NOABER_EMBEDDINGS: {half}: there is no tokenizer.json"
    instance.run("up", "--port", str(free_port()), status=2, says=says, NOABER_EMBEDDINGS=str(half))
    assert not (instance.folder / "instance" / "noaber.sqlite").exists()


@pytest.mark.parametrize("command", ["serve", "worker", "routes"])
def test_nothing_starts_on_it(prepared: Instance, half: Path, command: str) -> None:
    port = ["--port", str(free_port())] if command == "serve" else []
    says = f"NOABER_EMBEDDINGS: {half}: there is no tokenizer.json"
    prepared.run(command, *port, status=2, says=says, NOABER_EMBEDDINGS=str(half))


def test_a_judged_case_is_measured_with_and_without(
    within: Callable[..., tuple[int, str, str]], tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeds.phrases, "phrases", lambda: FEW)
    case, requests = tmp_path / "case.json", [{**CASE["requests"][0], "text": "Сад!"}]
    case.write_text(json.dumps({**CASE, "requests": requests, "judgements": {"r1": {"v2": 3}}}))
    (tmp_path / "instance" / "reader.npz").unlink()  # of all phrases
    found = {}
    for typed, told in (
        ((), {}),
        (("--embeddings", str(folder)), {}),
        ((), {"NOABER_EMBEDDINGS": str(folder)}),
        ((), {"NOABER_EMBEDDINGS": ""}),
    ):
        status, out, said = within("evaluate", str(case), "--json", *typed, **told)
        assert (status, said) == (0, "")
        found[typed, *told.values()] = json.loads(out)["noaber"]["all"]["ndcg"]
    without, chosen, always, empty = found.values()
    assert without == empty < chosen == always == 1
    kept = {path.name for path in (tmp_path / "instance").glob("*.npz")}
    assert kept == {"reader.npz", "reader-embeddings.npz"}, "neither takes the place of the other"


def test_a_folder_that_cannot_be_used_is_told_with_the_option_too(
    within: Callable[..., tuple[int, str, str]], tmp_path: Path, half: Path
) -> None:
    (tmp_path / "case.json").write_text(json.dumps(CASE))
    status, _, said = within("evaluate", str(tmp_path / "case.json"), "--embeddings", str(half))
    assert (status, said) == (2, f"NOABER_EMBEDDINGS: {half}: there is no tokenizer.json\n")
