"""One history of the tables: models and migrations are equal, up and down, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

import models.tables  # noqa: F401  (every table must be known)
from models import migrations
from models.database import make_engine


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> Engine:
    """A new SQLite database without tables."""
    return make_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest) -> Engine:
    """A database without tables, of each kind."""
    if request.param == "sqlite":
        found: Engine = request.getfixturevalue("empty_sqlite")
        return found
    engine: Engine = request.getfixturevalue("postgres_engine")
    SQLModel.metadata.drop_all(engine)
    return engine


def test_there_is_one_head() -> None:
    assert len(migrations.heads()) == 1


def test_models_and_migrations_are_equal(empty: Engine) -> None:
    migrations.upgrade(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_up_and_down_leaves_nothing(empty: Engine) -> None:
    assert migrations.upgrade(empty)
    assert not migrations.upgrade(empty)
    migrations.downgrade(empty)
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(empty)


def test_nobody_edits_the_audit_log(empty: Engine) -> None:
    migrations.upgrade(empty)
    line = (
        "INSERT INTO audit_entry (at, actor_kind, action, subject, before, after, reason) "
        "VALUES ('2026-11-24 08:00:00', 'system', 'x', 'request', '', '', '')"
    )
    with empty.begin() as connection:
        connection.execute(text(line))
    for change in ("UPDATE audit_entry SET reason = 'other'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError), empty.begin() as connection:
            connection.execute(text(change))
