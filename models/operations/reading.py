"""Reading what people wrote ahead of time, so that a process that starts need not read ten thousand texts itself."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlmodel import Session

from matcher import Understood
from models.queries.ranked import Unread

BATCH = 200
"""So many texts are read at a time: in some 50 ms, with sentence embeddings in some seconds."""


def keep(session: Session, found: Sequence[Unread], read: Sequence[Understood]) -> None:
    """Keep what was read in texts beside them.

    Reading comes before the transaction that writes, so that nobody waits for it. Nothing else in the row changes and
    no ranking has to notice: processes that needed a text before this read the same in it. A text that changed
    meanwhile is left for the next time.

    Parameters
    ----------
    found, read
        Texts as `models.queries.ranked.unread` gave them, and what was read in each.
    """
    for one, understood in zip(found, read, strict=True):
        columns: Any = one.table
        session.execute(
            update(one.table)
            .where(columns.id == one.id, columns.text == one.text)
            .values(
                found=[{"slug": kind.slug, "confidence": kind.confidence} for kind in understood.kinds],
                vector=understood.vector,
                edition=understood.edition,
            )
            .execution_options(synchronize_session="evaluate")
        )
