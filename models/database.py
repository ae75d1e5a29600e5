"""The engine and its sessions: naming of constraints, SQLite's pragmas, how a write begins."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

from models.errors import Refused

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BUSY_TIMEOUT_MS = 10_000
LAST_ID = 2**31 - 1
"""The highest number of a row: PostgreSQL fails where a higher one is looked for."""
_TAKEN_BACK = frozenset({"40001", "40P01"})
"""PostgreSQL's names for a serialization failure and a deadlock."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, always UTC, naive in the column so that both databases order it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment: nobody could say which one is meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


def make_engine(url: str, **options: Any) -> Engine:
    """Open a database.

    Parameters
    ----------
    url : str
        ``sqlite:///path`` or ``postgresql+psycopg://…``.
    **options
        Passed on to SQLAlchemy's ``create_engine``.

    Returns
    -------
    Engine
        On SQLite with WAL, ``synchronous=FULL``, foreign keys on, and transactions begun by us, so that a write
        can begin as one (see `writing`).
    """
    if make_url(url).get_backend_name() == "postgresql":
        # Whatever the machine's locale made of the server: we speak UTF-8.
        options.setdefault("connect_args", {}).setdefault("client_encoding", "utf8")
    engine = create_engine(url, pool_pre_ping=True, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def writing(engine: Engine) -> Engine:
    """Give the same engine, whose transactions begin as writes.

    On SQLite a read that turns into a write fails at once when another wrote in between, whatever the time-out;
    ``BEGIN IMMEDIATE`` waits its turn instead. On PostgreSQL nothing changes: rows are locked where it matters.
    """
    return engine.execution_options(noaber_begin="IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One transaction that writes: committed at the end, rolled back on any error but a counted wrong try.

    Entry points (worker, seeds, command line) use this; the web has its own, which commits before the answer.
    """
    with Session(writing(engine), expire_on_commit=False) as session:
        try:
            yield session
            session.commit()
        except BaseException as error:
            if isinstance(error, Refused) and error.keeps:
                session.commit()
            else:
                session.rollback()
            raise


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One transaction that only reads; whatever it changed is thrown away."""
    with Session(engine) as session:
        try:
            yield session
        finally:
            session.rollback()


def change_rows(session: Session, *statements: Any) -> None:
    """Carry out updates and deletions that name their rows by a condition.

    What the session holds in memory is written first and not looked at afterwards: read again what is needed still.
    """
    session.flush()
    for statement in statements:
        session.execute(statement.execution_options(synchronize_session=False))


def can_be_repeated(error: BaseException) -> bool:
    """Whether the database took a whole transaction back because another one was in its way: do it again."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _TAKEN_BACK


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own BEGINs come too late and are never IMMEDIATE: we send them ourselves.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get("noaber_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")
