"""What a block asks of a database, statement by statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def statements(database: Engine | Connection, only: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """Note every statement of a block, or only those that begin so; what opens a transaction is none."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(only) if only else not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(database, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database, "before_cursor_execute", note)
