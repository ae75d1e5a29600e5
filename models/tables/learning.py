"""What a community's decisions said about the weights of its ranking, and what an administrator made of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from models.database import UtcDateTime


class WeightStudy(SQLModel, table=True):
    """One look at past decisions. Only an accepted one changes anything."""

    __tablename__ = "weight_study"
    __table_args__ = (Index("ix_weight_study_community", "community_id", "made_at"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: int | None = Field(default=None, foreign_key="person.id")
    state: str = Field(max_length=20)
    """``open`` while other weights are proposed, then ``accepted``, ``refused``, ``replaced``; ``nothing`` if none."""
    outcome: str = Field(max_length=20)
    """One of `matcher.learning.lesson.OUTCOMES`."""
    before: dict[str, float] = Field(sa_type=JSON)
    """The weights at that moment."""
    after: dict[str, float] = Field(sa_type=JSON)
    """The weights that are proposed."""
    figures: dict[str, Any] = Field(sa_type=JSON)
    """How many decisions there were, and how well both sets of weights told the newest ones."""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: int | None = Field(default=None, foreign_key="person.id")
