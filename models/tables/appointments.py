"""Appointments (afspraken) and the check-ins (belletje "hoe ging het?") that follow them."""

from datetime import datetime

from sqlalchemy import JSON, DateTime, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.database import UtcDateTime


class Appointment(SQLModel, table=True):
    """One moment that two people meet. Wall-clock time of the community: it stays so when the clock changes."""

    # Whatever goes wrong above it: of the moments to choose from one is picked.
    __table_args__ = (
        Index(
            "uq_appointment_choice",
            "choice",
            unique=True,
            sqlite_where=text("state IN ('confirmed', 'done', 'missed')"),
            postgresql_where=text("state IN ('confirmed', 'done', 'missed')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    match_id: int = Field(foreign_key="match.id", index=True)
    community_id: int = Field(foreign_key="community.id")
    state: str = Field(default="planned", max_length=20)
    starts_at: datetime = Field(sa_type=DateTime, index=True)
    """Local and naive, on purpose."""
    ends_at: datetime = Field(sa_type=DateTime)
    place: str = Field(default="", max_length=200)
    meeting_place_id: int | None = Field(default=None, foreign_key="meetingplace.id")
    series: str | None = Field(default=None, max_length=32, index=True)
    """The same for all of a weekly series."""
    choice: str | None = Field(default=None, max_length=32, index=True)
    """The same for the two or three moments of which one is picked."""
    also_on: list[str] = Field(default_factory=list, sa_type=JSON)
    """Of a moment to choose from that is for every week: the days (ISO) after its first. They are rows once picked."""
    planned_by: int | None = Field(default=None, foreign_key="person.id")
    moved_to: int | None = Field(default=None, foreign_key="appointment.id")
    reason: str = Field(default="", max_length=500)
    sequence: int = 0
    """Version for calendars."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its state last changed; never: as it was made."""


class CheckIn(SQLModel, table=True):
    """ "How did it go?", asked of one person after an appointment; answered with good, not_good or call_me."""

    __tablename__ = "check_in"
    __table_args__ = (UniqueConstraint("appointment_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    match_id: int = Field(foreign_key="match.id", index=True)
    appointment_id: int = Field(foreign_key="appointment.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    answer: str | None = Field(default=None, max_length=20)
    note: str = Field(default="", max_length=2000)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    recorded_by: int | None = Field(default=None, foreign_key="person.id")
    """The coordinator who wrote it down after a call."""
