"""Volunteers: their offer, when and how far, the certificates that somebody saw, and a portrait."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.database import UtcDateTime


class OfferDraft(SQLModel, table=True):
    """An offer that a browser is writing, without who writes it; gone once it is sent."""

    __tablename__ = "offer_draft"
    __table_args__ = (UniqueConstraint("draft_key", "community_id"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    draft_key: str = Field(max_length=64)
    """Ties it to that browser (a hash)."""
    answers: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    """Pairs of a field's name and what a browser sent of it."""
    updated_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Volunteer(SQLModel, table=True):
    """A person's offer of help (hulpaanbod) in one community."""

    __table_args__ = (UniqueConstraint("person_id", "community_id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    community_id: int = Field(foreign_key="community.id", index=True)
    state: str = Field(default="applied", max_length=20, index=True)
    text: str = Field(default="", max_length=10_000)
    kinds: list[str] = Field(default_factory=list, sa_type=JSON)
    postcode: str = Field(max_length=6)
    max_km: int = 5
    languages: list[str] = Field(default_factory=lambda: ["nl"], sa_type=JSON)
    traits: list[str] = Field(default_factory=list, sa_type=JSON)
    """What they told of themselves, of `preferences.VOLUNTEER_TRAITS`."""
    avoids: list[str] = Field(default_factory=list, sa_type=JSON)
    """What does not suit them, of `preferences.VOLUNTEER_AVOIDS`."""
    windows: list[dict[str, str]] | None = Field(default=None, sa_type=JSON)
    """Weekly windows ``{"day", "from", "to"}`` as in the matching file format; None: any time."""
    away: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    """Absences ``{"from", "until"}``, both days included."""
    capacity: int = 1
    feed_version: int = 1
    """Raised when a new address for the calendar is made: the earlier ones lead nowhere."""
    wants_digest: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_on: date | None = None
    """When they last said that the offer still stands."""
    paused_until: date | None = None
    reason: str = Field(default="", max_length=500)
    """Why a coordinator stopped it."""
    revision: int = Field(default=0, index=True)
    """The community's counter when anything that matters for ranking last changed here."""
    found: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """Kinds of help that were read in the text, ``{"slug", "confidence"}``; valid for ``edition`` only."""
    vector: bytes | None = Field(default=None, sa_type=LargeBinary)
    edition: str = Field(default="", max_length=64)
    """Which reader read it; empty: the text must be read again."""


class Certificate(SQLModel, table=True):
    """A check that a coordinator saw: who, what day, until when. Never a copy."""

    id: int | None = Field(default=None, primary_key=True)
    volunteer_id: int = Field(foreign_key="volunteer.id", index=True)
    kind: str = Field(default="vog", max_length=20)
    seen_by: int = Field(foreign_key="person.id")
    seen_on: date
    valid_until: date | None = None


class Portrait(SQLModel, table=True):
    """A picture of a volunteer, which they gave by themselves; of an offer that ended nothing is left."""

    volunteer_id: int = Field(foreign_key="volunteer.id", primary_key=True)
    picture: bytes = Field(sa_type=LargeBinary)
    """A small JPEG, as `models.pictures` draws it."""
    digest: str = Field(max_length=64)
    """SHA-256 of it: which version it is."""
    made_at: datetime = Field(sa_type=UtcDateTime)
