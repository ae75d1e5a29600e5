"""Reads of help requests, their people and their place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.tables import Area, Community, HelpRequest, Person, Postcode


def by_id(session: Session, request_id: int) -> HelpRequest | None:
    """Give one request."""
    return session.get(HelpRequest, request_id)


def by_draft_key(session: Session, draft_key: str) -> HelpRequest | None:
    """Give the request that a browser wrote, draft or sent."""
    return session.exec(select(HelpRequest).where(HelpRequest.draft_key == draft_key)).first()


def count_since(session: Session, email: str, since: datetime) -> int:
    """Count the requests about which is written to this address, whoever typed it, sent since a moment (UTC)."""
    query = select(func.count()).select_from(HelpRequest).join(Person, col(Person.id) == col(HelpRequest.contact_id))
    query = query.where(Person.email == email, col(HelpRequest.submitted_at) >= since)
    return int(session.exec(query).one())


def community_of_postcode(session: Session, four_digits: str) -> Community | None:
    """Give the community whose area holds this postcode."""
    query = select(Community).join(Area).where(Area.postcode == four_digits)
    return session.exec(query).first()


def place_of_postcode(session: Session, code: str) -> Postcode | None:
    """Give where a postcode lies; six characters fall back to their four digits."""
    return session.get(Postcode, code) or (session.get(Postcode, code[:4]) if len(code) == 6 else None)


def area_of_postcode(session: Session, code: str) -> Area | None:
    """Give the named area of a postcode."""
    return session.get(Area, code[:4])


def people_of(session: Session, request: HelpRequest) -> Sequence[Person]:
    """Give the resident and who asks for them, if that is somebody else."""
    ids = [i for i in (request.resident_id, request.asker_id) if i is not None]
    columns: Any = Person
    return session.exec(select(Person).where(columns.id.in_(ids)).order_by(columns.id)).all() if ids else []
