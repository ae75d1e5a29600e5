"""Reading what people wrote ahead of time, so that a process that starts need not read ten thousand texts itself."""

from typing import Any

from sqlalchemy import update
from sqlmodel import Session

from matcher import Reader
from models.queries import ranked

BATCH = 200
"""So many texts are read in one transaction, in some 50 ms."""


def read_texts(session: Session, reader: Reader, *, limit: int = BATCH) -> int:
    """Read texts that were never read, or by a reader of another edition, and keep what was read beside them.

    Nothing else in the row changes and no ranking has to notice: processes that needed a text before this read the
    same in it. A text that is changed at the same moment is left for the next time.

    Parameters
    ----------
    limit : int
        At most so many texts, volunteers' first.

    Returns
    -------
    int
        How many were read; fewer than `limit`: none is left.
    """
    found = ranked.unread(session, reader.edition, limit)
    read = reader.read([one.text for one in found])
    for one, understood in zip(found, read, strict=True):
        columns: Any = one.table
        session.execute(
            update(one.table)
            .where(columns.id == one.id, columns.text == one.text)
            .values(
                found=[{"slug": kind.slug, "confidence": kind.confidence} for kind in understood.kinds],
                vector=understood.vector,
                edition=reader.edition,
            )
            .execution_options(synchronize_session="evaluate")
        )
    return len(found)
