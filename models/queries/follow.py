"""Reads for the page on which somebody follows their own request."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.states import MatchState
from models.tables import CheckIn, Match, Person, Volunteer

# What the resident may know of: somebody said yes to them, or was agreed with them.
_KNOWN = (MatchState.ACCEPTED, MatchState.AGREED, MatchState.ACTIVE, MatchState.COMPLETED)


def known_matches(session: Session, request_id: int | None) -> Sequence[tuple[Match, Volunteer, Person]]:
    """Give the matches of a request that its resident may know of, with who would help, oldest first."""
    query = (
        select(Match, Volunteer, Person)
        .join(Volunteer, col(Volunteer.id) == Match.volunteer_id)
        .join(Person, col(Person.id) == Volunteer.person_id)
        .where(Match.request_id == request_id, col(Match.state).in_(_KNOWN))
    )
    return session.exec(query.order_by(col(Match.id))).all()


def is_somebody_asked(session: Session, request_id: int | None) -> bool:
    """Whether a volunteer is thinking about this request now; who it is stays unsaid until they said yes."""
    query = select(Match.id).where(Match.request_id == request_id, Match.state == MatchState.APPROVED)
    return session.exec(query.limit(1)).first() is not None


def open_check_ins(session: Session, match_ids: Sequence[int], people: Sequence[int]) -> Sequence[CheckIn]:
    """Give what these people were asked after appointments of these matches and did not answer, newest first."""
    query = select(CheckIn).where(
        col(CheckIn.match_id).in_(match_ids), col(CheckIn.person_id).in_(people), col(CheckIn.answer).is_(None)
    )
    return session.exec(query.order_by(col(CheckIn.id).desc())).all() if match_ids and people else []
