"""Bringing a database to the present tables and back, by Alembic; each step is one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_HERE = Path(__file__).parent


def config(connection: Connection | None = None) -> Config:
    """Give Alembic's configuration; with a connection, its commands run on that one."""
    found = Config()
    found.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    found.set_main_option("path_separator", "os")
    # Named by their date, so that a folder reads as a history.
    found.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    found.attributes["connection"] = connection
    return found


def heads() -> tuple[str, ...]:
    """Give the newest revisions; a test keeps it to one."""
    return tuple(ScriptDirectory.from_config(config()).get_heads())


def current(engine: Engine) -> str | None:
    """Give the revision a database stands at; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, to: str = "head") -> bool:
    """Bring a database up; True if there was anything to do.

    Everything happens in one transaction: killed half-way, the database is as it was.
    """
    if to == "head" and current(engine) in heads():
        return False
    with engine.begin() as connection:
        command.upgrade(config(connection), to)
    return True


def downgrade(engine: Engine, to: str = "base") -> None:
    """Bring a database back, in one transaction."""
    with engine.begin() as connection:
        command.downgrade(config(connection), to)
