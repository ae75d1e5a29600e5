"""Reads of the outbox: what waits, what became of it, and what a human must look at."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.states import MessageState
from models.tables import OutboxMessage, Person

NEEDS_A_HUMAN = (MessageState.FAILED, MessageState.IN_DOUBT)


def by_id(session: Session, message_id: int) -> OutboxMessage | None:
    """Give one message."""
    return session.get(OutboxMessage, message_id)


def by_key(session: Session, key: str) -> OutboxMessage | None:
    """Give the one message with this key (whom, what, due date)."""
    return session.exec(select(OutboxMessage).where(OutboxMessage.key == key)).first()


def is_due(session: Session, now: datetime) -> bool:
    """Whether a message waits to be sent now."""
    query = select(OutboxMessage.id).where(OutboxMessage.state == MessageState.PENDING, OutboxMessage.due_at <= now)
    return session.exec(query.limit(1)).first() is not None


def is_held(session: Session) -> bool:
    """Whether a worker took messages that it has not finished."""
    held = col(OutboxMessage.state).in_((MessageState.LEASED, MessageState.SENDING))
    return session.exec(select(OutboxMessage.id).where(held).limit(1)).first() is not None


def counts(session: Session, community_id: int | None = None) -> dict[str, int]:
    """Count messages by state, of one community or of all; states without any are left out."""
    query = select(OutboxMessage.state, func.count()).group_by(col(OutboxMessage.state))
    if community_id is not None:
        query = query.where(OutboxMessage.community_id == community_id)
    return dict(session.exec(query).all())


def for_a_human(session: Session, community_id: int, *, limit: int = 200) -> Sequence[tuple[OutboxMessage, Person]]:
    """Give what failed or is in doubt in a community, with whom it was for, newest first."""
    return _with_people(session, community_id, NEEDS_A_HUMAN, limit, 0)


def latest(
    session: Session,
    community_id: int | None = None,
    *,
    states: Iterable[str] = (),
    limit: int = 50,
    offset: int = 0,
) -> Sequence[tuple[OutboxMessage, Person]]:
    """Give messages with whom they are for, newest first; of one community or of all, in some states or in any."""
    return _with_people(session, community_id, tuple(states), limit, offset)


def of_person(session: Session, person_id: int, *, limit: int = 100) -> Sequence[OutboxMessage]:
    """Give what somebody was told, newest first."""
    query = select(OutboxMessage).where(OutboxMessage.recipient_id == person_id)
    return session.exec(query.order_by(col(OutboxMessage.id).desc()).limit(limit)).all()


def _with_people(
    session: Session, community_id: int | None, states: Sequence[str], limit: int, offset: int
) -> Sequence[tuple[OutboxMessage, Person]]:
    query = select(OutboxMessage, Person).join(Person, col(Person.id) == OutboxMessage.recipient_id)
    if community_id is not None:
        query = query.where(OutboxMessage.community_id == community_id)
    if states:
        query = query.where(col(OutboxMessage.state).in_(states))
    newest = func.coalesce(OutboxMessage.ended_at, OutboxMessage.created_at).desc()
    return session.exec(query.order_by(newest, col(OutboxMessage.id).desc()).offset(offset).limit(limit)).all()
