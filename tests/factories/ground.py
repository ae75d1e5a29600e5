"""The moment and the places of every test, and communities."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from sqlmodel import Session, SQLModel, func, select

from models.tables import (
    Area,
    Community,
    MeetingPlace,
    Postcode,
    Wording,
)
from models.tokens import Tokens

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""Tuesday 24 November 2026, 09:00 in Amsterdam."""
TODAY = date(2026, 11, 24)
TOKENS = Tokens("a secret of the tests and of nothing else, long enough")
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Passwords in tests cost microseconds; the site's own parameters are measured once."""
PASSWORD = "twee fietsen en een brug"

POSTCODES = (
    ("7551", "Hengelo", 52.2656, 6.7922),
    ("7621", "Borne", 52.2966, 6.7433),
    ("7571", "Oldenzaal", 52.3125, 6.9284),
    ("8441", "Heerenveen", 52.9650, 5.9183),
)
"""Known to every test database. The areas of a first community are the first three; the fourth lies elsewhere."""
AREAS = ("7551", "7621", "7571")
_number = count(1)


def following_number() -> int:
    """Give a number that no other row of this run has."""
    return next(_number)


def add(session: Session, row: SQLModel) -> None:
    """Write a row, so that it has its id."""
    session.add(row)
    session.flush()


def create_postcodes(session: Session) -> None:
    """Write the postcodes that every test database knows."""
    session.add_all(Postcode(code=code, place=place, lat=lat, lon=lon) for code, place, lat, lon in POSTCODES)
    session.flush()


def create_community(session: Session, *, areas: tuple[str, ...] | None = None, **columns: Any) -> Community:
    """Make a community. The first one serves Hengelo, Borne and Oldenzaal; a later one nothing, unless told."""
    n = following_number()
    first = session.exec(select(func.count()).select_from(Community)).one() == 0
    row = Community(
        **{
            "slug": f"gemeenschap-{n}",
            "name": f"Gemeenschap {n}",
            "organisation": f"Welzijn {n}",
            "phone": "+31742450000",
            "email": f"hallo{n}@gemeenschap.example",
            **columns,
        }
    )
    add(session, row)
    for postcode in (AREAS if first else ()) if areas is None else areas:
        add(session, Area(postcode=postcode, community_id=row_id(row)))
    return row


def create_meeting_place(session: Session, community: Community, **columns: Any) -> MeetingPlace:
    """Make a meeting place that is in use."""
    n = following_number()
    row = MeetingPlace(
        **{
            "community_id": community.id,
            "name": f"Buurthuis {n}",
            "address": f"Marktstraat {n}, Hengelo",
            "opening_hours": "ma tot vr 9-17 uur",
            **columns,
        }
    )
    add(session, row)
    return row


def create_wording(session: Session, community: Community, **columns: Any) -> Wording:
    """Make a community's own words for a text."""
    row = Wording(
        **{
            "community_id": community.id,
            "key": "proposal.intro",
            "language": "nl",
            "text": "Fijn dat u er bent.",
            **columns,
        }
    )
    add(session, row)
    return row


def row_id(row: Any) -> int:
    """Give the id of a row that was written."""
    found = row.id
    assert isinstance(found, int), "flush first"
    return found
