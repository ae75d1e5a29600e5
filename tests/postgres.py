"""PostgreSQL databases for tests: one without tables, and one that is emptied between one test and the next."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Row, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from models.database import make_engine

_SHAPE = text(
    "SELECT (SELECT count(*) FROM pg_attribute WHERE NOT attisdropped), (SELECT count(*) FROM pg_constraint),"
    " (SELECT count(*) FROM pg_trigger), (SELECT max(oid::bigint) FROM pg_class)"
)
_OTHERS = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_FROM_ONE = text("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")
_NO_TRIGGERS = text("SET LOCAL session_replication_role = replica")  # the audit log, too, lets itself be emptied


@contextmanager
def bare_database(url: str) -> Iterator[str]:
    """Make a database without tables beside this one, and take it away at the end; gives its address."""
    name = f"noaber_test_{uuid.uuid4().hex[:12]}"
    server = make_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


class Database:
    """One database for one test after another, with the tables of the models: to empty it takes milliseconds.

    Parameters
    ----------
    url : str
        A database without tables.
    fill : callable
        Given an engine, puts in the rows that every test knows.
    """

    def __init__(self, url: str, fill: Callable[[Engine], None]) -> None:
        self._url = url
        self._fill = fill
        self._shape: Row[tuple[int, ...]] | None = None

    def fresh(self) -> Engine:
        """Give a new engine on it, as it was in the beginning."""
        engine = make_engine(self._url)
        if not self._emptied(engine):
            with engine.begin() as connection:
                self._build(connection)
        self._fill(engine)
        return engine

    def _emptied(self, engine: Engine) -> bool:
        try:
            with engine.begin() as connection:
                connection.execute(_OTHERS)
                if connection.execute(_SHAPE).one() != self._shape:
                    return False
                connection.execute(_NO_TRIGGERS)
                for table in SQLModel.metadata.tables.values():
                    connection.execute(table.delete())
                connection.execute(_FROM_ONE)
        except DBAPIError:  # not allowed to us: then its tables are made anew
            return False
        return True

    def _build(self, connection: Connection) -> None:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        SQLModel.metadata.create_all(connection)
        self._shape = connection.execute(_SHAPE).one()
