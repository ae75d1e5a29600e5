"""A PostgreSQL database for one test after another: emptied in between, and made anew where its tables were changed.

To make one takes a fifth of a second, to empty it some milliseconds.
"""

import uuid
from collections.abc import Callable

from sqlalchemy import Engine, Row, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from models.database import make_engine, writing

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


class Database:
    """One database on a server, with the tables of the models.

    Parameters
    ----------
    url : str
        A database of the server, of somebody who may make others there.
    fill : callable
        Given a session that writes, puts in the rows that every test knows.
    """

    def __init__(self, url: str, fill: Callable[[Session], None]) -> None:
        self.name = f"noaber_test_{uuid.uuid4().hex[:12]}"
        self.url = make_url(url).set(database=self.name).render_as_string(hide_password=False)
        self._fill = fill
        self._server = make_engine(url, isolation_level="AUTOCOMMIT")
        self._shape: Row[tuple[int, ...]] | None = None

    def fresh(self) -> Engine:
        """Give a new engine on it, as it was in the beginning."""
        engine = make_engine(self.url)
        if self._shape is None or not self._emptied(engine):
            engine.dispose()
            self._make(engine)
        with Session(writing(engine)) as session:
            self._fill(session)
            session.commit()
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
        except DBAPIError:  # gone, or not allowed to us: then it is made anew
            return False
        return True

    def _make(self, engine: Engine) -> None:
        self.drop()
        with self._server.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{self.name}"'))
        SQLModel.metadata.create_all(engine)
        with engine.connect() as connection:
            self._shape = connection.execute(_SHAPE).one()

    def drop(self) -> None:
        """Take it away."""
        with self._server.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)'))
        self._server.dispose()
