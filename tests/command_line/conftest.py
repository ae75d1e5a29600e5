"""Instances for the command: bare, or with migrated tables and reference data."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import noaber
from matcher import Reader
from tests.command_line.hands import Instance
from tests.nursery import Nursery
from tests.postgres import bare_database


@pytest.fixture(scope="session")
def learnt(reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file in which the site keeps what it learnt, so that no command learns it again."""
    return tmp_path_factory.getbasetemp().parent / "noaber-reader" / "reader.npz"


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Give where commands begin quickly; how one begins anew is tried by those that go on, and on terminals."""
    found = Nursery("tests.command_line.process", {"PATH": os.defpath})
    yield found
    found.close()


@pytest.fixture
def instance(tmp_path: Path, learnt: Path, nursery: Nursery) -> Iterator[Instance]:
    """An instance without a database."""
    found = Instance(tmp_path, nursery)
    furnish(found, learnt)
    yield found
    found.close()


def furnish(found: Instance, learnt: Path) -> None:
    """Give an instance its folder, and what was learnt."""
    (found.folder / "instance").mkdir()
    os.link(learnt, found.folder / "instance" / "reader.npz")


@pytest.fixture(scope="session")
def _prepared(learnt: Path, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = Instance(tmp_path_factory.mktemp("prepared"), nursery)
    furnish(found, learnt)
    assert found.start("migrate").ends(0) == "migrated\n"
    found.start("seed").ends(0)
    found.close()
    return found.folder / "instance" / "noaber.sqlite"


@pytest.fixture
def prepared(instance: Instance, _prepared: Path) -> Instance:
    """An instance with its tables and reference data, on SQLite."""
    shutil.copy(_prepared, instance.folder / "instance" / "noaber.sqlite")
    return instance


@pytest.fixture
def within(
    instance: Instance, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run a command within this process, for what is tried in many ways: gives status, stdout and stderr."""

    def run(*words: str, **environment: str) -> tuple[int, str, str]:
        for name in [name for name in os.environ if name.startswith("NOABER_")]:
            monkeypatch.delenv(name)
        for name, value in (instance.environment | environment).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(noaber, "_log", lambda: None)
        status = noaber.main(words)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_instance(request: pytest.FixtureRequest, instance: Instance) -> Iterator[Instance]:
    """An instance without tables, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield instance
        return
    with bare_database(request.getfixturevalue("postgres_url")) as instance.database_url:
        yield instance
        instance.close()
