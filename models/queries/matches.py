"""Reads of matches, with whom they bring together."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, select

from models.states import MATCH_LIVE, MATCH_TAKES_PLACE
from models.tables import Appointment, Certificate, Community, Dismissal, HelpRequest, Match, Person, Volunteer

_match: Any = Match


def by_id(session: Session, match_id: int) -> Match | None:
    """Give one match."""
    return session.get(Match, match_id)


def request_of(session: Session, match: Match) -> HelpRequest:
    """Give the request of a match."""
    return session.get_one(HelpRequest, match.request_id)


def volunteer_of(session: Session, match: Match) -> Volunteer:
    """Give the volunteer of a match."""
    return session.get_one(Volunteer, match.volunteer_id)


def person_of(session: Session, person_id: int | None) -> Person:
    """Give a person who must exist."""
    return session.get_one(Person, person_id)


def community_of(session: Session, community_id: int | None) -> Community:
    """Give a community that must exist."""
    return session.get_one(Community, community_id)


def live_of_request(session: Session, request_id: int | None) -> Sequence[Match]:
    """Give the matches of a request that have not ended, oldest first."""
    query = select(Match).where(Match.request_id == request_id, _match.state.in_(MATCH_LIVE))
    return session.exec(query.order_by(_match.id)).all()


def live_of_volunteer(session: Session, volunteer_id: int | None) -> Sequence[Match]:
    """Give the matches of a volunteer that have not ended, oldest first."""
    query = select(Match).where(Match.volunteer_id == volunteer_id, _match.state.in_(MATCH_LIVE))
    return session.exec(query.order_by(_match.id)).all()


def count(session: Session, states: Iterable[str], **where: int | None) -> int:
    """Count matches in some states, e.g. ``count(session, MATCH_LIVE, volunteer_id=3)``."""
    query = select(func.count()).select_from(Match).where(_match.state.in_(list(states)))
    for column, value in where.items():
        query = query.where(getattr(Match, column) == value)
    return session.exec(query).one()


def load(session: Session, volunteer_id: int | None) -> int:
    """Count how many matches a volunteer helps in now, approved ones included."""
    return count(session, MATCH_TAKES_PLACE, volunteer_id=volunteer_id)


def certificates(session: Session, volunteer_id: int | None) -> Sequence[Certificate]:
    """Give the checks of a volunteer that somebody saw, newest last."""
    query = select(Certificate).where(Certificate.volunteer_id == volunteer_id)
    return session.exec(query.order_by(Certificate.seen_on)).all()  # type: ignore[arg-type]  # a column, not a date


def ended_badly(session: Session, request_id: int | None, volunteer_id: int | None) -> bool:
    """Whether this pair was tried and declined, rejected or failed, or the volunteer set the request aside."""
    query = select(Match.id).where(
        Match.request_id == request_id,
        Match.volunteer_id == volunteer_id,
        _match.state.in_(("declined", "rejected", "failed")),
    )
    return session.exec(query).first() is not None or dismissal(session, request_id, volunteer_id) is not None


def dismissal(session: Session, request_id: int | None, volunteer_id: int | None) -> Dismissal | None:
    """Give the "Niets voor mij" of a volunteer about a request."""
    query = select(Dismissal).where(Dismissal.request_id == request_id, Dismissal.volunteer_id == volunteer_id)
    return session.exec(query).first()


def coming_appointments(session: Session, match_id: int | None) -> Sequence[Appointment]:
    """Give the appointments of a match that are still to come, moments to choose from included, in order."""
    columns: Any = Appointment
    open_states = ("proposed", "planned", "confirmed")
    query = select(Appointment).where(Appointment.match_id == match_id, columns.state.in_(open_states))
    return session.exec(query.order_by(columns.starts_at, columns.id)).all()
