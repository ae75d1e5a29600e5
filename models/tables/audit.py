"""The audit log: who changed or saw what, when and why. Nobody edits it; the database refuses it too."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.database import UtcDateTime


class AuditEntry(SQLModel, table=True):
    """One change or look. Holds ids, never names."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject", "subject_id"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    community_id: int | None = Field(default=None, index=True)
    actor_id: int | None = None
    """The person; None is the system itself or somebody unknown."""
    actor_kind: str = Field(max_length=20)
    """In what quality: ``resident``, ``volunteer``, ``coordinator``, ``administrator``, ``system`` …"""
    action: str = Field(max_length=40)
    subject: str = Field(max_length=30)
    """What kind of thing: ``request``, ``match``, ``volunteer``, ``person`` …"""
    subject_id: int | None = None
    before: str = Field(default="", max_length=30)
    after: str = Field(default="", max_length=30)
    reason: str = Field(default="", max_length=500)
