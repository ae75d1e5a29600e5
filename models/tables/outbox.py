"""The outbox: every message that is due has exactly one row, and an end that somebody can see."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from models.database import UtcDateTime


class OutboxMessage(SQLModel, table=True):
    """One message to one person, written in the transaction that made it necessary, delivered by the worker."""

    __tablename__ = "outbox_message"
    __table_args__ = (Index("ix_outbox_message_due", "state", "due_at"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int | None = Field(default=None, foreign_key="community.id", index=True)
    recipient_id: int = Field(foreign_key="person.id", index=True)
    name: str = Field(max_length=40)
    """Which message: a folder of ``models/messages``."""
    params: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Ids only; names and texts are looked up when it is sent."""
    key: str = Field(max_length=120, unique=True)
    """Whom, what, due date."""
    state: str = Field(default="pending", max_length=20)
    due_at: datetime = Field(sa_type=UtcDateTime)
    urgent: bool = False
    """Asked for by the person this minute (a sign-in code): not held back at night."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    leased_by: str | None = Field(default=None, max_length=80)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = Field(default="", max_length=500)
    # What was really sent; emptied when the person is erased.
    address: str = Field(default="", max_length=254)
    subject: str = Field(default="", max_length=300)
    body: str = Field(default="")
    html: str = Field(default="")
