"""One worker at a time: who holds the place, and its sign of life.

The place is a lock that the operating system or the database gives back by itself when its holder dies, so that no
clock decides about it: on SQLite a locked file beside the database, on PostgreSQL an advisory lock.
"""

import fcntl
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from models.tables import Worker

_KEY = 0x4E6F6162  # any number that nothing else in this database locks
# Within half a minute the server gives up a holder whose machine is gone.
_KEEPALIVE = ("SET tcp_keepalives_idle = 10", "SET tcp_keepalives_interval = 5", "SET tcp_keepalives_count = 3")


class Place:
    """The place of the one worker that may do the jobs; others wait for it as spares.

    Parameters
    ----------
    engine : Engine
        Of the database whose worker this is. An SQLite database in memory has a place for everybody.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._file: IO[str] | None = None
        self._connection: Connection | None = None
        self._held = False

    def take(self) -> bool:
        """Take the place if it is free; False: another worker holds it."""
        if not self._held:
            self._held = self._take_file() if self._engine.dialect.name == "sqlite" else self._take_lock()
        return self._held

    def holds(self) -> bool:
        """Whether this worker still holds the place; False once the database went away under it."""
        if self._held and self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
            except SQLAlchemyError:
                self.leave()
        return self._held

    def leave(self) -> None:
        """Give the place to whoever waits for it."""
        self._held = False
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._connection is not None:
            # Closed for good, not handed to the pool: the lock lives as long as the connection.
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _take_file(self) -> bool:
        database = self._engine.url.database
        if not database or database == ":memory:":
            return True
        file = Path(f"{database}.worker").open("a")  # noqa: SIM115  # held as long as the place is
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def _take_lock(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            for statement in _KEEPALIVE:
                connection.execute(text(statement))
            taken = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar_one())
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        if not taken:
            connection.invalidate()
            connection.close()
            return False
        self._connection = connection
        return True


def beat(session: Session, *, name: str, now: datetime) -> None:
    """Say that the worker lives; the first time under a name is its start."""
    row = session.get(Worker, 1)
    if row is None:
        row = Worker(id=1, name=name, started_at=now, seen_at=now)
    elif row.name != name:
        row.name, row.started_at = name, now
    row.seen_at = now
    session.add(row)
