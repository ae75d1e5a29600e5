"""Communities: one organisation's or municipality's space, its area, words and meeting places."""

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

import models.database  # noqa: F401  (the naming convention must stand before the first table)


class Community(SQLModel, table=True):
    """A space of its own: people of one community never see those of another."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=100)
    organisation: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=20)
    email: str = Field(default="", max_length=254)
    language: str = Field(default="nl", max_length=5)
    timezone: str = Field(default="Europe/Amsterdam", max_length=40)
    invented: bool = False
    """Part of the demonstration: its people do not exist."""

    theme: str = Field(default="", max_length=20)
    """How its pages and mails look: empty for Noaber's own, the name of a theme, or ``own`` (see `models.themes`)."""
    tokens: dict[str, dict[str, str]] = Field(default_factory=dict, sa_type=JSON)
    """Its own tokens, ``light`` and ``dark``, where it chose its own."""

    # What the community lets through by itself, and what it checks.
    auto_open_kinds: list[str] = Field(default_factory=list, sa_type=JSON)
    vog_kinds: list[str] = Field(default_factory=list, sa_type=JSON)
    admits_without_vog: bool = False
    """Volunteers whose kinds all do without a VOG are admitted at once."""
    proposes_itself: bool = False
    """The system proposes the best candidate by itself; a coordinator still approves."""

    weights: dict[str, float] | None = Field(default=None, sa_type=JSON)
    """How much each factor of the ranking counts; None: as shipped."""

    # Delays, all in calendar days.
    answer_reminder_days: int = 2
    answer_lapse_days: int = 4
    no_match_days: int = 5
    promised_working_days: int = 2
    appointment_reminder_days: int = 1
    check_in_days: int = 1
    digest_weekday: int = 0
    """Day of the weekly digest, 0 is Monday."""

    # Counters, raised inside the transaction that changes what they count.
    request_counter: int = 0
    volunteer_revision: int = 0
    request_revision: int = 0


class Area(SQLModel, table=True):
    """A four-digit postcode that belongs to a community, and what people call that neighbourhood."""

    postcode: str = Field(primary_key=True, max_length=4)
    community_id: int = Field(foreign_key="community.id", index=True)
    neighbourhood: str = Field(default="", max_length=80)
    """Empty until an administrator names it; then it is place and digits."""


class MeetingPlace(SQLModel, table=True):
    """A meeting place (ontmoetingsplek): where a first meeting can be, and where a desk may stand."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    name: str = Field(max_length=100)
    address: str = Field(max_length=200)
    opening_hours: str = Field(default="", max_length=300)
    open: bool = True
    """False once it is no longer used; past appointments keep naming it."""


class Postcode(SQLModel, table=True):
    """Where a postcode lies: four digits from the reference data, six characters if an operator loads them."""

    code: str = Field(primary_key=True, max_length=6)
    place: str = Field(max_length=100)
    lat: float
    lon: float


class Wording(SQLModel, table=True):
    """A community's own words for a text that has a default, e.g. key ``proposal.intro``."""

    __table_args__ = (UniqueConstraint("community_id", "key", "language"),)

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    key: str = Field(max_length=80)
    language: str = Field(max_length=5)
    text: str = Field(max_length=4000)
