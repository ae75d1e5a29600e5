"""Matches (people read "koppeling"): one volunteer for one request, and what the two write to each other."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.database import UtcDateTime

_LIVE = "state IN ('proposed', 'approved', 'accepted_by_volunteer', 'agreed', 'active')"


class Match(SQLModel, table=True):
    """From proposed to completed; each change of state stands in the audit log."""

    __table_args__ = (
        Index(
            "uq_match_live_pair",
            "request_id",
            "volunteer_id",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
        Index("ix_match_desk", "community_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    request_id: int = Field(foreign_key="help_request.id", index=True)
    volunteer_id: int = Field(foreign_key="volunteer.id", index=True)
    state: str = Field(default="proposed", max_length=30)
    origin: str = Field(max_length=20)
    """``coordinator``, ``volunteer`` or ``system``: who proposed it."""
    proposed_by: int | None = Field(default=None, foreign_key="person.id")
    note: str = Field(default="", max_length=2000)
    """What the volunteer wrote when offering."""
    score: float | None = None
    codes: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """The reasons at the moment of proposing, as codes."""
    factors: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    """And what the pair scored on each factor."""
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approved_by: int | None = Field(default=None, foreign_key="person.id")
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when the one who must answer now was asked."""
    agreed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    active_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    starts_on: date | None = None
    reason: str = Field(default="", max_length=500)
    """Why it was rejected, declined, failed or withdrawn."""
    personal: bool = False
    """A no that is about who the other is, and says nothing about how well the two fit."""
    meeting_place_id: int | None = Field(default=None, foreign_key="meetingplace.id")
    """Where the first meeting is, where that is wanted."""
    hours: float = 0.0
    thanks: str = Field(default="", max_length=2000)
    costs: str = Field(default="", max_length=200)
    """Costs that were agreed beforehand (petrol, material)."""


class Dismissal(SQLModel, table=True):
    """ "Niets voor mij": a volunteer who does not want to see this request again."""

    __table_args__ = (UniqueConstraint("volunteer_id", "request_id"),)

    id: int | None = Field(default=None, primary_key=True)
    volunteer_id: int = Field(foreign_key="volunteer.id")
    request_id: int = Field(foreign_key="help_request.id", index=True)
    reason: str = Field(default="", max_length=40)
    created_at: datetime = Field(sa_type=UtcDateTime)


class PairMessage(SQLModel, table=True):
    """What one of an agreed pair wrote to the other, on the site, without addresses."""

    __tablename__ = "pair_message"

    id: int | None = Field(default=None, primary_key=True)
    match_id: int = Field(foreign_key="match.id", index=True)
    sender_id: int = Field(foreign_key="person.id")
    body: str = Field(max_length=2000)
    created_at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
