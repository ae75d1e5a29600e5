"""What the desk must not forget: people to call and signals to look at."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from models.database import UtcDateTime


class Call(SQLModel, table=True):
    """Somebody to call: they have no e-mail, their mail failed, or nobody knows whether it came."""

    __table_args__ = (Index("ix_call_open", "community_id", "done_at"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    about: str = Field(max_length=40)
    """The name of the message that they would have got, e.g. ``proposal_volunteer``."""
    key: str = Field(max_length=120, unique=True)
    """Whom, what, due date: the same call never stands twice."""
    why: str = Field(default="no_email", max_length=20)
    """One of `states.CallReason`."""
    params: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    due_on: date
    created_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_by: int | None = Field(default=None, foreign_key="person.id")
    outcome: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=500)


class Signal(SQLModel, table=True):
    """A worry that a human must look at (zorgsignaal), or something the desk is told."""

    __table_args__ = (Index("ix_signal_open", "community_id", "handled_at"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    kind: str = Field(max_length=30)
    """One of `states.SignalKind`."""
    key: str = Field(max_length=120, unique=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    request_id: int | None = Field(default=None, foreign_key="help_request.id")
    match_id: int | None = Field(default=None, foreign_key="match.id")
    note: str = Field(default="", max_length=2000)
    created_at: datetime = Field(sa_type=UtcDateTime)
    handled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    handled_by: int | None = Field(default=None, foreign_key="person.id")
