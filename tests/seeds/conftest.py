"""The invented community as it is loaded at some moments: each load is made once, for it takes long."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from matcher import Reader
from models.database import make_engine
from models.settings import Settings
from seeds import demo, reference_data
from seeds.demo.communities import FRIESLAND, TWENTE, Plan

AT_NIGHT = datetime(2026, 11, 22, 23, 58, tzinfo=UTC)
"""Just after midnight on a Monday in the Netherlands, after a weekend without a desk."""
IN_SUMMER = datetime(2027, 6, 15, 8, 30, tzinfo=UTC)
"""A Tuesday morning; the clocks were changed during its half year."""
Loader = Callable[..., Engine]


@pytest.fixture(scope="module")
def load(reader: Reader, _sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loader]:
    """Give what loads these communities at a moment, on SQLite; what one process of a run loaded, others read."""
    opened: list[Engine] = []
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def load(now: datetime, *plans: Plan) -> Engine:
        path = shared / "-".join(["invented", f"{now:%Y%m%d%H%M}", *(plan.slug for plan in plans)])
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                _make(path.with_suffix(".new"), reader, _sqlite_template, now, plans).rename(path)
        opened.append(make_engine(f"sqlite:///{path}"))
        return opened[-1]

    yield load
    for engine in opened:
        engine.dispose()


def _make(path: Path, reader: Reader, template: Path, now: datetime, plans: Sequence[Plan]) -> Path:
    shutil.copy(template, path)
    engine = make_engine(f"sqlite:///{path}")
    reference_data.load(engine, [])
    settings = Settings(database_url=f"sqlite:///{path}", secret_key="x" * 40, env="test", demo=True)
    assert demo.load(engine, reader, settings, now=now, plans=plans)
    engine.dispose()  # the last connection to close writes everything into the one file
    return path


@pytest.fixture(params=[AT_NIGHT, IN_SUMMER], ids=["at night", "in summer"])
def now(request: pytest.FixtureRequest) -> datetime:
    """When it was loaded."""
    found: datetime = request.param
    return found


@pytest.fixture
def history(load: Loader, now: datetime) -> Iterator[Session]:
    """Both communities as they are found then."""
    with Session(load(now, TWENTE, FRIESLAND)) as session:
        yield session
