"""Reads of matches for the desk: lists of what waits and what runs, and both people of one match."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.queries.desk_requests import PAGE
from models.states import MatchState
from models.tables import AuditEntry, CheckIn, HelpRequest, Match, Person, Volunteer

GROUPS: dict[str, tuple[str, ...]] = {
    "proposed": (MatchState.PROPOSED,),
    "waiting": (MatchState.APPROVED, MatchState.ACCEPTED),
    "running": (MatchState.AGREED, MatchState.ACTIVE),
    "ended": (
        MatchState.COMPLETED,
        MatchState.REJECTED,
        MatchState.DECLINED,
        MatchState.LAPSED,
        MatchState.FAILED,
        MatchState.WITHDRAWN,
    ),
}
"""The lists of matches: a name and its states, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A match with its request and both people."""

    match: Match
    request: HelpRequest
    volunteer: Volunteer
    resident: Person
    helper: Person
    contact: Person
    """Who is called and written to about the request: the resident, or who asks for them."""


def counted(session: Session, community_id: int | None) -> dict[str, int]:
    """Count the matches of each list."""
    query = select(Match.state, func.count()).where(Match.community_id == community_id).group_by(col(Match.state))
    found = dict(session.exec(query).all())
    return {name: sum(found.get(state, 0) for state in states) for name, states in GROUPS.items()}


def page(session: Session, community_id: int | None, group: str, *, number: int = 1) -> list[Pair]:
    """Give one page of a list; what was offered by volunteers first, then the longest waiting; what ended newest first.

    Parameters
    ----------
    group : str
        A name from `GROUPS`.
    number : int
        From 1.
    """
    query = _pairs().where(Match.community_id == community_id, col(Match.state).in_(GROUPS[group]))
    if group == "ended":
        query = query.order_by(col(Match.ended_at).desc(), col(Match.id).desc())
    elif group == "proposed":
        query = query.order_by((col(Match.origin) == "volunteer").desc(), col(Match.proposed_at), col(Match.id))
    elif group == "waiting":
        query = query.order_by(col(Match.asked_at), col(Match.id))
    else:
        query = query.order_by(col(Match.agreed_at), col(Match.id))
    return [Pair(*row) for row in session.exec(query.limit(PAGE).offset(PAGE * (number - 1)))]


def pair(session: Session, community_id: int | None, match_id: int) -> Pair | None:
    """Give one match of this community; None for another's."""
    row = session.exec(_pairs().where(Match.community_id == community_id, Match.id == match_id)).first()
    return Pair(*row) if row is not None else None


def check_ins(session: Session, match_id: int | None) -> list[tuple[CheckIn, str]]:
    """Give what both were asked about how it went, with their first name, oldest first. For the desk alone."""
    query: Any = (
        select(CheckIn, Person.first_name)
        .join(Person, col(Person.id) == CheckIn.person_id)
        .where(CheckIn.match_id == match_id)
        .order_by(col(CheckIn.id))
    )
    return [(row, name) for row, name in session.exec(query)]


def history(session: Session, match_id: int | None) -> list[tuple[AuditEntry, str]]:
    """Give what happened to a match with the first name of whose it was, oldest first."""
    query: Any = (
        select(AuditEntry, Person.first_name)
        .outerjoin(Person, col(Person.id) == AuditEntry.actor_id)
        .where(AuditEntry.subject == "match", AuditEntry.subject_id == match_id)
        .order_by(col(AuditEntry.id))
    )
    return [(entry, name or "") for entry, name in session.exec(query)]


def _pairs() -> Any:
    resident, helper, contact = aliased(Person), aliased(Person), aliased(Person)
    columns: tuple[Any, ...] = (Match, HelpRequest, Volunteer, resident, helper, contact)
    return (
        select(*columns)
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .join(Volunteer, col(Volunteer.id) == Match.volunteer_id)
        .join(resident, col(resident.id) == HelpRequest.resident_id)
        .join(helper, col(helper.id) == Volunteer.person_id)
        .join(contact, col(contact.id) == HelpRequest.contact_id)
    )
