"""People: who they are, how to reach them, how they sign in, whom they must never meet again."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.database import UtcDateTime


class Person(SQLModel, table=True):
    """Anybody: resident, volunteer, relative who asks, coordinator; often several of these at once."""

    id: int | None = Field(default=None, primary_key=True)
    first_name: str = Field(max_length=100)
    last_name: str = Field(default="", max_length=100)
    email: str | None = Field(default=None, max_length=254, index=True)
    """In one notation, lower case; never required. Several people may have the same one: a shared mailbox, or an
    address that somebody typed and nobody proved."""
    email_confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When they first showed that they read its mail; until then the address is only what somebody typed."""
    phone: str | None = Field(default=None, max_length=20, index=True)
    """E.164."""
    language: str = Field(default="nl", max_length=5)
    address: str = Field(default="", max_length=300)
    """Asked only once a match is agreed."""
    password_hash: str | None = Field(default=None, max_length=200)
    session_version: int = 1
    """Raised to end every session of this person."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    joined_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    """As whom they turned out to be known already: all that was theirs is with that person (see `joining`)."""
    no_messages_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when they want no mail at all."""
    no_day_before_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when they want no mail on the day before an appointment."""
    no_unanswered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when they want no second mail where their answer is waited for."""


class Role(SQLModel, table=True):
    """A person's work for a community: coordinator or administrator."""

    __table_args__ = (UniqueConstraint("person_id", "community_id", "role"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    community_id: int = Field(foreign_key="community.id", index=True)
    role: str = Field(max_length=20)


class SignInCode(SQLModel, table=True):
    """A way in that was mailed: used once, for ten minutes. The code itself is derived, never stored."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    purpose: str = Field(default="sign_in", max_length=20)
    nonce: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries: int = 0


class Block(SQLModel, table=True):
    """Two people who never meet again. The lower id stands first."""

    __table_args__ = (UniqueConstraint("person_id", "other_id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    other_id: int = Field(foreign_key="person.id", index=True)
    community_id: int = Field(foreign_key="community.id")
    blocked_by: int = Field(foreign_key="person.id")
    reason: str = Field(default="", max_length=500)
    created_at: datetime = Field(sa_type=UtcDateTime)
