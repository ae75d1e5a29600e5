"""The invented community as it is loaded at some moments: each load is made once, for it takes long."""

import shutil
from collections.abc import Callable, Iterator
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
    """Give what loads these communities at a moment, on SQLite."""
    done: dict[tuple[datetime, tuple[str, ...]], Engine] = {}
    folder = tmp_path_factory.mktemp("invented")

    def load(now: datetime, *plans: Plan) -> Engine:
        key = now, tuple(plan.slug for plan in plans)
        if key not in done:
            path = folder / f"{len(done)}.sqlite"
            shutil.copy(_sqlite_template, path)
            done[key] = make_engine(f"sqlite:///{path}")
            reference_data.load(done[key], [])
            settings = Settings(database_url=f"sqlite:///{path}", secret_key="x" * 40, env="test", demo=True)
            assert demo.load(done[key], reader, settings, now=now, plans=plans)
        return done[key]

    yield load
    for engine in done.values():
        engine.dispose()


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
