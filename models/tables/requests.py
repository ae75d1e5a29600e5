"""Help requests (hulpvragen): what somebody needs, for whom, when and where."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.database import UtcDateTime


class HelpRequest(SQLModel, table=True):
    """One request, from the first words typed (draft) to its end."""

    __tablename__ = "help_request"
    __table_args__ = (
        UniqueConstraint("community_id", "reference"),
        Index("ix_help_request_desk", "community_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    community_id: int | None = Field(default=None, foreign_key="community.id")
    reference: str | None = Field(default=None, max_length=12)
    """Year, month and a number, e.g. ``2611-0042``; given when it is sent."""
    state: str = Field(default="draft", max_length=20)
    came_from: str = Field(default="", max_length=20)
    """Where an asked-back request returns to."""

    resident_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    asker_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    """Who asked for the resident, if that is somebody else."""
    contact_id: int | None = Field(default=None, foreign_key="person.id")
    """Which of the two is written to and called."""
    relation: str = Field(default="", max_length=40)
    """What the asker is to the resident."""
    told: str = Field(default="", max_length=40)
    """Whether and how the resident was told (``in_person``, ``by_phone``, ``not_yet``)."""
    told_on: date | None = None
    intake_by: int | None = Field(default=None, foreign_key="person.id")
    """The coordinator who wrote it down."""
    reach: str = Field(default="email", max_length=10)
    """``email``, ``phone`` or ``visit``."""

    text: str = Field(default="", max_length=10_000)
    summary: str = Field(default="", max_length=1000)
    """Fit for the public: no names, passed by a coordinator."""
    kinds: list[str] = Field(default_factory=list, sa_type=JSON)
    when: dict[str, Any] = Field(default_factory=lambda: {"kind": "flexible"}, sa_type=JSON)
    """As ``when`` in the matching file format."""
    postcode: str = Field(default="", max_length=6)
    languages: list[str] = Field(default_factory=list, sa_type=JSON)
    traits: list[str] = Field(default_factory=list, sa_type=JSON)
    """What holds there, of `preferences.REQUEST_TRAITS`: pets, stairs, for a woman or a man."""
    avoids: list[str] = Field(default_factory=list, sa_type=JSON)
    """Who must not be sent, of `preferences.REQUEST_AVOIDS`."""
    urgency: str = Field(default="normal", max_length=10)
    people_wanted: int = 1
    leaves_choice: bool = False
    """The resident left the choice of volunteer to the coordinator."""
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it was sure that the request is of who is written to: anybody can type somebody's address."""
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """A draft's answers as typed; emptied when it is sent."""

    question: str = Field(default="", max_length=2000)
    """What a coordinator asked back."""
    hold_until: date | None = None
    referred_to: str = Field(default="", max_length=500)
    reason: str = Field(default="", max_length=500)

    created_at: datetime = Field(sa_type=UtcDateTime)
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the resident was first told something after sending it."""
    life_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Last sign of life."""
    life_asked: int = 0
    """How often was asked since then whether it still stands."""

    draft_key: str | None = Field(default=None, max_length=64, unique=True)
    """Ties a draft to the browser that wrote it (a hash)."""
    link_version: int = 1
    feed_version: int = 1
    """Raised when a new address for the calendar is made: the earlier ones lead nowhere."""
    """Raised to make earlier private links and codes worthless."""
    revision: int = Field(default=0, index=True)
    found: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """Kinds of help that were read in the text, ``{"slug", "confidence"}``; valid for ``edition`` only."""
    vector: bytes | None = Field(default=None, sa_type=LargeBinary)
    edition: str = Field(default="", max_length=64)
    """Which reader read it; empty: the text must be read again."""
