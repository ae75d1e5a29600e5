"""Requests, matches and what follows from them, in any state."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.states import MATCH_FINAL, REQUEST_FINAL, MatchState, RequestState
from models.tables import Appointment, CheckIn, Community, HelpRequest, Match, PairMessage, Person, Volunteer
from tests.factories.ground import NOW, add, create_community, following_number
from tests.factories.people import create_person, create_volunteer


def create_request(
    session: Session,
    community: Community,
    resident: Person | None = None,
    **columns: Any,
) -> HelpRequest:
    """Make a help request in any state (``state="submitted"``; open unless told), with the columns of that state."""
    n = following_number()
    state = columns.get("state", "open")
    draft = state == RequestState.DRAFT
    resident = resident if resident is not None or draft else create_person(session)
    seen = state not in (RequestState.DRAFT, RequestState.SUBMITTED)
    values: dict[str, Any] = {
        "community_id": None if draft else community.id,
        "reference": None if draft else f"2611-{n:04d}",
        "state": state,
        "resident_id": resident.id if resident else None,
        "contact_id": resident.id if resident else None,
        "text": "Wie kan mij dinsdag even naar de poli brengen? Ik durf niet alleen.",
        "summary": "Iemand wil graag gezelschap op weg naar het ziekenhuis." if seen else "",
        "kinds": ["hospital-escort"],
        "postcode": "7551",
        "created_at": NOW - timedelta(days=3),
        "submitted_at": None if draft else NOW - timedelta(days=3),
        "confirmed_at": None if draft else NOW - timedelta(days=3),
        "life_at": None if draft else NOW - timedelta(days=3),
        "opened_at": NOW - timedelta(days=2) if seen else None,
        "answered_at": NOW - timedelta(days=2) if seen else None,
        "ended_at": NOW - timedelta(days=1) if state in REQUEST_FINAL else None,
        "came_from": "submitted" if state == RequestState.ASKED_BACK else "",
        "question": "Welke dag komt u het beste uit?" if state == RequestState.ASKED_BACK else "",
        "reach": "email" if resident is not None and resident.email else "phone",
    }
    row = HelpRequest(**{**values, **columns})
    add(session, row)
    return row


_REACHED = {
    "approved_at": ("approved", "accepted_by_volunteer", "agreed", "active", "completed", "declined", "lapsed"),
    "asked_at": ("approved", "accepted_by_volunteer", "agreed", "active", "completed", "declined", "lapsed"),
    "agreed_at": ("agreed", "active", "completed", "failed"),
    "active_at": ("active", "completed"),
    "ended_at": tuple(MATCH_FINAL),
}


def create_match(
    session: Session,
    request: HelpRequest | None = None,
    volunteer: Volunteer | None = None,
    **columns: Any,
) -> Match:
    """Make a match in any state (proposed unless told) of a request and a volunteer of one community."""
    state = str(columns.get("state", MatchState.PROPOSED))
    if request is None:
        community = session.get(Community, volunteer.community_id) if volunteer else create_community(session)
        assert community is not None
        standing = {"agreed": "matched", "active": "matched", "completed": "fulfilled"}.get(state, "open")
        request = create_request(session, community, state=standing)
    if volunteer is None:
        community = session.get(Community, request.community_id)
        assert community is not None
        volunteer = create_volunteer(session, community)
    moments = {name: NOW - timedelta(hours=20) for name, states in _REACHED.items() if state in states}
    row = Match(
        **{
            "community_id": request.community_id,
            "request_id": request.id,
            "volunteer_id": volunteer.id,
            "state": state,
            "origin": "coordinator",
            "proposed_at": NOW - timedelta(days=1),
            **moments,
            **columns,
        }
    )
    add(session, row)
    return row


def create_appointment(session: Session, match: Match, **columns: Any) -> Appointment:
    """Make an appointment tomorrow from two to four, local time."""
    row = Appointment(
        **{
            "match_id": match.id,
            "community_id": match.community_id,
            "starts_at": datetime(2026, 11, 25, 14, 0),
            "ends_at": datetime(2026, 11, 25, 16, 0),
            "created_at": NOW - timedelta(hours=12),
            **columns,
        }
    )
    add(session, row)
    return row


def create_check_in(session: Session, appointment: Appointment, person: Person, **columns: Any) -> CheckIn:
    """Make a "how did it go?" that nobody answered yet."""
    row = CheckIn(
        **{
            "match_id": appointment.match_id,
            "appointment_id": appointment.id,
            "person_id": person.id,
            "asked_at": NOW - timedelta(hours=1),
            **columns,
        }
    )
    add(session, row)
    return row


def create_pair_message(session: Session, match: Match, sender: Person, **columns: Any) -> PairMessage:
    """Make something that one of a pair wrote to the other."""
    row = PairMessage(
        **{"match_id": match.id, "sender_id": sender.id, "body": "Tot dinsdag!", "created_at": NOW, **columns}
    )
    add(session, row)
    return row
