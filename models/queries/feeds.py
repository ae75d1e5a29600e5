"""Reads for somebody's private calendar."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.queries import blocks
from models.tables import Appointment, HelpRequest, Match, Person, Volunteer


@dataclass(frozen=True, slots=True)
class Row:
    """An appointment with its match, its request and the first names of the two."""

    appointment: Appointment
    match: Match
    request: HelpRequest
    resident: str
    helper: str


def rows(session: Session, owner: Volunteer | HelpRequest, since: datetime) -> list[Row]:
    """Give what somebody's calendar is made of: appointments that end after ``since`` (local, naive), by time.

    Where one was moved only the newest counts; two who must never meet again do not read of each other.
    """
    resident, helper = aliased(Person), aliased(Person)
    columns: tuple[Any, ...] = (Appointment, Match, HelpRequest, resident.first_name, helper.first_name, Volunteer)
    query: Any = (
        select(*columns)
        .join(Match, col(Match.id) == Appointment.match_id)
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .join(Volunteer, col(Volunteer.id) == Match.volunteer_id)
        .join(resident, col(resident.id) == HelpRequest.resident_id)
        .join(helper, col(helper.id) == Volunteer.person_id)
        .where(
            Match.volunteer_id == owner.id if isinstance(owner, Volunteer) else Match.request_id == owner.id,
            col(Match.agreed_at).is_not(None),
            col(Appointment.moved_to).is_(None),
            Appointment.ends_at > since,
        )
        .order_by(col(Appointment.starts_at), col(Appointment.id))
    )
    found = []
    apart: dict[int, bool] = {}
    for appointment, match, request, resident_name, helper_name, volunteer in session.exec(query):
        if match.id not in apart:
            theirs = (request.resident_id, request.asker_id)
            apart[match.id] = blocks.any_blocked(session, volunteer.person_id, theirs)
        if not apart[match.id]:
            found.append(Row(appointment, match, request, resident_name, helper_name))
    return found
