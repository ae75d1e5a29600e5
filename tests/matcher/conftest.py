"""What the matcher's tests share: one reader, learnt once from the phrases that Noaber ships."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from matcher import Reader, Reason, load_or_train
from matcher.casefile import rank_file
from seeds.phrases import kind_names, phrases
from tests.matcher.cases import CASE, POSTCODES

SHARED = Path(__file__).parents[2].parent / "shared"


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The reader that the site has."""
    # One folder for all workers of a run: what one learns the next loads.
    folder = tmp_path_factory.getbasetemp().parent / "noaber-reader"
    folder.mkdir(exist_ok=True)
    return load_or_train(phrases(), kind_names(), folder / "reader.npz")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The documents that stand beside the repository."""
    assert SHARED.is_dir(), f"the shared documents are missing: {SHARED}"
    return SHARED


def codes_only(reasons: Sequence[Reason], voice: str) -> Mapping[str, Sequence[str]]:
    """Sentences for tests that are not about sentences."""
    return {"nl": [f"{voice}: {reason.code}" for reason in reasons]}


@pytest.fixture
def run(reader: Reader, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Write a case, rank or assign it, and read what came out."""

    def go(case: Any = CASE, command: Callable[..., None] = rank_file, **options: Any) -> dict[str, Any]:
        source, target = tmp_path / "case.json", tmp_path / "out.json"
        source.write_bytes(case if isinstance(case, bytes) else json.dumps(case).encode())
        if command is rank_file:
            options.setdefault("sentences", codes_only)
        command(source, target, reader=reader, kinds=reader.kinds, postcodes=POSTCODES, **options)
        return json.loads(target.read_bytes())

    return go
