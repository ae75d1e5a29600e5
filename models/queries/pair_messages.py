"""Reads of what the two of an agreed pair wrote to each other."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.tables import Call, OutboxMessage, PairMessage

NAME = "pair_message"
"""The message that tells of a new one."""


def of_match(session: Session, match_id: int | None, *, limit: int = 500) -> Sequence[PairMessage]:
    """Give the newest messages of a pair, at most ``limit``, oldest of them first."""
    query = select(PairMessage).where(PairMessage.match_id == match_id).order_by(col(PairMessage.id).desc())
    return session.exec(query.limit(limit)).all()[::-1]


def newest(session: Session, match_id: int | None) -> PairMessage | None:
    """Give what was written last."""
    query = select(PairMessage).where(PairMessage.match_id == match_id).order_by(col(PairMessage.id).desc())
    return session.exec(query.limit(1)).first()


def unread(session: Session, match_id: int | None, readers: Iterable[int]) -> Sequence[PairMessage]:
    """Give what others than the readers (people's ids) wrote and nobody read yet, oldest first."""
    query = select(PairMessage).where(
        PairMessage.match_id == match_id,
        col(PairMessage.read_at).is_(None),
        col(PairMessage.sender_id).not_in(list(readers)),
    )
    return session.exec(query.order_by(col(PairMessage.id))).all()


def written_since(session: Session, match_id: int | None, sender_id: int, since: datetime) -> int:
    """Count what somebody wrote in a match since a moment (UTC)."""
    query = select(func.count()).where(
        PairMessage.match_id == match_id, PairMessage.sender_id == sender_id, col(PairMessage.created_at) >= since
    )
    return session.exec(query).one()


def mails(session: Session, match_id: int | None, recipient_id: int | None) -> Sequence[OutboxMessage]:
    """Give the mails that told somebody of new messages in a match, last due first."""
    query = select(OutboxMessage).where(
        OutboxMessage.recipient_id == recipient_id,
        OutboxMessage.name == NAME,
        col(OutboxMessage.key).startswith(f"{NAME}:match:{match_id}:"),
    )
    return session.exec(query.order_by(col(OutboxMessage.due_at).desc())).all()


def open_call(session: Session, match_id: int | None, person_id: int | None) -> Call | None:
    """Give the call that the desk still has to make about new messages in a match."""
    query = select(Call).where(
        Call.person_id == person_id,
        Call.about == NAME,
        col(Call.key).startswith(f"{NAME}:match:{match_id}:"),
        col(Call.done_at).is_(None),
    )
    return session.exec(query).first()
