"""Reads for a volunteer's own page: whom they help, what waits for them, and when they are expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.queries.appointments import OPEN
from models.states import AppointmentState
from models.tables import Appointment, Area, HelpRequest, Match, MeetingPlace, Person, Postcode


@dataclass(frozen=True, slots=True)
class Together:
    """A match of a volunteer, with for whom and where.

    Attributes
    ----------
    first_name : str
        Of the resident; what may be shown of it depends on the match's state.
    neighbourhood : str
        Never more exact than that.
    """

    match: Match
    request: HelpRequest
    first_name: str
    neighbourhood: str


@dataclass(frozen=True, slots=True)
class Coming:
    """An appointment with whom it is, what for and where.

    Attributes
    ----------
    was_moved : bool
        Whether it stands where it is because it was moved.
    """

    appointment: Appointment
    match_id: int
    first_name: str
    kinds: list[str]
    place: MeetingPlace | None
    was_moved: bool


def together(session: Session, volunteer_id: int | None) -> list[Together]:
    """Give a volunteer's matches, in whichever state, newest first."""
    columns: tuple[Any, ...] = (
        Match, HelpRequest, Person.first_name, Area.neighbourhood, Postcode.place, HelpRequest.postcode,
    )  # fmt: skip
    digits = func.substr(col(HelpRequest.postcode), 1, 4)
    query: Any = (
        select(*columns)
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .join(Person, col(Person.id) == HelpRequest.resident_id)
        .outerjoin(Area, and_(col(Area.postcode) == digits, col(Area.community_id) == col(HelpRequest.community_id)))
        .outerjoin(Postcode, col(Postcode.code) == digits)
        .where(Match.volunteer_id == volunteer_id)
        .order_by(col(Match.id).desc())
    )
    return [
        Together(match, request, first_name, area or f"{town or ''} {code[:4]}".strip())
        for match, request, first_name, area, town, code in session.exec(query)
    ]


def coming(session: Session, volunteer_id: int | None, since: datetime) -> Sequence[Coming]:
    """Give a volunteer's appointments that end after ``since`` (local, naive), moments to choose from too, by time."""
    return _appointments(session, volunteer_id, col(Appointment.state).in_(OPEN), Appointment.ends_at > since)


def past(session: Session, volunteer_id: int | None, since: datetime, until: datetime) -> Sequence[Coming]:
    """Give a volunteer's appointments that ended between two moments (local, naive), by time.

    Those that were moved, and moments that nobody picked, are none.
    """
    return _appointments(
        session,
        volunteer_id,
        Appointment.ends_at > since,
        Appointment.ends_at <= until,
        col(Appointment.moved_to).is_(None),
        Appointment.state != AppointmentState.PROPOSED,
        or_(col(Appointment.choice).is_(None), col(Appointment.state) != AppointmentState.CANCELLED),
    )


def _appointments(session: Session, volunteer_id: int | None, *conditions: Any) -> Sequence[Coming]:
    before = aliased(Appointment)
    # A match has few appointments, and an index; `moved_to` has none.
    same_match = col(before.match_id) == col(Appointment.match_id)
    was_moved = select(before.id).where(same_match, col(before.moved_to) == col(Appointment.id)).exists()
    columns: tuple[Any, ...] = (Appointment, Match.id, Person.first_name, HelpRequest.kinds, MeetingPlace, was_moved)
    query: Any = (
        select(*columns)
        .join(Match, col(Match.id) == Appointment.match_id)
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .join(Person, col(Person.id) == HelpRequest.resident_id)
        .outerjoin(MeetingPlace, col(MeetingPlace.id) == col(Appointment.meeting_place_id))
        .where(Match.volunteer_id == volunteer_id, *conditions)
        .order_by(col(Appointment.starts_at), col(Appointment.id))
    )
    return [Coming(*row) for row in session.exec(query)]
