"""The worker's sign of life."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.database import UtcDateTime


class Worker(SQLModel, table=True):
    """The one worker of this instance: which process it is, and when it last said that it lives. One row at most."""

    id: int = Field(default=1, primary_key=True)
    name: str = Field(max_length=80)
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
