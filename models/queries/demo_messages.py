"""Reads for the demonstration: messages to invented people. Those to real people never show up here."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from models.tables import Community, OutboxMessage, Person


def _invented(query: Any, words: str) -> Any:
    query = (
        query.join(Community, col(Community.id) == OutboxMessage.community_id)
        .join(Person, col(Person.id) == OutboxMessage.recipient_id)
        .where(col(Community.invented), OutboxMessage.subject != "")
    )
    if words:
        like = f"%{words.replace('%', '').replace('_', '')}%"
        query = query.where(or_(col(OutboxMessage.subject).ilike(like), col(Person.first_name).ilike(like)))
    return query


def count(session: Session, words: str = "") -> int:
    """Count the messages that were made for people of invented communities."""
    return int(session.exec(_invented(select(func.count()).select_from(OutboxMessage), words)).one())


def newest(session: Session, words: str, *, limit: int, skip: int) -> Sequence[tuple[OutboxMessage, Person]]:
    """Give those messages with their readers, newest first."""
    query = _invented(select(OutboxMessage, Person), words)
    query = query.order_by(col(OutboxMessage.ended_at).desc(), col(OutboxMessage.id).desc())
    rows: Sequence[tuple[OutboxMessage, Person]] = session.exec(query.limit(limit).offset(skip)).all()
    return rows


def by_id(session: Session, message_id: int) -> tuple[OutboxMessage, Person] | None:
    """Give one of them."""
    query = _invented(select(OutboxMessage, Person), "").where(OutboxMessage.id == message_id)
    found: tuple[OutboxMessage, Person] | None = session.exec(query).first()
    return found
